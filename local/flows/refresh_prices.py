"""A short flow, most of what a busy Prefect runs: but one that does something each time, not one that only polls."""

import random
import time

from prefect import flow, task

# As long as five seconds and more, for the same reason as in import_orders.py.
EXCHANGE_ANSWERS_WITHIN_SECONDS = (6, 9)


@task
def fetch(symbol: str) -> float:
    time.sleep(random.uniform(*EXCHANGE_ANSWERS_WITHIN_SECONDS))
    return 100 + len(symbol) / 10


@flow(log_prints=True)
def refresh_prices(symbols: tuple[str, ...] = ("ACME", "GLOBEX", "INITECH")) -> None:
    for symbol, price in zip(symbols, fetch.map(symbols).result()):
        print(f"{symbol}: {price:.2f}")
