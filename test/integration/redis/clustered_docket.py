"""A docket as Prefect has it, with a worker and a periodic service, at the address given: until it is ended."""

import asyncio
import sys
from datetime import datetime, timedelta, timezone

from docket import Docket, Perpetual, Worker


async def monitor_late_runs(
    perpetual: Perpetual = Perpetual(every=timedelta(seconds=5), automatic=True),
) -> None:
    pass


async def later() -> None:
    pass


async def main(url: str) -> None:
    async with Docket(name="prefect", url=url, execution_ttl=timedelta(0)) as docket:
        docket.register(monitor_late_runs)
        docket.register(later)
        for _ in range(3):
            await docket.add(later, when=datetime.now(timezone.utc) + timedelta(hours=1))()
        async with Worker(docket) as worker:
            await worker.run_forever()


asyncio.run(main(sys.argv[1]))
