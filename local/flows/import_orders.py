"""A flow that fails now and then, so that failed runs are there to be seen."""

import random
import time

from prefect import flow, task

FAILURES = 0.3
# Runs every minute that took less than five seconds would be polling, and Prefect Vitals would say so.
DOWNLOAD_SECONDS = (7, 12)


class SupplierUnreachable(Exception):
    """The sample's stand-in for the trouble that other people's systems make."""


@task
def download(page: int) -> int:
    time.sleep(random.uniform(*DOWNLOAD_SECONDS))
    if random.random() < FAILURES:
        raise SupplierUnreachable(f"page {page} of the orders could not be downloaded")
    return page * 50


@flow
def import_orders() -> int:
    return download(1)
