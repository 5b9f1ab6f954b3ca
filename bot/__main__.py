"""The command line: `prefetch-bot` and `python -m bot`."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

EXIT_FAILED = 1
EXIT_WRONG = 2
EXIT_UNREACHABLE = 3

SETTINGS_STAND = "Settings stand in the environment or in a file .env; .env.example begins one."


def _print_version(asked: bool) -> None:  # noqa: FBT001  # as typer calls it
    from importlib import metadata

    if asked:
        typer.echo(metadata.version("prefetch-bot"))
        raise typer.Exit


app = typer.Typer(
    name="prefetch-bot",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def _options(
    version: Annotated[  # its callback ends the program
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Huawei Cloud VOD CDN prefetch from Slack."""


@app.command()
def run() -> None:
    """Run the bot with the settings of the environment until SIGTERM or Ctrl-C."""
    # Nothing of an import is garbage, and to look for garbage was a fifth of the start (seen on
    # 2026-11-26 with Python 3.11).
    gc.disable()
    from bot.app.running import running
    from bot.app.unreachable import Unreachable
    from bot.health import PortTaken
    from bot.settings import Settings, SettingsWrong, read_settings

    gc.enable()

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level="INFO")
    # httpx logs whole URLs at INFO, query strings included.
    logging.getLogger("httpx").setLevel("WARNING")
    logging.getLogger("alembic").setLevel("WARNING")

    async def bot() -> None:
        async with running(read_settings(Settings)) as running_bot:
            # What is loaded by now stays; to look through all of it took 100 ms (seen on
            # 2026-11-24 with Python 3.11).
            gc.collect()
            gc.freeze()
            reason = await running_bot.has_to_end()
        raise Unreachable(reason)

    try:
        asyncio.run(_until_stopped(bot()))
    except SettingsWrong as error:
        _stop(f"{error}\n{SETTINGS_STAND}", EXIT_WRONG)
    except PortTaken as error:
        _stop(str(error), EXIT_WRONG)
    except Unreachable as error:
        _stop(str(error), EXIT_UNREACHABLE)


async def _until_stopped(work: Coroutine[None, None, None]) -> None:
    """A signal ends a start as well, which Slack may hold up; a second one changes nothing."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


@app.command()
def demo(
    text: Annotated[
        str | None, typer.Argument(help="With --headless: what the editor types after the command.")
    ] = None,
    headless: Annotated[
        bool, typer.Option("--headless", help="Play one editor's request and print it.")
    ] = False,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Of the page; 0 takes any.")
    ] = 8787,
    opens: Annotated[bool, typer.Option("--open", help="Open the page in your browser.")] = False,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", dir_okay=False, help="SQLite file of the bot; else thrown away."),
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option("--fault", help="Something that goes wrong, by name; may be repeated."),
    ] = None,
    faults: Annotated[bool, typer.Option("--faults", help="List the faults, then stop.")] = False,
    log: Annotated[bool, typer.Option("--log", help="Print the bot's own log as well.")] = False,
) -> None:
    """Try the bot with no workspace and no cloud account: real bot, stand-ins on loopback."""
    from bot.sandbox.play import CODES, FAULTS

    if faults:
        for name, what in FAULTS.items():
            typer.echo(f"{name:20} {what}")
        typer.echo("Error codes of the cloud, each of them a fault that charges nothing:")
        for code, what in CODES.items():
            typer.echo(f"{code:20} {what}")
        raise typer.Exit
    unknown = [name for name in fault or () if name not in FAULTS.keys() | CODES.keys()]
    if unknown:
        _stop(f"--fault {unknown[0]}: there is none of this name; --faults lists them", EXIT_WRONG)
    if text is not None and not headless:
        _stop("demo: what to type goes with --headless; without it, type in the page", EXIT_WRONG)
    if keep is not None and not keep.absolute().parent.is_dir():
        _stop(f"--keep {keep}: there is no folder {keep.parent}", EXIT_WRONG)
    if headless:
        raise typer.Exit(asyncio.run(_play(text, fault or [], keep=keep, log=log)))
    _show(port, keep, fault or [], opens=opens, log=log)


def _show(port: int, keep: Path | None, faults: list[str], *, opens: bool, log: bool) -> None:
    from bot.sandbox.page import Demo, PortTakenError

    shown = Demo(_manifest(), port=port, database=keep, faults=faults, opens_browser=opens)
    try:
        lines = asyncio.run(shown.run(tell=lambda line: print(line, flush=True)))
    except PortTakenError as error:
        _stop(str(error), EXIT_WRONG)
    if log:
        typer.echo("\n".join(lines), err=True)


async def _play(text: str | None, faults: list[str], *, keep: Path | None, log: bool) -> int:
    from bot.sandbox.play import BEFORE_START, SAMPLE, Play, bring_about
    from bot.sandbox.stage import BotFailedToStart, Stage
    from bot.words.english.phrases import calls, files

    async with Stage(_manifest(), database=keep) as stage:
        play = Play(stage, tell=lambda part: typer.echo(f"{part}\n"))
        try:
            bring_about(stage, [name for name in faults if name in BEFORE_START])
            await stage.start_bot()
            typed = SAMPLE if text is None else text
            succeeded = await play.act("/prefetch", typed, faults)
        except BotFailedToStart as error:
            typer.echo(f"the bot did not start:\n{error}", err=True)
            return EXIT_FAILED
        finally:
            if log:
                await stage.bot.stop()
                typer.echo("\n".join(stage.bot.log), err=True)
        typer.echo(
            f"The cloud took {calls(len(stage.vod.books.tasks))}"
            f" and counts {files(stage.vod.charged(stage.vod.today))}."
        )
    return 0 if succeeded else EXIT_FAILED


def _manifest() -> dict[str, Any]:
    """The app manifest: beside the packages in a checkout, inside the package when installed."""
    import yaml

    here = Path(__file__).parent
    found = next(path for path in (here.parent, here) if (path / "manifest.yml").exists())
    manifest: dict[str, Any] = yaml.safe_load((found / "manifest.yml").read_text("utf-8"))
    return manifest


@app.command()
def manifest(
    http: Annotated[
        str | None,
        typer.Option(
            "--http",
            metavar="https://HOST",
            help="For HTTP instead of Socket Mode: the bot's public address.",
        ),
    ] = None,
) -> None:
    """Print the app manifest to paste at api.slack.com/apps, with the command of your settings."""
    import yaml

    from bot.manifest import AddressWrong, manifest_for
    from bot.setting_groups import CommandSettings
    from bot.settings import SettingsWrong, read_settings

    try:
        command = read_settings(CommandSettings).command
        made = manifest_for(_manifest(), command=command, address=http)
    except SettingsWrong as error:
        _stop(f"{error}\n{SETTINGS_STAND}", EXIT_WRONG)
    except AddressWrong as error:
        _stop(f"--http {http}: {error}", EXIT_WRONG)
    typer.echo(yaml.safe_dump(made, sort_keys=False, allow_unicode=True, width=100), nl=False)


@app.command()
def migrate() -> None:
    """Bring the database of DATABASE_URL to the schema that this version needs."""
    from bot.database_commands import bring_up_to_date

    _print_or_stop(bring_up_to_date)


@app.command()
def backup(
    copy: Annotated[Path, typer.Argument(help="The file to make; there must be none yet.")],
) -> None:
    """Copy the SQLite file of DATABASE_URL, also while the bot runs on it."""
    from bot.database_commands import copy_to

    _print_or_stop(lambda: copy_to(copy))


@app.command()
def restored() -> None:
    """After the database of DATABASE_URL was put back from a copy, and before the bot is started.

    What may have been sent since the copy was made is not sent; an operator decides about it.
    """
    from bot.database_commands import hold_what_may_have_been_sent

    _print_or_stop(hold_what_may_have_been_sent)


def _print_or_stop(work: Callable[[], str]) -> None:
    """Print what the work on the database says, or in one line why it cannot be done."""
    from bot.database_commands import NotPossible
    from bot.settings import SettingsWrong

    try:
        typer.echo(work())
    except SettingsWrong as error:
        _stop(str(error), EXIT_WRONG)
    except NotPossible as error:
        _stop(str(error), EXIT_WRONG if error.is_of_the_settings else EXIT_UNREACHABLE)


def main() -> None:
    """Entry point of the console script."""
    app()


def _stop(message: str, code: int) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(code)


if __name__ == "__main__":
    main()
