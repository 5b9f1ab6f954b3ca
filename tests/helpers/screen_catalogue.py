"""Every view and message that people can be shown, each also with the largest accepted input."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Literal

from bot.blocks import ids, left_out, messages, modals, pages
from bot.blocks.confirmation import confirm
from bot.blocks.decisions import resolve
from bot.blocks.home import home_unread
from bot.blocks.text import Block
from bot.reading.lists import parse_arguments
from bot.rules.draft import Proposal
from bot.rules.refusals import HeldUp, ListTooLong, NothingToSend, Refusal
from bot.rules.slack_token import TokenFault, TokenTrouble
from bot.rules.target import Rejected, Url
from bot.slack.announcer import NOT_THERE
from bot.words.english import ENGLISH
from bot.words.language import Words
from bot.words.refusals import sentence
from tests.helpers import desks, screen_samples
from tests.helpers.screen_samples import BUSY, COMMAND, LAUNCH, NOW, QUIET, SPENT

ERROR_ID = "E-9QX4T"
MANY_CALLS = 50


Make = Callable[[], Block]


@dataclass(frozen=True)
class Exhibit:
    """`payload` is a view, or the arguments of a message, made when somebody first looks at it."""

    name: str
    kind: Literal["view", "message"]
    make: Make

    @cached_property
    def payload(self) -> Block:
        return self.make()


@cache
def catalogue(words: Words = ENGLISH) -> tuple[Exhibit, ...]:
    """In an order in which a person would like to look at them; made once a process."""
    return (
        *(Exhibit(name, "view", make) for name, make in views(words).items()),
        *(Exhibit(name, "message", make) for name, make in shown_messages(words).items()),
    )


def views(words: Words) -> dict[str, Make]:
    stale = partial(messages.stale, words, command=COMMAND)
    return {
        "ask": partial(modals.ask, words, modals.Form(LAUNCH)),
        "ask for the channel too": partial(modals.ask, words, modals.Form(None)),
        "ask for files": partial(modals.ask, words, modals.Form(LAUNCH, takes_files=True)),
        "ask again": partial(_asked_again, words),
        "read files": partial(modals.reading, words, ["launch <!here>.csv", "", "x" * 300] * 4),
        "read a file without a name": partial(modals.reading, words, [""]),
        **_confirmations(words),
        **{
            f"details: {name}": partial(pages.details, words, it)
            for name, it in screen_samples.states().items()
        },
        **{
            f"details, {name}, last page": partial(pages.details, words, it, 99)
            for name, it in screen_samples.states().items()
            if len(it.calls) > MANY_CALLS
        },
        **_pages(words),
        **{f"notice: {name}": partial(_notice, words, it) for name, it in _refusals(words).items()},
        **_decisions(words),
        "notice: stale": partial(_notice, words, stale),
        "home that cannot be read": partial(home_unread, words, sentence(words, HeldUp())),
        **desks.homes(words),
    }


def _asked_again(words: Words) -> Block:
    told = _refusals(words)
    form = modals.Form(
        None,
        takes_files=True,
        typed="x" * modals.INPUT_LIMIT,
        channel_choice=LAUNCH,
        told=max((it()["text"] for it in told.values()), key=len),
    )
    return modals.ask(words, form)


def shown_messages(words: Words) -> dict[str, Make]:
    states = screen_samples.states()
    return {
        **{f"card: {name}": partial(messages.card, words, it) for name, it in states.items()},
        **{
            f"card in a DM: {name}": partial(
                messages.card, words, it, refusal="channel_not_found", is_second=True
            )
            for name, it in states.items()
        },
        **{
            f"card in a DM, {code}": partial(
                messages.card, words, states["only succeeded"], refusal=code
            )
            for code in sorted(NOT_THERE)
        },
        **{f"status: {name}": partial(messages.status, words, it) for name, it in states.items()},
        "no requests": partial(messages.recent, words, [], command=COMMAND),
        "latest requests": partial(
            messages.recent, words, screen_samples.latest()[:5], command=COMMAND
        ),
        "quota": partial(messages.quota, words, QUIET, NOW),
        "quota of large numbers": partial(messages.quota, words, BUSY, NOW),
        "quota exhausted": partial(messages.quota, words, SPENT, NOW),
        **desks.reports_of(words),
        "usage": partial(messages.usage, words, command=COMMAND),
        "unknown command": partial(
            messages.unknown_command, words, "<!channel> `x`", None, command=COMMAND
        ),
        "mistyped command": partial(
            messages.unknown_command, words, "qouta", "quota", command=COMMAND
        ),
        "which request": partial(messages.which_request, words, "cancel", command=COMMAND),
        "unreadable time": partial(messages.unreadable_time, words, "<!here>", command=COMMAND),
        "misplaced time": partial(messages.misplaced_time, words, "<!here>", command=COMMAND),
        "another wish": partial(messages.another_wish, words, "<!here>"),
        "left out": partial(left_out.message_of, words, screen_samples.rejected_items()),
        "reopen": partial(messages.reopen, words, "5f" * 12, 1000),
        "stale": partial(messages.stale, words, command=COMMAND),
        "cancelled": partial(messages.cancelled, words, "R-7F3K2", 1000, goes_on=False),
        "cancelled in part": partial(messages.cancelled, words, "R-7F3K2", 1000, goes_on=True),
        **{f"refusal: {name}": it for name, it in _refusals(words).items()},
    }


def _decisions(words: Words) -> dict[str, Make]:
    longest = [call for it in screen_samples.states().values() for call in it.calls][:100]
    return {
        f"decide: {choice}, {len(calls)}": partial(resolve, words, choice, "R-7F3K2", calls)
        for choice in (ids.MARK_AS_SENT_BUTTON, ids.SEND_AGAIN_BUTTON)
        for calls in (longest[:1], longest)
    }


def _pages(words: Words) -> dict[str, Make]:
    """Both lists of a draft, at the beginning and beyond the end, with the longest of names."""
    return {
        f"look at {show.__name__}, {name}, page {page}": partial(_page, words, show, alphabet, page)
        for show in (pages.sent, pages.left_out)
        for name, alphabet in screen_samples.FILLINGS.items()
        for page in (0, 99)
    }


def _page(words: Words, show: Callable[..., Block], alphabet: str, page: int) -> Block:
    found = screen_samples.urls(100, alphabet)
    left_out = screen_samples.rejected_items() * 3
    return show(words, screen_samples.proposal(found, rejected=left_out).draft, page)


def _confirmations(words: Words) -> dict[str, Make]:
    few = [*screen_samples.assets(1), *map(Url, screen_samples.addresses())]
    proposals = {
        "one file": partial(screen_samples.proposal, few[:1]),
        "a few": partial(screen_samples.proposal, few, duplicates=1),
        "alike": partial(
            screen_samples.proposal, [Url(f"https://h/a.mp4?sig=1 {place}") for place in range(2)]
        ),
        **{
            f"read as {read.shape} {place}": partial(screen_samples.proposal, few[:1], reading=read)
            for place, read in enumerate(screen_samples.READINGS)
        },
        "look-alikes": partial(
            screen_samples.proposal,
            [
                Url(f"{scheme}://cdn.example.com/{name}.mp4?auth_key={at}")
                for at, scheme in enumerate(("https", "http", "https"))
                for name in ("视", "%E8%A7%86", *map(str, range(20)))
            ],
        ),
        "playlists": partial(
            screen_samples.proposal,
            [Url(f"https://cdn.example.com/{at}/index.m3u8") for at in range(20)],
            readable=range(20),
        ),
        **{
            f"signed, {name}": partial(
                screen_samples.proposal, screen_samples.signed(count), run_at=run_at
            )
            for name, count, run_at in (
                ("for now", 1, None),
                ("for tomorrow", 1, screen_samples.TOMORROW),
                ("many", 200, screen_samples.TOMORROW),
            )
        },
        "for tomorrow": partial(screen_samples.proposal, few, run_at=screen_samples.TOMORROW),
        "in a conversation": partial(screen_samples.proposal, few, channel_id="D0MEI"),
        "rejects and duplicates": partial(
            screen_samples.proposal, few, rejected=screen_samples.rejected_items(), duplicates=2
        ),
        "4,000 rejected": partial(
            screen_samples.proposal,
            few,
            rejected=screen_samples.rejected_items() * 160,
            duplicates=4000,
            quota=BUSY,
        ),
        "asked for before": partial(
            screen_samples.proposal, few, overlaps=screen_samples.overlaps(2)
        ),
        "asked for often": partial(
            screen_samples.proposal, few, overlaps=screen_samples.overlaps(400)
        ),
        "1,000 assets": partial(screen_samples.proposal, screen_samples.assets(1000)),
        "1,000 assets of 1,000 files": partial(
            screen_samples.proposal, screen_samples.assets(1000), quota=BUSY, asset_cost=1000
        ),
        **{
            f"1,000 URLs of {name}": partial(
                screen_samples.proposal, screen_samples.urls(1000, alphabet)
            )
            for name, alphabet in screen_samples.FILLINGS.items()
        },
    }
    looks: dict[str, Make] = {
        f"confirm: looked at, {name}": partial(confirm, words, screen_samples.proposal(few), it)
        for name, it in screen_samples.looks(few).items()
    }
    plain: dict[str, Make] = {
        f"confirm: {name}": partial(_confirmation, words, it) for name, it in proposals.items()
    }
    many = [screen_samples.MASTER] * 30
    readable = screen_samples.proposal(many, readable=range(30))
    playlists: dict[str, Make] = {
        f"playlist: {name}": partial(confirm, words, readable, playlist=looked)
        for name, looked in screen_samples.looks_at_playlists().items()
    }
    return plain | looks | playlists


def _refusals(words: Words) -> dict[str, Make]:
    return {
        **{name: partial(_refused, words, it) for name, it in screen_samples.refusals().items()},
        "too many items": partial(_refused, words, _too_many()),
        **{
            name: partial(messages.refusal, words, text, error_id=ERROR_ID)
            for name, text in _failures(words).items()
        },
    }


def _failures(words: Words) -> dict[str, str]:
    told = {
        "unexpected": words.failures.UNEXPECTED,
        "unopened": words.failures.UNOPENED,
        "rate limited": words.failures.RATE_LIMITED,
    }
    for fault in TokenFault:
        trouble = TokenTrouble("SLACK_BOT_TOKEN", fault, "")
        told[f"may not answer: {fault}"] = words.failures.may_not_answer(trouble)
        told[f"may not open: {fault}"] = words.failures.may_not_open(trouble)
    return told


def _confirmation(words: Words, make: Callable[[], Proposal]) -> Block:
    return confirm(words, make())


def _notice(words: Words, make: Make) -> Block:
    return modals.notice(words, make()["text"])


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
