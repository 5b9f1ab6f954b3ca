"""Every trouble of Slack's that the bot has to come back from."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.helpers.breakable_connection import Way
from tests.helpers.listening_bot import ListeningBot

ADDRESS = "apps.connections.open"
HTML = "<html><body>We will be back soon</body></html>"
ALWAYS = 1_000_000

Trouble = Callable[[ListeningBot], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Row:
    """`trouble` returns when Slack is well again; `number` is that of the collected edges.

    `is_unknown`: the bot goes on hearing, but cannot know that it does.
    """

    name: str
    trouble: Trouble
    number: int | None = None
    is_unknown: bool = False


def rows(*, is_long: bool) -> list[Row]:
    """Each with its time as it is, or shortened to what shows the same."""

    def lasting(seconds: float) -> float:
        return seconds if is_long else min(seconds, 10.0)

    hole_s, refusing_s, storm_s = lasting(40), lasting(40), lasting(60)
    long_hole_s, away_s = lasting(300), lasting(600)
    # Until a second socket is open that answers no ping either.
    mute_s = 75.0 if is_long else 14.0
    return [
        Row("handshake answers 503 once, after a refresh", _refused_once(503), 9),
        Row("handshake answers 401 once, after a refresh", _refused_once(401), 9),
        Row("handshake answers 500 twice, after a refresh", _refused_once(500, times=2), 9),
        Row(f"handshakes refused for {refusing_s:.0f} s (503)", _refused(503, refusing_s), 10),
        Row(f"handshakes refused for {refusing_s:.0f} s (403)", _refused(403, refusing_s), 10),
        Row(
            f"handshakes refused for {refusing_s:.0f} s (429, Retry-After: 1.5)",
            _refused(429, refusing_s, retry_after="1.5"),
            10,
        ),
        Row(f"handshakes hang for {lasting(40):.0f} s", _handshakes_hang(lasting(40)), 11),
        Row(f"no hello for {lasting(40):.0f} s", _no_hello(lasting(40)), 11),
        Row(f"{ADDRESS} hangs for {lasting(40):.0f} s", _address_hangs(lasting(40)), 11),
        Row(f"no ping answered for {mute_s:.0f} s", _mute(mute_s), 12, is_unknown=True),
        Row(f"half-open for {hole_s:.0f} s, lost to Slack", black_hole(hole_s, Way.TO_SLACK), 12),
        Row(f"half-open for {hole_s:.0f} s, lost to the bot", black_hole(hole_s, Way.TO_BOT), 12),
        Row(f"black hole for {hole_s:.0f} s", black_hole(hole_s)),
        Row(f"black hole for {long_hole_s:.0f} s", black_hole(long_hole_s)),
        Row("closed without a word (FIN)", _dropped),
        Row("closed without a word (RST)", _reset),
        Row(f"{ADDRESS}: 429, Retry-After: 2", _no_address(retry_after=2)),
        Row(f"{ADDRESS}: 429, Retry-After: 0.5", _no_address(retry_after=0.5)),
        Row(f"{ADDRESS}: 429, Retry-After empty", _no_address(retry_after="")),
        Row(f"{ADDRESS}: 429 without Retry-After", _no_address(retry_after=None)),
        Row(f"{ADDRESS}: 500", _no_address("internal_error", status=500)),
        Row(f"{ADDRESS}: HTML (200)", _no_address("page", page=HTML)),
        Row(f"{ADDRESS}: HTML (502)", _no_address("page", status=502, page=HTML)),
        Row(f"{ADDRESS}: internal_error", _no_address("internal_error")),
        Row(f"{ADDRESS}: ok, but no address", _no_address("page", page='{"ok": true}')),
        Row(f"refresh storm for {storm_s:.0f} s", _storm("refresh_requested", storm_s), 13),
        Row(f"too_many_websockets for {storm_s:.0f} s", _storm("too_many_websockets", storm_s), 13),
        Row(
            f"too_many_websockets before hello for {storm_s:.0f} s",
            _storm("too_many_websockets", storm_s, greets=False),
            13,
        ),
        Row(f"an unknown reason for {storm_s:.0f} s", _storm("maintenance", storm_s), 13),
        Row(f"link_disabled for {lasting(40):.0f} s", _link_disabled(lasting(40))),
        Row(f"Slack away for {away_s:.0f} s", _away(away_s)),
        Row(f"Slack answers 503 to all for {lasting(540):.0f} s", _answers_503(lasting(540))),
    ]


def _refused_once(status: int, *, times: int = 1) -> Trouble:
    async def trouble(bot: ListeningBot) -> None:
        bot.slack.socket_levers.refuse(status, times=times)
        await bot.slack.disconnect_sockets("refresh_requested")
        await bot.slack.drop_sockets()
        await bot.slack.wait_until(
            lambda: len(bot.slack.log.of("socket", "refused")) == times, within_s=30
        )

    return trouble


def _refused(status: int, seconds: float, *, retry_after: str | None = None) -> Trouble:
    async def trouble(bot: ListeningBot) -> None:
        bot.slack.socket_levers.refuse(status, retry_after=retry_after)
        await bot.slack.drop_sockets()
        await asyncio.sleep(seconds)
        bot.slack.socket_levers.heal()

    return trouble


def _handshakes_hang(seconds: float) -> Trouble:
    async def trouble(bot: ListeningBot) -> None:
        bot.slack.socket_levers.hang()
        await bot.slack.drop_sockets()
        await asyncio.sleep(seconds)
        bot.slack.socket_levers.heal()

    return trouble


def _no_hello(seconds: float) -> Trouble:
    async def trouble(bot: ListeningBot) -> None:
        bot.slack.socket_levers.greets = False
        await bot.slack.drop_sockets()
        await asyncio.sleep(seconds)
        bot.slack.socket_levers.heal()

    return trouble


def _mute(seconds: float) -> Trouble:
    async def trouble(bot: ListeningBot) -> None:
        bot.slack.socket_levers.answers_pings = False
        await asyncio.sleep(seconds)
        bot.slack.socket_levers.heal()

    return trouble


def _address_hangs(seconds: float) -> Trouble:
    async def trouble(bot: ListeningBot) -> None:
        bot.slack.fail(ADDRESS, None, latency_s=seconds, times=ALWAYS)
        await bot.slack.drop_sockets()
        await asyncio.sleep(seconds)
        bot.slack.well_again(ADDRESS)

    return trouble


def black_hole(seconds: float, *ways: Way) -> Trouble:
    """Everything is lost, or only what goes these ways."""

    async def trouble(bot: ListeningBot) -> None:
        bot.wire.cut(*ways)
        await asyncio.sleep(seconds)
        bot.wire.mend()

    return trouble


async def _dropped(bot: ListeningBot) -> None:
    await bot.slack.drop_sockets()


async def _reset(bot: ListeningBot) -> None:
    bot.wire.reset()


def _no_address(
    error: str = "ratelimited",
    *,
    retry_after: float | str | None = None,
    status: int = 200,
    page: str | None = None,
) -> Trouble:
    async def trouble(bot: ListeningBot) -> None:
        bot.slack.fail(
            ADDRESS, error, retry_after=retry_after, status=status, page=page, times=ALWAYS
        )
        await bot.slack.drop_sockets()
        await asyncio.sleep(8)
        bot.slack.well_again(ADDRESS)

    return trouble


def _storm(reason: str, seconds: float, *, greets: bool = True) -> Trouble:
    async def trouble(bot: ListeningBot) -> None:
        bot.slack.socket_levers.goodbye = reason
        bot.slack.socket_levers.greets = greets
        await bot.slack.disconnect_sockets(reason)
        await asyncio.sleep(seconds)
        bot.slack.socket_levers.heal()

    return trouble


def _link_disabled(seconds: float) -> Trouble:
    async def trouble(bot: ListeningBot) -> None:
        await bot.slack.disconnect_sockets("link_disabled")
        await asyncio.sleep(seconds)
        bot.slack.socket_levers.is_allowed = True

    return trouble


def _away(seconds: float) -> Trouble:
    async def trouble(bot: ListeningBot) -> None:
        await bot.wire.refuse()
        await asyncio.sleep(seconds)
        await bot.wire.accept()

    return trouble


def _answers_503(seconds: float) -> Trouble:
    async def trouble(bot: ListeningBot) -> None:
        bot.slack.fail(ADDRESS, "page", status=503, page=HTML, times=ALWAYS)
        await bot.slack.drop_sockets()
        await asyncio.sleep(seconds)
        bot.slack.well_again(ADDRESS)

    return trouble
