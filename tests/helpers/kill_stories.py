"""What people do while the bot may die; together these reach every commit and every call."""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, select, update

from bot.sandbox.fakeslack import LAUNCH, MEI, SAM, Message, Person, View
from storage.tables import QuotaDayRow, RequestRow, TargetRow
from tests.helpers.kill_checks import TURNED_AWAY
from tests.helpers.killed_bots import PATIENCE_S, Lives, seen
from tests.helpers.slack_people import outcome_of, words
from tests.helpers.stored_rows import reading

SOON_S, FAR_S = 1.6, 3600.0
Gesture = Coroutine[Any, Any, Any]
REASON = {"reason": {"reason_text": "seen in the VOD console"}}


@dataclass
class Scene:
    """One play of a story; its files lie in a folder of their own, by which it is known."""

    lives: Lives
    name: str

    @property
    def mei(self) -> Person:
        return self.lives.stage.slack.person(MEI)

    @property
    def sam(self) -> Person:
        return self.lives.stage.slack.person(SAM)

    async def proposed(self, *, files: int = 1, and_asset: bool = False) -> View:
        """Type the command; the modal."""
        lines = [f"https://v.example.com/{self.name}/{number}.mp4" for number in range(files)]
        lines += [secrets.token_hex(16)] if and_asset else []
        typed = "\n".join(lines)
        return await self.opened(self.mei, lambda: self.mei.command(LAUNCH, "/prefetch", typed))

    async def opened(self, person: Person, gesture: Callable[[], Gesture]) -> View:
        """The modal that it opens; a person who is told of trouble instead tries again.

        Whoever hears that the app cannot be reached waits until it can be: a bot that is being
        stopped has left Slack already, and takes a while to end.
        """
        answers: list[str] = []
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    await self.lives.stage.slack.connected(PATIENCE_S)
                    found = await self._shown_by(person, gesture)
                    if isinstance(found, View):
                        return found
                    answers.append(found.text)
        except TimeoutError as error:
            message = f"no modal in {PATIENCE_S:.0f} s, but {answers}"
            raise AssertionError(message) from error

    async def _shown_by(self, person: Person, gesture: Callable[[], Gesture]) -> View | Message:
        already = len(person.sees(LAUNCH))
        await self.lives.does(gesture())

        def look() -> View | Message | None:
            return self._view(person, self.name) or self._answer(person, already)

        return await seen(look)

    async def view(self, person: Person, said: str) -> View:
        try:
            return await seen(lambda: self._view(person, said))
        except TimeoutError as error:
            shown = [words(view) for view in person.views]
            answers = [answer.text for answer in person.sees(LAUNCH)[-3:]]
            log = self.lives.life.log.read_text("utf-8")[-2000:]
            message = f"no {said!r} in {shown}; last said {answers}; {log}"
            raise AssertionError(message) from error

    def _view(self, person: Person, said: str) -> View | None:
        return next((view for view in person.views if said in words(view)), None)

    def _answer(self, person: Person, already: int) -> Message | None:
        later = person.sees(LAUNCH)[already:]
        return next((message for message in later if message.only_for == person.id), None)

    async def confirmed(self, *, files: int = 1, run_in_s: float | None = None) -> None:
        view = await self.proposed(files=files)
        await self.submitted(view, run_in_s)

    async def submitted(self, view: View, run_in_s: float | None = None) -> None:
        run_at = None if run_in_s is None else int(datetime.now(UTC).timestamp() + run_in_s)
        values = {"send_at": {"send_at_moment": run_at}}
        await self.lives.does(self.mei.submit(view, values))

    def request(self) -> RequestRow | None:
        """The latest request for these files."""
        with reading(self.lives.stage) as session:
            named = select(TargetRow.request_id).where(col(TargetRow.name).contains(self.name))
            return session.exec(
                select(RequestRow)
                .where(col(RequestRow.id).in_(named))
                .order_by(col(RequestRow.confirmed_at).desc())
            ).first()

    async def card(self, *ends: str) -> Message:
        """The card that the bot keeps true, once it ends so."""

        def look() -> Message | None:
            row = self.request()
            if row is None or row.card_channel is None or row.card_ts is None:
                return None
            card = self.lives.stage.slack.message(row.card_channel, row.card_ts)
            return card if card and outcome_of(card) in ends else None

        return await seen(look)

    async def over(self, runs: int) -> None:
        """Wait until so many runs of the request have ended."""

        def look() -> bool:
            row = self.request()
            return row is not None and row.runs == runs and row.ended_at is not None

        await seen(look)

    async def clicked(self, person: Person, card: Message, button: str) -> None:
        await self.lives.does(person.click(card, button))

    async def opened_by(self, person: Person, card: Message, button: str) -> View:
        return await self.opened(person, lambda: person.click(card, button))


async def sent_at_once(scene: Scene) -> None:
    await scene.confirmed(files=11)
    await scene.card("succeeded")


async def sent_when_due(scene: Scene) -> None:
    """All by the workflow; the first call of what is confirmed for now goes out beside it."""
    await scene.confirmed(files=11, run_in_s=SOON_S)
    await scene.card("succeeded")


async def sent_later(scene: Scene) -> None:
    view = await scene.proposed(and_asset=True)
    run_at = int(datetime.now(UTC).timestamp() + FAR_S * 24)
    await scene.lives.does(scene.mei.choose(view, "send_at_moment", run_at))
    turned = await scene.view(scene.mei, "Quota of ")
    await scene.submitted(turned, SOON_S)
    await scene.card("succeeded")


async def cancelled(scene: Scene) -> None:
    await scene.confirmed(run_in_s=FAR_S)
    await scene.clicked(scene.mei, await scene.card("scheduled"), "cancel_unsent")
    await scene.opened_by(scene.mei, await scene.card("cancelled"), "send_cancelled")


async def looked_at(scene: Scene) -> None:
    """What people can ask without changing anything; the first modal comes too late."""
    slack = scene.lives.stage.slack
    slack.set_fault("trigger-expired", times=1)
    already = len(scene.mei.sees(LAUNCH))
    url = f"https://v.example.com/{scene.name}/0.mp4"
    await scene.lives.does(scene.mei.command(LAUNCH, "/prefetch", url))

    def offered() -> Message | None:
        later = scene.mei.sees(LAUNCH)[already:]
        return next((message for message in later if "review_draft" in str(message.blocks)), None)

    offer = await slack.wait_until(offered, PATIENCE_S)
    await scene.submitted(await scene.opened_by(scene.mei, offer, "review_draft"))
    card = await scene.card("succeeded")
    await scene.opened_by(scene.mei, card, "show_details")
    for asked in ("quota", "status", "5f" * 16):
        await scene.lives.does(scene.mei.command(LAUNCH, "/prefetch", asked))
    await scene.lives.does(scene.mei.open_home())
    await slack.wait_until(lambda: scene.mei.home, PATIENCE_S)


async def refused(scene: Scene) -> None:
    scene.lives.stage.vod.set_fault("vod-403-arrears", times=1, only="create")
    await scene.confirmed(files=11)
    await scene.opened_by(scene.mei, await scene.card("failed"), "retry_failed")


async def throttled(scene: Scene) -> None:
    """Slack takes the card no sooner than the cloud takes the call."""
    scene.lives.stage.slack.fail("chat.postMessage", TURNED_AWAY, times=1)
    scene.lives.stage.vod.set_fault("vod-429", times=1, only="create")
    await scene.confirmed()
    await scene.card("succeeded")


async def marked_as_sent(scene: Scene) -> None:
    await _decided(scene, "mark_as_sent")


async def sent_again(scene: Scene) -> None:
    await _decided(scene, "send_again")


async def _decided(scene: Scene, button: str) -> None:
    scene.lives.stage.vod.set_fault("vod-reset-after", times=1, only="create")
    await scene.confirmed()
    view = await scene.opened_by(scene.sam, await scene.card("partly failed"), button)
    await scene.lives.does(scene.sam.submit(view, REASON))
    await scene.over(runs=2)


async def given_up(scene: Scene) -> None:
    """The cloud is never done, and the bot stops asking."""
    scene.lives.stage.vod.set_fault("vod-stuck", times=1)
    await scene.confirmed()
    await scene.card("partly failed")


async def used_up(scene: Scene) -> None:
    scene.lives.stage.vod.set_fault("quota-exhausted")
    await scene.confirmed(files=11)
    await scene.opened_by(scene.mei, await scene.card("failed"), "send_rest_tomorrow")


def make_all_well(lives: Lives) -> None:
    """Nothing that an earlier play has spoilt is felt any longer, as on another day."""
    lives.stage.vod.clear_fault()
    lives.stage.slack.clear_fault()
    with reading(lives.stage) as session:
        session.exec(update(QuotaDayRow).values(exhausted_at=None))
        session.commit()


async def stopped(scene: Scene) -> None:
    await scene.confirmed()
    await scene.lives.stop()


@dataclass(frozen=True, slots=True)
class Story:
    """`alone`: it begins when the requests of earlier plays have ended, for it spoils a call."""

    act: Callable[[Scene], Coroutine[Any, Any, None]]
    alone: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.act.__name__


STORIES = (
    Story(sent_at_once, alone=False),
    Story(sent_later, alone=False),
    Story(cancelled, alone=False),
    Story(looked_at),
    Story(refused),
    Story(throttled),
    Story(marked_as_sent),
    Story(sent_again),
    Story(given_up, settings={"PREFETCH_POLL_GIVE_UP_S": "0.3"}),
    Story(stopped),
    Story(used_up),
)
