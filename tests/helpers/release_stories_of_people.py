"""Requests that people, Slack or a stop of the bot have changed: stories for `release_play`."""

from dataclasses import replace

from bot.rules.target import Url
from bot.sandbox.fakeslack import RANDOM, SAM
from bot.workflows.restoring import hold_if_restored
from storage import requests
from tests.helpers.release_story import (
    DAY,
    HOUR,
    Clock,
    assets,
    doubtful,
    finish,
    follow_for,
    interrupt,
    starter,
)
from tests.helpers.workflow_harness import (
    ACTOR,
    POLICY,
    BotParts,
    urls,
)

FOR_EVER = 1_000_000
REFUSED_CARDS = ("not_in_channel", "ekm_access_denied")


async def restored(parts: BotParts, clock: Clock) -> dict[str, str]:
    waiting = await parts.confirm(*urls(1, "restored-waiting"))
    sending = await parts.confirm(*urls(1, "restored-sending"))
    doubt = await parts.confirm(*urls(1, "restored-doubt"))
    due = await parts.confirm(*urls(1, "restored-due"), run_at=clock.now() + HOUR)
    later = await parts.confirm(*urls(1, "restored-later"), run_at=clock.now() + 6 * DAY)
    await parts.claim(sending, 0)
    await interrupt(parts, doubt)
    await parts.end(doubt)
    clock.jump(2 * HOUR)
    await hold_if_restored(parts.database, now=clock.now(), asked=True)
    for request_id in (waiting, sending, due):
        await parts.end(request_id)
    return {
        "restored while it waited": waiting,
        "restored while it was sent": sending,
        "restored while it was in doubt": doubt,
        "restored, and due since": due,
        "restored, and scheduled for later": later,
    }


async def refused_when_due(parts: BotParts, clock: Clock) -> dict[str, str]:
    person = await parts.confirm(*urls(1, "person"), run_at=clock.now() + HOUR)
    host = await parts.confirm(*urls(1, "host"), run_at=clock.now() + HOUR)
    cancelled = await parts.confirm(*urls(1, "put-off"), run_at=clock.now() + HOUR)
    await parts.service.deciding.cancel(cancelled, ACTOR)
    clock.jump(2 * HOUR)
    await starter(parts, replace(POLICY, users=frozenset({SAM}))).start(person)
    await starter(parts, replace(POLICY, domains=frozenset({"w.example.com"}))).start(host)
    for request_id in (person, host):
        await parts.end(request_id)
    return {
        "scheduled, the person not allowed when due": person,
        "scheduled, the host not allowed when due": host,
        "scheduled, then cancelled": cancelled,
    }


async def cancelled(parts: BotParts, _: Clock) -> dict[str, str]:
    partly = await parts.confirm(*assets(2, "1"))
    await parts.sender.begin(partly)
    await parts.service.deciding.cancel(partly, ACTOR)
    await finish(parts, partly)
    whole = await parts.confirm(*urls(2, "cancelled"))
    await parts.service.deciding.cancel(whole, ACTOR)
    await parts.end(whole)
    return {"one call cancelled, one sent": partly, "cancelled": whole}


async def interrupted(parts: BotParts, _: Clock) -> dict[str, str]:
    request_id = await parts.confirm(*assets(2, "2"))
    await parts.claim(request_id, 0)
    await finish(parts, request_id)
    return {"interrupted while it was sent": request_id}


async def decided(parts: BotParts, _: Clock) -> dict[str, str]:
    marked, succeeded, waiting = [await doubtful(parts, name) for name in ("m", "s", "w")]
    refused, cancelled = [await doubtful(parts, name) for name in ("r", "c")]
    await parts.service.deciding.mark_as_sent(
        marked, [(0, 1)], ACTOR, reason="seen in the *console*, `task` <3> & more"
    )
    await parts.end_again(marked)
    for request_id in (succeeded, waiting, refused, cancelled):
        await parts.service.deciding.send_again(
            request_id, [(0, 1)], ACTOR, reason="缺少文件, see https://v.example.com/a?sign=secret"
        )
    await finish(parts, succeeded)
    parts.vod.set_fault("VOD.10099", times=1, only="create")
    await finish(parts, refused)
    await parts.service.deciding.cancel(cancelled, ACTOR)
    await parts.end_again(cancelled)
    return {
        "marked as sent": marked,
        "sent again, succeeded": succeeded,
        "sent again, waiting": waiting,
        "sent again, refused": refused,
        "sent again, cancelled": cancelled,
    }


async def answered_late(parts: BotParts, clock: Clock) -> dict[str, str]:
    request_id = await parts.confirm(*urls(1, "late"))
    await parts.claim(request_id, 0)
    (call,) = (await parts.state(request_id)).calls
    await interrupt(parts, request_id, claim=False)
    task_id = await parts.client.create_prefetch(
        urls=[state.target.address for state in call.targets if isinstance(state.target, Url)]
    )
    await parts.database.transaction(
        parts.outcomes.accept, request_id, call, task_id=task_id, now=clock.now()
    )
    await finish(parts, request_id)
    return {"in doubt, then answered late": request_id}


async def overlapping(parts: BotParts, _: Clock) -> dict[str, str]:
    first = await parts.confirm(*urls(2, "twice"))
    second = await parts.confirm(*urls(3, "twice"))
    await finish(parts, first)
    parts.vod.set_fault("vod-500", times=1, only="create")
    await finish(parts, second)
    return {"asked for first": first, "asked for again, in doubt": second}


async def carded(parts: BotParts, _: Clock) -> dict[str, str]:
    found = {"a card in its channel": await parts.confirm(*urls(1, "card"))}
    await parts.post_card(found["a card in its channel"])
    twice = found["a second card"] = await parts.confirm(*urls(1, "card-twice"))
    await parts.database.transaction(requests.count_card, twice)
    await parts.post_card(twice)
    for error in REFUSED_CARDS:
        request_id = await parts.confirm(*urls(1, f"card-{error}"), channel_id=RANDOM)
        parts.slack.fail("chat.postMessage", error, times=5 if error == "ekm_access_denied" else 1)
        await parts.post_card(request_id)
        found[f"a card to the requester ({error})"] = request_id
    among_people = await parts.confirm(*urls(1, "card-people"), channel_id="D0PEOPLE1")
    await parts.post_card(among_people)
    found["a card from a direct message between people"] = among_people
    private = await parts.confirm(*urls(1, "card-private"), channel_id="C0PRIVATE")
    await parts.post_card(private)
    found["a card from a channel that the bot does not see"] = private
    parts.slack.fail("chat.postMessage", "ekm_access_denied", times=FOR_EVER)
    given_up = await parts.confirm(*urls(1, "card-given-up"))
    await parts.post_card(given_up)
    found["a card given up"] = given_up
    for request_id in (twice, given_up):
        await finish(parts, request_id)
    return found


async def on_its_way(parts: BotParts, clock: Clock) -> dict[str, str]:
    queued = await parts.confirm(*urls(2, "queued"))
    sending = await parts.confirm(*assets(2, "c"))
    await parts.claim(sending, 0)
    followed = await parts.confirm(*urls(2, "followed"), *assets(1, "d"))
    await parts.sender.send(followed)
    parts.vod.set_fault("vod-unknown-status", times=1)
    await follow_for(parts, followed, 0.3)
    scheduled = await parts.confirm(*urls(2, "scheduled"), run_at=clock.now() + 6 * DAY)
    return {
        "running, nothing sent": queued,
        "running, a call being sent": sending,
        "running, the cloud at work": followed,
        "scheduled": scheduled,
    }
