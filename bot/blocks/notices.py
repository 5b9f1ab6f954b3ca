"""The message that tells one person, or several, what they have to hear."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.blocks.text import Block, context, paragraphs, section
from bot.rules.notices import Ended, Notice, Welcome
from bot.words.causes import sentences
from bot.words.language import Words
from bot.words.mrkdwn import mentions

CAUSES_SHOWN = 2
SENTENCE_ROOM = 700
"""For each sentence, so that ten notices fit into a message."""


def message(
    words: Words,
    notices: Sequence[Notice],
    *,
    users: Sequence[str],
    is_direct: bool = False,
    may_repeat: bool = False,
) -> Block:
    """Mentions the people, then tells each notice; `may_repeat` says that it may be a repetition.

    `is_direct`: it is a direct message, so nobody is mentioned.
    """
    whom = "" if is_direct else " ".join(mentions(users))
    told = [TELL[type(notice)](words, notice, is_direct) for notice in notices]
    lead = f"{whom} " if whom else ""
    if len(told) > 1:
        told = [[f"• {first}", *rest] for first, *rest in told]
        lead = f"{whom}\n" if whom else ""
    texts = [paragraphs(sentence for sentence in each if _fits(sentence)) for each in told]
    texts[0] = f"{lead}{texts[0]}"
    blocks = [section(text) for text in texts]
    if may_repeat:
        blocks.append(context(words.notices.MAY_REPEAT))
    short = "\n".join(first for first, *_ in told)
    return {"text": f"{lead}{short}", "blocks": blocks}


def _fits(sentence: str) -> bool:
    return len(sentence) <= SENTENCE_ROOM


def _ended(words: Words, notice: Ended, is_direct: bool) -> list[str]:  # noqa: FBT001
    why = [sentences(words, [cause], for_addresses=True) for cause in notice.causes]
    return [
        words.notices.ended(notice),
        *list(dict.fromkeys(why))[:CAUSES_SHOWN],
        *words.notices.after_the_end(notice, is_direct=is_direct),
    ]


def _welcome(words: Words, notice: Welcome, _: bool) -> list[str]:  # noqa: FBT001
    return words.notices.welcome(notice)


TELL: Mapping[type[Notice], Callable[[Words, Any, bool], list[str]]] = {
    Ended: _ended,
    Welcome: _welcome,
}
"""How each kind of notice is told: what happened first, then why, and what to do next."""
