"""A flow that takes its time, so that running runs are there to be seen."""

import time

from prefect import flow, task

EPOCHS = 4
SECONDS_PER_EPOCH = 10


@task
def train(epoch: int) -> None:
    time.sleep(SECONDS_PER_EPOCH)


@flow
def train_forecast() -> None:
    for epoch in range(EPOCHS):
        train(epoch)
