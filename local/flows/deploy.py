"""Makes the work pool and deploys the sample flows to it, each on a schedule of a minute or so."""

import asyncio
from pathlib import Path

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.workers.process import ProcessWorker

POOL = "local"
HERE = Path(__file__).parent
EVERY_SECONDS = {
    "refresh_prices.py:refresh_prices": 30,
    "import_orders.py:import_orders": 60,
    "train_forecast.py:train_forecast": 90,
}


async def deploy() -> None:
    async with get_client() as client:
        await client.create_work_pool(
            WorkPoolCreate(
                name=POOL,
                type=ProcessWorker.type,
                base_job_template=ProcessWorker.get_default_base_job_template(),
            )
        )
    for entrypoint, seconds in EVERY_SECONDS.items():
        sample = await flow.from_source(source=HERE, entrypoint=entrypoint)
        await sample.deploy(name="sample", work_pool_name=POOL, interval=seconds, print_next_steps=False)


asyncio.run(deploy())
