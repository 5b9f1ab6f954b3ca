"""What breaks and mends the things around the bot."""

from collections.abc import Callable, Mapping

from bot.sandbox.fakeslack import FAULTS as SLACK_FAULTS
from bot.sandbox.fakeslack import CannotDoError
from bot.sandbox.fakevod import EVERY_FAULT, Levers
from bot.sandbox.page.actions import Act
from bot.sandbox.page.fields import Fields, MalformedError
from bot.sandbox.page.tab import Outcome, Tab

MOST_TIMES = 1000
RATE = (1, 100_000)
TASK_SECONDS = (0.1, 3600)
DAILY_LIMIT = (0, 1_000_000)


async def fault(tab: Tab, given: Fields) -> Outcome:
    name = given.text("name")
    times = None if given.get("times") is None else given.count("times", (1, MOST_TIMES))
    if name in SLACK_FAULTS:
        tab.scene.slack.set_fault(name, times)
    elif name in EVERY_FAULT:
        is_for_calls = EVERY_FAULT[name].moment != "socket"
        tab.scene.vod.set_fault(name, times if is_for_calls else None)
    else:
        message = f"there is no fault {name}"
        raise CannotDoError(message)
    return Outcome()


async def clear_faults(tab: Tab, given: Fields) -> Outcome:
    """One, when it is named; otherwise all."""
    name = given.optional_text("name")
    tab.scene.slack.clear_fault(name)
    tab.scene.vod.clear_fault(name)
    return Outcome()


async def lever(tab: Tab, given: Fields) -> Outcome:
    name = given.text("name")
    if name not in _LEVERS:
        message = f"there is no lever {name}; there are {', '.join(_LEVERS)}"
        raise CannotDoError(message)
    _LEVERS[name](tab.scene.vod.levers, given)
    return Outcome()


async def drop_socket(tab: Tab, _given: Fields) -> Outcome:
    await tab.scene.slack.drop_sockets()
    return Outcome()


async def refresh_socket(tab: Tab, _given: Fields) -> Outcome:
    await tab.scene.slack.disconnect_sockets()
    return Outcome()


async def redeliver_last(tab: Tab, _given: Fields) -> Outcome:
    try:
        return Outcome(await tab.scene.slack.redeliver_last())
    except LookupError as error:
        raise CannotDoError(str(error)) from None


async def kill_bot(tab: Tab, _given: Fields) -> Outcome:
    await tab.scene.bot.kill()
    return Outcome()


async def start_bot(tab: Tab, _given: Fields) -> Outcome:
    await tab.scene.bot.start()
    return Outcome()


LEVER_ACTIONS: Mapping[str, Act] = {
    "fault": fault,
    "clear_faults": clear_faults,
    "lever": lever,
    "drop_socket": drop_socket,
    "refresh_socket": refresh_socket,
    "redeliver_last": redeliver_last,
    "kill_bot": kill_bot,
    "start_bot": start_bot,
}


def _set_task_seconds(levers: Levers, given: Fields) -> None:
    levers.task_seconds = given.number("value", TASK_SECONDS)


def _set_creates(levers: Levers, given: Fields) -> None:
    levers.creates_per_minute = given.count("value", RATE)


def _set_queries(levers: Levers, given: Fields) -> None:
    levers.queries_per_minute = given.count("value", RATE)


def _set_daily_limit(levers: Levers, given: Fields) -> None:
    levers.daily_limit = given.count("value", DAILY_LIMIT)


def _set_failing_urls(levers: Levers, given: Fields) -> None:
    parts = given.texts("value")
    if "" in parts:
        message = "an empty text is part of every URL; leave it out"
        raise MalformedError(message)
    levers.fail_urls_with = tuple(parts)


_LEVERS: Mapping[str, Callable[[Levers, Fields], None]] = {
    "task_seconds": _set_task_seconds,
    "creates_per_minute": _set_creates,
    "queries_per_minute": _set_queries,
    "daily_limit": _set_daily_limit,
    "fail_urls_with": _set_failing_urls,
}
