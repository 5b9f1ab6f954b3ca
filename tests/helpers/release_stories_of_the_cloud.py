"""Requests of which the cloud has answered something, or nothing: stories for `release_play`."""

from dataclasses import replace

from bot.rules.causes import Unreachable
from bot.rules.target import Asset, Url
from tests.helpers.defaults import TERMS
from tests.helpers.release_story import DAY, Clock, Tell, assets, finish, send_for
from tests.helpers.workflow_harness import (
    FILM,
    BotParts,
    urls,
)

ONE_CALL_REFUSED = (
    "VOD.10060",
    "VOD.10061",
    "VOD.10062",
    "VOD.10099",
    "VOD.10109",
    "VOD.10110",
    "VOD.10098",
    "VOD.10053",
    "vod-unknown-code",
)
EVERY_CALL_REFUSED = (
    "vod-401",
    "vod-403-arrears",
    "VOD.10057",
    "VOD.10074",
    "VOD.10078",
    "VOD.10136",
    "APIGW.0101",
)


async def ended_by_the_cloud(parts: BotParts, _: Clock) -> dict[str, str]:
    film = await parts.confirm(Asset(FILM), *urls(2, "ready"))
    await finish(parts, film)
    parts.vod.set_fault("vod-url-fails", times=1)
    partly = await parts.confirm(*urls(3, "partly"))
    await finish(parts, partly)
    parts.vod.levers.fail_urls_with = ("/failing/",)
    failed = await parts.confirm(*urls(2, "failing"), Url("https://v.example.com/failing/a?sign=1"))
    await finish(parts, failed)
    return {
        "succeeded, an asset listed with more files": film,
        "partly failed": partly,
        "failed": failed,
    }


async def refused(parts: BotParts, _: Clock) -> dict[str, str]:
    one_by_one = await parts.confirm(*assets(len(ONE_CALL_REFUSED) + 1, "a"))
    for fault in ONE_CALL_REFUSED:
        parts.vod.set_fault(fault, times=1, only="create")
    await finish(parts, one_by_one)
    return {"refused one by one, and one accepted": one_by_one}


def refused_at_once(fault: str) -> Tell:
    async def tell(parts: BotParts, _: Clock) -> dict[str, str]:
        request_id = await parts.confirm(*assets(1 + (fault == EVERY_CALL_REFUSED[0]), "b"))
        parts.vod.set_fault(fault, only="create")
        await finish(parts, request_id)
        return {f"refused at once ({fault})": request_id}

    return tell


def in_doubt(faults: tuple[str, ...], digit: str) -> Tell:
    async def tell(parts: BotParts, _: Clock) -> dict[str, str]:
        request_id = await parts.confirm(*assets(len(faults), digit))
        for fault in faults:
            parts.vod.set_fault(fault, times=1, only="create")
        await finish(parts, request_id)
        return {f"in doubt ({', '.join(faults)})": request_id}

    return tell


async def put_back(parts: BotParts, _: Clock) -> dict[str, str]:
    throttled = await parts.confirm(*urls(1, "throttled"))
    parts.vod.levers.retry_after_s = 2
    parts.vod.set_fault("vod-429", only="create")
    await send_for(parts, throttled, 0.5)
    parts.vod.clear_fault()
    parts.vod.set_fault("vod-refused")
    unreached = await parts.confirm(*urls(1, "unreached"))
    await send_for(parts, unreached, 0.5)
    return {"throttled, to be sent again": throttled, "not reached, to be sent again": unreached}


async def followed_no_longer(parts: BotParts, _: Clock) -> dict[str, str]:
    parts.vod.set_fault("vod-stuck", times=1)
    stuck = await parts.confirm(*urls(1, "stuck"))
    await finish(parts, stuck)
    unanswered = await parts.confirm(*urls(1, "unanswered"))
    await parts.sender.send(unanswered)
    parts.vod.set_fault("vod-500", only="query")
    await finish(parts, unanswered)
    return {"let go, still processing": stuck, "let go, progress unknown": unanswered}


async def given_up(parts: BotParts, clock: Clock) -> dict[str, str]:
    unreachable = await parts.confirm(*assets(2, "e"))
    await parts.database.transaction(
        parts.outcomes.reject_rest, unreachable, cause=Unreachable(), now=clock.now()
    )
    await parts.end(unreachable)
    full = await parts.confirm(*urls(2, "full"))
    clock.jump(DAY)
    call = (await parts.state(full)).calls[0]
    no_room = replace(parts.outcomes, terms=replace(TERMS, daily_limit=0))
    await parts.database.transaction(no_room.make_fit, full, call, now=clock.now())
    await parts.end(full)
    moved = await parts.confirm(*urls(1, "moved"))
    clock.jump(DAY)
    await finish(parts, moved)
    return {
        "given up, the cloud not reached": unreachable,
        "given up, the next day was full": full,
        "sent on the day after its confirmation": moved,
    }


async def quota_used_up(parts: BotParts, _: Clock) -> dict[str, str]:
    parts.vod.levers.daily_limit = 1
    request_id = await parts.confirm(*urls(1, "quota"), *assets(2, "3"))
    await finish(parts, request_id)
    return {"refused, the quota used up": request_id}
