"""The command line: `prefetch-bot` and `python -m bot`."""

import asyncio
import logging
import signal
import sys

import typer

EXIT_WRONG = 2
EXIT_UNREACHABLE = 3

app = typer.Typer(
    name="prefetch-bot",
    help="Huawei Cloud VOD CDN prefetch from Slack.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.command()
def run() -> None:
    """Run the bot with the settings of the environment until SIGTERM or Ctrl-C."""
    from bot.app import Unreachable, running
    from bot.health import PortTaken
    from bot.settings import Settings, SettingsWrong, read_settings

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level="INFO")
    # httpx logs whole URLs at INFO, query strings included.
    logging.getLogger("httpx").setLevel("WARNING")
    logging.getLogger("alembic").setLevel("WARNING")

    async def until_stopped() -> None:
        stop = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        async with running(read_settings(Settings)):
            await stop.wait()

    try:
        asyncio.run(until_stopped())
    except (SettingsWrong, PortTaken) as error:
        _stop(str(error), EXIT_WRONG)
    except Unreachable as error:
        _stop(str(error), EXIT_UNREACHABLE)


@app.command()
def migrate() -> None:
    """Bring the database of DATABASE_URL to the schema that this version needs."""
    from sqlalchemy.exc import OperationalError

    from bot.settings import DatabaseSettings, SettingsWrong, read_settings
    from storage.database import Database, DatabaseBusy
    from storage.schema import migrate as migrate_database

    try:
        database = Database(read_settings(DatabaseSettings).database_url)
        typer.echo(f"schema is at revision {migrate_database(database)}")
        asyncio.run(database.close())
    except SettingsWrong as error:
        _stop(str(error), EXIT_WRONG)
    except (DatabaseBusy, OperationalError, OSError) as error:
        _stop(f"DATABASE_URL: {error}", EXIT_UNREACHABLE)


def main() -> None:
    """Entry point of the console script."""
    app()


def _stop(message: str, code: int) -> None:
    print(message, file=sys.stderr)
    raise typer.Exit(code)


if __name__ == "__main__":
    main()
