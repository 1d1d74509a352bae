"""Asks a Prefect for its health with Prefect's own client, as a worker does: one line `trusted` or `refused` a case.

Each argument is an address, or an address, a `|` and the file of an authority to trust.
"""

import asyncio
import sys

from prefect.client.orchestration import PrefectClient
from prefect.settings import PREFECT_API_SSL_CERT_FILE, temporary_settings


async def ask(address: str, authority: str) -> str:
    with temporary_settings({PREFECT_API_SSL_CERT_FILE: authority} if authority else {}):
        async with PrefectClient(api=address) as client:
            failure = await client.api_healthcheck()
    if failure is None:
        return "trusted"
    return "refused" if "certificate verify failed" in str(failure).lower() else f"broken: {failure!r}"


async def main() -> None:
    for case in sys.argv[1:]:
        address, _, authority = case.partition("|")
        print(await ask(address, authority), flush=True)


asyncio.run(main())
