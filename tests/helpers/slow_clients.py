"""Clients that say half a request and wait, in a process of their own.

    python -m tests.helpers.slow_clients NUMBER PORT [PORT ...]

prints one line once all are connected, and goes on until it is killed.
"""

import asyncio
import itertools
import resource
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

AGAIN_AFTER_S = 2.0
OPEN_WITHIN_S = 60.0
HALVES = (
    b"",
    b"POST /slack/events HTTP/1.1\r\nHost: bot.exam",
    b"POST /slack/events HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n"
    b"X-Slack-Request-Timestamp: %d\r\nX-Slack-Signature: v0=" + b"0" * 64 + b"\r\n\r\nhalf",
)


@asynccontextmanager
async def flood(number: int, *ports: int) -> AsyncIterator[None]:
    """`number` slow clients on each port; a connection that is closed is opened anew."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.helpers.slow_clients",
        str(number),
        *map(str, ports),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        if process.stdout is not None:
            async with asyncio.timeout(OPEN_WITHIN_S):
                await process.stdout.readline()
        yield
    finally:
        process.kill()
        await process.wait()


async def _main(number: int, ports: list[int]) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    connected = asyncio.Semaphore(0)
    clients = [
        asyncio.create_task(_client(port, half, connected))
        for port in ports
        for half in itertools.islice(itertools.cycle(HALVES), number)
    ]
    for _ in clients:
        await connected.acquire()
    print("connected", flush=True)
    await asyncio.gather(*clients)


async def _client(port: int, half: bytes, connected: asyncio.Semaphore) -> None:
    while True:
        with suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            connected.release()
            writer.write(half.replace(b"%d", b"%d" % time.time()))
            try:
                await reader.read()
            finally:
                writer.close()
        await asyncio.sleep(AGAIN_AFTER_S)


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), [int(port) for port in sys.argv[2:]]))
