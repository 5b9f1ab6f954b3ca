"""`/livez` and `/readyz` for whatever supervises the bot."""

from contextlib import AsyncExitStack

from aiohttp import web

from bot import serving
from bot.readiness import Checks, Readiness


class PortTaken(Exception):  # noqa: N818
    """Another process listens on the port."""


async def serve(stack: AsyncExitStack, port: int, checks: Checks) -> None:
    """Answer until the stack closes; port 0 answers nothing."""
    if port == 0:
        return

    async def readyz(_: web.Request) -> web.Response:
        found = await checks.readiness()
        return web.json_response(_shown(found), status=503 if found.problems else 200)

    app = web.Application()
    app.add_routes([web.get("/livez", _livez), web.get("/readyz", readyz)])
    stack.push_async_callback(checks.close)
    await start_server(stack, app, port, variable="HEALTH_PORT")


async def start_server(
    stack: AsyncExitStack, app: web.Application, port: int, *, variable: str
) -> None:
    """Serve `app` until the stack closes; raises `PortTaken`, which names the variable."""
    try:
        await serving.listen(stack, app, port, place=variable)
    except OSError as error:
        message = f"{variable}: port {port} cannot be listened on: {error.strerror}"
        raise PortTaken(message) from error


async def _livez(_: web.Request) -> web.Response:
    """That this is answered shows that the loop runs, and says nothing more."""
    return web.json_response({"alive": True})


def _shown(found: Readiness) -> dict[str, object]:
    age, cloud = found.pong_age_s, found.cloud
    return {
        "problems": list(found.problems),
        "pong_age_s": None if age is None else round(age, 1),
        "cloud": cloud and {"last_answer": cloud.words, "at": cloud.at.isoformat("T", "seconds")},
    }
