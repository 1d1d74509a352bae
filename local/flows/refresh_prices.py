"""A flow that is over at once: most of what a busy Prefect runs."""

from prefect import flow, task


@task
def fetch(symbol: str) -> float:
    return 100 + len(symbol) / 10


@flow(log_prints=True)
def refresh_prices(symbols: tuple[str, ...] = ("ACME", "GLOBEX", "INITECH")) -> None:
    for symbol, price in zip(symbols, fetch.map(symbols).result()):
        print(f"{symbol}: {price:.2f}")
