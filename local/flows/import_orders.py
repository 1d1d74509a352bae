"""A flow that fails now and then, so that failed runs are there to be seen."""

import random

from prefect import flow, task

FAILURES = 0.3


class SupplierUnreachable(Exception):
    """The sample's stand-in for the trouble that other people's systems make."""


@task
def download(page: int) -> int:
    if random.random() < FAILURES:
        raise SupplierUnreachable(f"page {page} of the orders could not be downloaded")
    return page * 50


@flow
def import_orders() -> int:
    return download(1)
