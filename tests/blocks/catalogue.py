"""Every view and message that people can be shown, each also with the largest accepted input."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from bot.blocks import ids, messages, modals
from bot.blocks.decisions import resolve
from bot.blocks.home import home
from bot.blocks.text import Block
from bot.reading.lists import parse_arguments
from bot.rules.refusals import ListTooLong, NothingToSend, Refusal
from bot.rules.target import Rejected, Url
from bot.slack.announcer import NOT_THERE
from bot.words.english import ENGLISH
from bot.words.language import Words
from bot.words.refusals import sentence
from tests.blocks import specimens
from tests.blocks.specimens import BUSY, COMMAND, LAUNCH, NOW, QUIET, SPENT

ERROR_ID = "E-9QX4T"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """`payload` is a view, or the arguments of a message."""

    name: str
    kind: Literal["view", "message"]
    payload: Block


@cache
def catalogue(words: Words = ENGLISH) -> tuple[Exhibit, ...]:
    """In an order in which a person would like to look at them; made once a process."""
    return (
        *(Exhibit(name, "view", payload) for name, payload in views(words).items()),
        *(Exhibit(name, "message", payload) for name, payload in shown_messages(words).items()),
    )


def views(words: Words) -> dict[str, Block]:
    return {
        "ask": modals.ask(words, channel_id=LAUNCH),
        "ask for the channel too": modals.ask(words, channel_id=None),
        **_confirmations(words),
        **{
            f"details: {name}": modals.details(words, it) for name, it in specimens.states().items()
        },
        **{
            f"notice: {name}": modals.notice(words, it["text"])
            for name, it in _refusals(words).items()
        },
        **_decisions(words),
        "notice: stale": modals.notice(words, messages.stale(words, command=COMMAND)["text"]),
        "home of somebody new": home(words, QUIET, [], now=NOW),
        "home, nothing left": home(words, SPENT, [], now=NOW),
        "home with requests": home(words, BUSY, specimens.latest(), now=NOW),
    }


def shown_messages(words: Words) -> dict[str, Block]:
    states = specimens.states()
    return {
        **{f"card: {name}": messages.card(words, it) for name, it in states.items()},
        **{
            f"card in a DM: {name}": messages.card(
                words, it, refusal="channel_not_found", is_second=True
            )
            for name, it in states.items()
        },
        **{
            f"card in a DM, {code}": messages.card(words, states["only succeeded"], refusal=code)
            for code in sorted(NOT_THERE)
        },
        **{f"status: {name}": messages.status(words, it) for name, it in states.items()},
        "no requests": messages.recent(words, [], command=COMMAND),
        "latest requests": messages.recent(words, specimens.latest()[:5], command=COMMAND),
        "quota": messages.quota(words, QUIET, NOW),
        "quota of large numbers": messages.quota(words, BUSY, NOW),
        "quota exhausted": messages.quota(words, SPENT, NOW),
        "usage": messages.usage(words, command=COMMAND),
        "unknown command": messages.unknown_command(words, "<!channel> `x`", None, command=COMMAND),
        "mistyped command": messages.unknown_command(words, "qouta", "quota", command=COMMAND),
        "unreadable time": messages.unreadable_time(words, "<!here>", command=COMMAND),
        "reopen": messages.reopen(words, "5f" * 12, 1000),
        "stale": messages.stale(words, command=COMMAND),
        "cancelled": messages.cancelled(words, "R-7F3K2", 1000, goes_on=False),
        "cancelled in part": messages.cancelled(words, "R-7F3K2", 1000, goes_on=True),
        **{f"refusal: {name}": it for name, it in _refusals(words).items()},
    }


def _decisions(words: Words) -> dict[str, Block]:
    longest = [call for it in specimens.states().values() for call in it.calls][:100]
    return {
        f"decide: {choice}, {len(calls)}": resolve(words, choice, "R-7F3K2", calls)
        for choice in (ids.MARK_AS_SENT_BUTTON, ids.SEND_AGAIN_BUTTON)
        for calls in (longest[:1], longest)
    }


def _confirmations(words: Words) -> dict[str, Block]:
    few = [*specimens.assets(1), *map(Url, specimens.addresses())]
    proposals = {
        "one file": specimens.proposal(few[:1]),
        "a few": specimens.proposal(few, duplicates=1),
        "for tomorrow": specimens.proposal(few, run_at=specimens.TOMORROW),
        "in a conversation": specimens.proposal(few, channel_id="D0MEI"),
        "rejects and duplicates": specimens.proposal(
            few, rejected=specimens.rejected_items(), duplicates=2
        ),
        "4,000 rejected": specimens.proposal(
            few, rejected=specimens.rejected_items() * 160, duplicates=4000, quota=BUSY
        ),
        "asked for before": specimens.proposal(few, earlier=specimens.earlier(2)),
        "asked for often": specimens.proposal(few, earlier=specimens.earlier(400)),
        "1,000 assets": specimens.proposal(specimens.assets(1000)),
        "1,000 assets of 1,000 files": specimens.proposal(
            specimens.assets(1000), quota=BUSY, asset_cost=1000
        ),
        **{
            f"1,000 URLs of {name}": specimens.proposal(specimens.urls(1000, alphabet))
            for name, alphabet in specimens.FILLINGS.items()
        },
    }
    return {f"confirm: {name}": modals.confirm(words, it) for name, it in proposals.items()}


def _refusals(words: Words) -> dict[str, Block]:
    return {
        **{name: _refused(words, it) for name, it in specimens.refusals().items()},
        "too many items": messages.refusal(words, sentence(words, _too_many()), error_id=ERROR_ID),
        "unexpected": messages.refusal(words, words.failures.UNEXPECTED, error_id=ERROR_ID),
    }


def _refused(words: Words, refusal: Refusal) -> Block:
    rejected: tuple[Rejected, ...] = ()
    if isinstance(refusal, NothingToSend):
        rejected = refusal.rejected
    return messages.refusal(words, sentence(words, refusal), error_id=ERROR_ID, rejected=rejected)


def _too_many() -> Refusal:
    try:
        parse_arguments("a " * 10_000)
    except ListTooLong as error:
        return error
    message = "ten thousand items were accepted"
    raise AssertionError(message)
