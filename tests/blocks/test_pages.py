"""The lists behind a confirmation and behind a card, page by page."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from bot.blocks import ids, pages
from bot.blocks.confirmation import confirm
from bot.blocks.text import Block
from bot.rules.causes import CloudError
from bot.rules.reading import Places, Unit
from bot.rules.states import CallStatus, RequestState
from bot.rules.target import Asset, Reason, Rejected, Target, Url
from bot.sandbox.blockkit import check_view
from bot.words.english import ENGLISH
from tests.helpers.screen_samples import FILLINGS, assets, call, proposal, state, urls

FILES = 120
"""Of the greatest length they fill more than one page, and with the longest characters many."""

A = Url("https://cdn.example.com/a.mp4?Expires=1")
B = Url("https://cdn.example.com/b.mp4?Expires=1")


def sections(view: Block) -> list[str]:
    return [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]


def contexts(view: Block) -> list[str]:
    return [block["elements"][0]["text"] for block in view["blocks"] if block["type"] == "context"]


def buttons(view: Block) -> dict[str, str]:
    """The value of each button below the list, by its action."""
    return {
        button["action_id"]: button["value"]
        for block in view["blocks"]
        if block["type"] == "actions"
        for button in block["elements"]
    }


def turned(show: Callable[[int], Block]) -> list[Block]:
    """Every page, from the first to the one without *Next*; Slack takes each of them."""
    shown = [show(0)]
    while following := buttons(shown[-1]).get(ids.NEXT_PAGE_BUTTON):
        shown.append(show(int(following)))
    assert [problem for view in shown for problem in check_view(view)] == []
    return shown


def lines(views: Sequence[Block]) -> list[str]:
    texts = "\n".join(text for view in views for text in sections(view))
    return [line for line in texts.splitlines() if line[:1] == "•"]


def number_of(line: str) -> int:
    """Which of `urls` the line shows."""
    found = re.search(r"/(\d{4})", line)
    assert found is not None, line
    return int(found[1])


def in_calls(targets: Sequence[Target], size: int = 10) -> RequestState:
    parts = [targets[start : start + size] for start in range(0, len(targets), size)]
    return state(call(n, CallStatus.SUCCEEDED, part, "succeed") for n, part in enumerate(parts))


@pytest.mark.parametrize(
    ("status", "target_status", "word"),
    [
        (CallStatus.QUEUED, "pending", "waiting"),
        (CallStatus.SUBMITTING, "pending", "waiting"),
        (CallStatus.PROCESSING, "pending", "waiting"),
        (CallStatus.PROCESSING, "processing", "processing"),
        (CallStatus.PROCESSING, "paused <!here>", "paused &lt;!here&gt;"),
        (CallStatus.SUCCEEDED, "succeed", "ready"),
        (CallStatus.FAILED, "failed", "failed"),
        (CallStatus.REJECTED, "pending", "not sent"),
        (CallStatus.UNKNOWN, "pending", "may have been sent"),
        (CallStatus.SENT, "pending", "marked as sent, not followed"),
        (CallStatus.CANCELLED, "pending", "cancelled"),
    ],
)
def test_details_say_of_each_target_what_is_known(
    status: CallStatus, target_status: str, word: str
) -> None:
    view = pages.details(ENGLISH, state([call(0, status, [A], target_status)]))

    assert sections(view)[1].endswith(f"\n• `https://cdn.example.com/a.mp4?…` · {word}")


@pytest.mark.parametrize("alphabet", FILLINGS.values(), ids=FILLINGS)
@pytest.mark.parametrize("size", [1, 10])
def test_details_show_every_file_however_long(size: int, alphabet: str) -> None:
    found = in_calls(urls(FILES, alphabet), size)

    shown = lines(turned(lambda page: pages.details(ENGLISH, found, page)))

    assert [re.findall(r"/(\d{4})", line)[0] for line in shown] == [
        f"{it:04}" for it in range(FILES)
    ]
    assert all(line.endswith(" · ready") for line in shown)


def test_last_of_many_calls_is_seen() -> None:
    found = in_calls([*urls(980, "a"), A])

    *_, last = turned(lambda page: pages.details(ENGLISH, found, page))

    assert sections(last)[-1] == (
        f"`{98:032x}` · 1 file\n• `https://cdn.example.com/a.mp4?…` · ready"
    )


def test_details_that_fit_have_no_pages() -> None:
    view = pages.details(ENGLISH, in_calls([A]), 7)

    assert contexts(view) == []
    assert buttons(view) == {}
    assert lines([view]) == ["• `https://cdn.example.com/a.mp4?…` · ready"]


def test_call_that_goes_on_over_the_page_is_named_on_both() -> None:
    found = in_calls([Asset(f"{it:032x}") for it in range(95)], size=95)

    first, second = turned(lambda page: pages.details(ENGLISH, found, page))

    assert sections(first)[1].startswith(f"`{0:032x}` · 95 files\n• ")
    assert sections(second)[1].startswith(f"`{0:032x}` · 95 files\n• ")
    assert len(lines([second])) == 5


def test_status_that_changes_moves_no_file_to_another_page() -> None:
    found = in_calls(urls(FILES, "视"))
    sent = (replace(it, status=CallStatus.SENT, task_id="5" * 32) for it in found.calls)
    later = replace(found, calls=tuple(sent))

    before = turned(lambda page: pages.details(ENGLISH, found, page))
    after = turned(lambda page: pages.details(ENGLISH, later, page))

    numbers = [[list(map(number_of, lines([view]))) for view in views] for views in (before, after)]
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("alphabet", FILLINGS.values(), ids=FILLINGS)
def test_every_address_of_a_draft_can_be_looked_at(alphabet: str) -> None:
    found = proposal([*urls(FILES, alphabet), A]).draft

    views = turned(lambda page: pages.sent(ENGLISH, found, page))

    assert list(map(number_of, lines(views)[:-1])) == list(range(FILES))
    assert lines(views)[-1] == "• `https://cdn.example.com/a.mp4?…`"
    assert "SIGNATURE" not in str(views)
    assert contexts(views[1]) == [f"Page 2 of {len(views)}"]
    assert {view["private_metadata"] for view in views} == {f"sent:{found.id}"}


def test_long_address_is_shown_whole() -> None:
    long = f"https://cdn.example.com/{'a' * 1000}/{'b' * 1000}.mp4"

    view = pages.sent(ENGLISH, proposal([Url(long)]).draft)

    assert sections(view)[1:] == [f"• `{long}`"]


def test_page_beyond_the_end_is_the_last_one() -> None:
    found = proposal(assets(100)).draft

    assert pages.sent(ENGLISH, found, 999) == pages.sent(ENGLISH, found, 1)
    assert buttons(pages.sent(ENGLISH, found, 1)) == {ids.PREVIOUS_PAGE_BUTTON: "0"}


def test_all_that_is_left_out_stands_below_its_reason_with_its_line() -> None:
    rejected = [
        Rejected("words", Reason.NOT_A_TARGET, at=Places(Unit.LINE, (2,))),
        *(
            Rejected(f"https://h/{it}/", Reason.DIRECTORY, at=Places(Unit.LINE, (it,)))
            for it in range(3, 303)
        ),
        Rejected("h/a.mp4", Reason.NO_SCHEME, offered="https://h/a.mp4"),
    ]
    found = proposal([A], rejected=rejected).draft

    views = turned(lambda page: pages.left_out(ENGLISH, found, page))

    assert sections(views[0])[0] == "*All that is not sent (302)*"
    assert sections(views[0])[1].splitlines()[1] == "• `https://h/3/` (line 3)"
    assert sections(views[1])[1].startswith("This is a directory")
    assert lines(views)[-2:] == [
        "• `h/a.mp4` · Perhaps `https://h/a.mp4` was meant.",
        "• `words` (line 2)",
    ]
    assert len(lines(views)) == 302


def test_confirmation_of_little_has_nothing_more_to_look_at() -> None:
    assert buttons(confirm(ENGLISH, proposal([A]))) == {}
    assert buttons(confirm(ENGLISH, proposal([Url(f"https://h/{'a' * 200}.mp4")]))) == {
        ids.LOOK_AT_ALL_BUTTON: "5f" * 12
    }


def test_confirmation_of_a_long_list_offers_both_lists() -> None:
    found = proposal(assets(300), rejected=[Rejected(str(it), Reason.CUT) for it in range(12)])

    view = confirm(ENGLISH, found)

    assert buttons(view) == {
        ids.LOOK_AT_ALL_BUTTON: "5f" * 12,
        ids.LOOK_AT_LEFT_OUT_BUTTON: "5f" * 12,
    }
    assert "'Look at all 300'" in str(view)
    assert "'Look at the 12 not sent'" in str(view)


def test_details_tell_each_call_why_it_was_refused() -> None:
    gone = CloudError("AssetNotFound", f"no such <!here> as {A.address}", "VOD.10062")
    refused = [
        call(0, CallStatus.REJECTED, [A], "pending", causes=(gone,)),
        call(1, CallStatus.SUCCEEDED, [B], "succeed"),
    ]

    _, first, second = sections(pages.details(ENGLISH, state(refused)))

    assert first == (
        "`no task_id` · 1 file\n• `https://cdn.example.com/a.mp4?…` · not sent\n"
        "no such &lt;!here&gt; as https://cdn.example.com/a.mp4?… (VOD.10062). Check the address,"
        " and that its asset belongs to this region's project."
    )
    assert second.endswith("· ready")


def test_details_say_once_what_to_check_when_files_have_failed() -> None:
    failed = [call(place, CallStatus.FAILED, [A, B], "failed") for place in range(200)]

    view = pages.details(ENGLISH, state(failed))

    assert contexts(view) == [ENGLISH.cards.checks(0, 400), "Page 1 of 5"]
    assert "What to check" not in "".join(sections(view))


def test_reason_that_leaves_no_room_for_the_files_is_counted() -> None:
    endless = tuple(CloudError("BadRequest", "&" * 200, f"VOD.{place}") for place in range(9))
    refused = call(0, CallStatus.UNKNOWN, [A], "pending", causes=endless)

    (_, shown) = sections(pages.details(ENGLISH, state([refused])))

    assert shown.endswith("a.mp4?…` · may have been sent\nand 1 more")


def test_reasons_of_many_calls_fit_the_pages() -> None:
    told = tuple(CloudError("BadRequest", "視" * 60, f"VOD.{place}") for place in range(4))
    found = state(
        call(place, CallStatus.REJECTED, [url], "pending", causes=told)
        for place, url in enumerate(urls(FILES, "視"))
    )

    views = turned(lambda page: pages.details(ENGLISH, found, page))

    assert list(map(number_of, lines(views))) == list(range(FILES))
    assert str(views).count("VOD.0") == FILES


@pytest.mark.parametrize("last", range(1, 200))
def test_section_that_is_just_full_is_followed_by_no_empty_one(last: int) -> None:
    full = [Rejected(f"ftp://h/{it:03}{'x' * 189}", Reason.NOT_HTTP) for it in range(13)]
    rejected = [*full, Rejected(f"ftp://h/{'y' * last}", Reason.NOT_HTTP)]

    view = pages.left_out(ENGLISH, proposal([A], rejected=rejected).draft)

    assert "" not in sections(view)
    assert check_view(view) == []
