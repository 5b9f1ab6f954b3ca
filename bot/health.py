"""`/livez` and `/readyz` for whatever supervises the bot."""

import asyncio
from contextlib import AsyncExitStack

from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot import serving
from bot.slack.client import BotToken
from bot.slack.listening import Listening
from storage.database import Database

ANSWER_WITHIN_S = 2.0
"""Of the database; who asks waits for few seconds only, and SQLite for a lock half a minute."""


class PortTaken(Exception):  # noqa: N818
    """Another process listens on the port."""


async def serve(
    stack: AsyncExitStack,
    port: int,
    *,
    database: Database,
    listening: Listening | None,
    bot_token: BotToken,
) -> None:
    """Answer until the stack closes; port 0 answers nothing."""
    if port == 0:
        return

    async def readyz(_: web.Request) -> web.Response:
        problems = [
            *(listening.problems() if listening else []),
            *([token_problem] if (token_problem := bot_token.problem()) else []),
            *await _database_problems(database),
        ]
        return web.json_response({"problems": problems}, status=503 if problems else 200)

    app = web.Application()
    app.add_routes([web.get("/livez", _livez), web.get("/readyz", readyz)])
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
    return web.json_response({"alive": True})


async def _database_problems(database: Database) -> list[str]:
    def ask(session: Session) -> None:
        session.execute(text("SELECT 1"))

    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            await database.transaction(ask)
    except (SQLAlchemyError, TimeoutError):
        return ["the database does not answer"]
    return []
