"""One editor's request from the first key to the final card, told as it would be read."""

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from bot.sandbox.fakeslack import LAUNCH, MEI, Message, Person, View
from bot.sandbox.fakeslack.faults import FAULTS as SLACK_FAULTS
from bot.sandbox.fakevod import CODE_FAULTS
from bot.sandbox.fakevod import FAULTS as VOD_FAULTS
from bot.sandbox.plain_words import PlainWords
from bot.sandbox.stage import Stage
from bot.sandbox.transcript import modal_box, transcript

Found = TypeVar("Found")

FAULTS: dict[str, str] = {
    **SLACK_FAULTS,
    **{name: fault.text for name, fault in VOD_FAULTS.items()},
}
CODES: dict[str, str] = {code: fault.text for code, fault in CODE_FAULTS.items()}
"""Error codes of the cloud, each of them a fault as well."""

PASSING = {"vod-429": 2, "APIGW.0308": 2, "VOD.10127": 2, "IAM.0012": 2, "APIGW.0613": 2}
"""How many calls meet a fault that is over after a while; the others last."""

REFUSED_S = 3.0
BEFORE_START = frozenset({"missing-scope"})
"""What the bot itself looks at when it starts, and refuses."""

AFTER_TYPING = frozenset({"channel-archived"})
"""Nobody can type a command where these hold, so they begin once the modal is open."""

ANSWER_WITHIN_S = 30.0
CARD_WITHIN_S = 90.0
SAMPLE = "https://cdn.example.com/launch/film.mp4 f488337c31c8e4622f1590735b134c65"
"""What mei types when nobody says what."""

FINAL = re.compile(r"^Prefetch R-\w{5} \((succeeded|partly failed|failed|scheduled)\)")
AS_ASKED = ("(succeeded)", "(scheduled)")
CARD = re.compile(r"^Prefetch R-\w{5}\b")
REFUSAL = re.compile(r"`E-\w{5}`|^\*?Not sent")


def bring_about(stage: Stage, names: Sequence[str]) -> None:
    """Faults of FAULTS and CODES, on whichever side they are."""
    for name in names:
        if name in SLACK_FAULTS:
            stage.slack.set_fault(name)
        else:
            stage.vod.set_fault(name, times=PASSING.get(name))
        if name == "vod-refused":
            asyncio.get_running_loop().call_later(REFUSED_S, stage.vod.clear_fault, name)


class Play:
    """Mei in #launch; `tell` receives each part of the story."""

    def __init__(self, stage: Stage, tell: Callable[[str], None]) -> None:
        self._stage = stage
        self._slack = stage.slack
        self._tell = tell
        self._mei: Person = stage.slack.person(MEI)

    async def act(self, command: str, text: str, faults: Sequence[str]) -> bool:
        """Type, confirm, wait for the end; True when it succeeded, or is scheduled.

        A form that opens, as it does when `text` is empty, is shown and is the end.
        """
        at_once = [name for name in faults if name not in AFTER_TYPING | BEFORE_START]
        bring_about(self._stage, at_once)
        self._tell(f"mei types in #launch:\n  {command} {text}".rstrip())
        delivery = await self._mei.command(LAUNCH, command, text)
        if delivery.error:
            return self._gives_up(f"Slack says: {command} failed with the error {delivery.error}")
        if not await self._modal_opens():
            return self._reads_answer()
        bring_about(self._stage, [name for name in faults if name in AFTER_TYPING])
        view = self._mei.views[-1]
        if _is_form(view):
            self._tell(self._box(view))
            return True
        if not await self._confirms(view):
            return False
        return await self._card_ends()

    async def _modal_opens(self) -> bool:
        """Whether there is a modal to confirm; presses the button that offers it once more."""
        answered = await self._wait(lambda: self._mei.views or self._answers(), ANSWER_WITHIN_S)
        while answered and not self._mei.views and (button := self._offered_button()):
            message, action_id = button
            self._tell(transcript(self._slack, self._mei, LAUNCH))
            self._tell("mei presses the button")
            seen = len(self._answers())
            await self._mei.click(message, action_id)
            await self._wait(
                lambda seen=seen: self._mei.views or len(self._answers()) > seen,  # type: ignore[misc]
                ANSWER_WITHIN_S,
            )
        return bool(self._mei.views)

    async def _confirms(self, view: View) -> bool:
        self._tell(self._box(view))
        submit = view.body.get("submit")
        if submit is None:
            return False
        self._tell(f"mei presses [{submit['text']}]")
        delivery = await self._mei.submit(view)
        if delivery.error:
            return self._gives_up(f"Slack says: {delivery.error}")
        if self._mei.views:
            self._tell(self._box(self._mei.views[-1]))
            return False
        return True

    async def _card_ends(self) -> bool:
        final = await self._wait(self._final_card, CARD_WITHIN_S)
        shown = transcript(self._slack, self._mei)
        self._tell(shown)
        if final is None:
            return self._gives_up(f"no final card within {CARD_WITHIN_S:.0f} s")
        return any(end in final.text for end in AS_ASKED)

    def _reads_answer(self) -> bool:
        self._tell(transcript(self._slack, self._mei, LAUNCH))
        answers = self._answers()
        return bool(answers) and not any(REFUSAL.search(message.text) for message in answers)

    def _gives_up(self, why: str) -> bool:
        self._tell(why)
        return False

    def _answers(self) -> list[Message]:
        """What the bot told mei alone."""
        return [message for message in self._mei.sees(LAUNCH) if message.is_ephemeral]

    def _offered_button(self) -> tuple[Message, str] | None:
        for message in reversed(self._answers()):
            elements: list[dict[str, Any]] = [
                element for block in message.blocks for element in block.get("elements", [])
            ]
            for element in elements:
                if element.get("type") == "button":
                    return message, str(element["action_id"])
        return None

    def _final_card(self) -> Message | None:
        messages = self._slack.workspace.messages
        cards = [
            message
            for channel in list(messages)
            if self._slack.workspace.channels[channel].is_im or channel == LAUNCH
            for message in messages[channel].values()
            if CARD.match(message.text)
        ]
        return next((card for card in cards if FINAL.match(card.text)), None)

    def _box(self, view: View) -> str:
        return modal_box(view, PlainWords(self._slack.workspace))

    async def _wait(self, look: Callable[[], Found | None], within_s: float) -> Found | None:
        try:
            return await self._slack.wait_until(look, within_s)
        except TimeoutError:
            return None


def _is_form(view: View) -> bool:
    """Whether somebody has to fill something in first."""
    return any(
        block["type"] == "input" and not block.get("optional", False)
        for block in view.body["blocks"]
    )
