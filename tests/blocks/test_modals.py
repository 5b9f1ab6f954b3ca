"""What the modals ask and show."""

from dataclasses import replace
from datetime import date

import pytest

from bot.blocks import ids, messages, modals
from bot.blocks.text import Block
from bot.rules.draft import Overlap
from bot.rules.quota import QuotaDay
from bot.rules.states import CallStatus, Counts
from bot.rules.target import Reason, Rejected, Url
from bot.words.english import ENGLISH, phrases
from bot.words.mrkdwn import date_and_clock
from tests.helpers.said_words import said
from tests.helpers.screen_samples import (
    DAY,
    FILLINGS,
    NOW,
    QUIET,
    SAM,
    TOMORROW,
    assets,
    call,
    overlaps,
    proposal,
    refusals,
    rejected_items,
    state,
    urls,
)

NEXT_DAY = QuotaDay(date(2026, 11, 25), DAY.zone)
BEGINNINGS = (
    "Not sent:",
    "Not sent again:",
    "Not scheduled:",
    "No request found",
    "Nothing was done",
)
A = Url("https://cdn.example.com/a.mp4?Expires=1")


def sections(view: Block) -> list[str]:
    return [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]


def contexts(view: Block) -> list[str]:
    return [block["elements"][0]["text"] for block in view["blocks"] if block["type"] == "context"]


def test_confirmation_shows_files_calls_channel_and_quota() -> None:
    view = modals.confirm(ENGLISH, proposal([*assets(2), *urls(11, "a")]))

    assert sections(view)[0] == "*13 files* in *4 calls* · posted to <#C0LAUNCH>"
    assert sections(view)[1] == (
        "Quota today: 120 used, 880 left → *867 left after this* (bot's count, resets 00:00 UTC+8)"
    )
    assert sections(view)[2].splitlines()[0] == f"• `asset {0:032x}`"
    assert sections(view)[2].splitlines()[10:] == ["and 3 more"]
    assert view["submit"]["text"] == "Prefetch 13 files"


def test_confirmation_for_later_shows_the_quota_of_that_day() -> None:
    later = proposal(assets(3), run_at=TOMORROW, quota=replace(QUIET, day=NEXT_DAY))

    view = modals.confirm(ENGLISH, later)

    assert sections(view)[0].endswith(
        f"\nTo be sent *{date_and_clock(TOMORROW)}* (2026-11-25 18:02 UTC+8)"
    )
    assert sections(view)[1].startswith("Quota of 2026-11-25: 120 used, 880 left → *877 left")
    assert view["submit"]["text"] == "Schedule 3 files"
    picker = next(block for block in view["blocks"] if block.get("block_id") == ids.SEND_AT_BLOCK)
    assert picker["element"]["initial_date_time"] == TOMORROW.timestamp()


def test_confirmation_for_a_day_that_is_too_full_says_so() -> None:
    full = modals.confirm(ENGLISH, proposal(assets(881), run_at=TOMORROW))

    assert "880 left → *not enough*" in sections(full)[1]


@pytest.mark.parametrize(
    ("query", "noted"),
    [("sig=s3cret · cancelled", True), ("sig=s3cret", False)],
)
def test_blank_that_nobody_sees_is_told(query: str, *, noted: bool) -> None:
    view = modals.confirm(ENGLISH, proposal([Url(f"https://cdn.example.com/a b.mp4?{query}")]))

    assert ("(with a blank in its query)" in sections(view)[2]) == noted


def test_confirmation_of_one_asset_counts_its_cost() -> None:
    view = modals.confirm(ENGLISH, proposal(assets(1), asset_cost=5))

    assert sections(view)[0].startswith("*5 files* in *1 call*")
    assert "*875 left after this*" in sections(view)[1]


def test_confirmation_names_the_requests_that_hold_some_of_the_files() -> None:
    held = Overlap("R-7F3K2", SAM, NOW, Counts(ready=2, unknown=1))

    view = modals.confirm(ENGLISH, proposal([A], overlaps=[held]))

    assert sections(view)[3] == (
        "*Asked for already* (what is sent again counts again)\n"
        f"• *R-7F3K2* of <@U0SAM>, {date_and_clock(NOW)}: 2 ready, 1 may have been sent"
    )


def test_earlier_request_that_waits_for_its_time_says_for_when() -> None:
    waits = Overlap("R-7F3K2", SAM, NOW, Counts(waiting=2), run_at=TOMORROW)

    view = modals.confirm(ENGLISH, proposal([A], overlaps=[waits]))

    assert sections(view)[3].endswith(f": 2 waiting, to be sent {date_and_clock(TOMORROW)}")


def test_confirmation_names_only_the_latest_of_many_requests() -> None:
    view = modals.confirm(ENGLISH, proposal([A], overlaps=overlaps(400)))

    assert sections(view)[3].splitlines()[6:] == ["and 395 more"]


def test_confirmation_of_what_nobody_asked_for_says_nothing_of_it() -> None:
    assert "already*" not in str(modals.confirm(ENGLISH, proposal([A])))


def test_confirmation_carries_nothing_but_the_draft_s_id() -> None:
    assert modals.confirm(ENGLISH, proposal([A]))["private_metadata"] == "5f" * 12


def test_confirmation_shows_what_is_left_out() -> None:
    rejected = [Rejected(f"ftp://h/{number}", Reason.IN_WORDS, ("Why",)) for number in range(1200)]

    view = modals.confirm(ENGLISH, proposal([A], rejected=rejected, duplicates=2))

    lines = sections(view)[3].splitlines()
    title, files = lines
    assert title == "*Not sent (1,200)*"
    assert files.startswith("`ftp://h/0`, `ftp://h/1`, ")
    assert files.endswith(" and 1,190 more – Why")
    assert contexts(view)[0] == "2 duplicates merged."


def test_files_that_only_differ_in_their_signature_share_a_line() -> None:
    signed = [Url(f"https://h/a.mp4?auth_key={number}") for number in range(2)]

    view = modals.confirm(ENGLISH, proposal([*signed, A]))

    assert sections(view)[2].splitlines()[0] == (
        "• `https://h/a.mp4?…` (2 addresses that differ in what is left out here)"
    )
    assert "*3 files*" in sections(view)[0]


def test_confirmation_without_rejects_says_nothing_of_them() -> None:
    view = modals.confirm(ENGLISH, proposal([A]))

    assert "Not sent" not in str(view)
    assert "merged" not in str(view)


def test_form_asks_for_the_channel_only_when_it_is_not_known() -> None:
    known, unknown = (
        modals.ask(ENGLISH, channel_id="C0LAUNCH"),
        modals.ask(ENGLISH, channel_id=None),
    )

    assert [block["block_id"] for block in known["blocks"]] == [ids.TARGETS_BLOCK]
    assert known["private_metadata"] == "C0LAUNCH"
    assert [block["block_id"] for block in unknown["blocks"]] == [
        ids.TARGETS_BLOCK,
        ids.CHANNEL_BLOCK,
    ]
    assert unknown["private_metadata"] == ""


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
    view = modals.details(ENGLISH, state([call(0, status, [A], target_status)]))

    assert sections(view)[1].endswith(f"\n• `https://cdn.example.com/a.mp4?…` · {word}")


def test_details_of_a_whole_day_show_every_target_of_usual_length() -> None:
    found = [Url(f"https://cdn.example.com/asset/{'9' * 60}/{number}.mp4") for number in range(970)]
    parts = [found[start : start + 10] for start in range(0, 970, 10)]

    view = modals.details(
        ENGLISH,
        state(call(n, CallStatus.SUCCEEDED, part, "succeed") for n, part in enumerate(parts)),
    )

    assert "\n".join(sections(view)).count("· ready") == 970
    assert contexts(view) == []


@pytest.mark.parametrize("alphabet", FILLINGS.values(), ids=FILLINGS)
def test_details_say_how_many_calls_they_leave_out(alphabet: str) -> None:
    found = urls(1000, alphabet)
    parts = [found[start : start + 10] for start in range(0, 1000, 10)]

    view = modals.details(
        ENGLISH,
        state(call(n, CallStatus.SUCCEEDED, part, "succeed") for n, part in enumerate(parts)),
    )

    shown = len(sections(view)) - 1
    assert shown >= 10
    assert contexts(view) == [f"and {100 - shown} more calls"]


@pytest.mark.parametrize("name", refusals())
def test_field_error_is_plain_words(name: str) -> None:
    message = messages.refusal(ENGLISH, said(refusals()[name]), error_id="E-9QX4T")

    error = modals.field_error(ENGLISH, message["text"])

    assert error.startswith(BEGINNINGS)
    assert error.endswith("E-9QX4T")
    assert "<@" not in error
    assert "<#" not in error


def test_field_error_shows_what_was_typed_as_it_was_typed() -> None:
    rejected = [Rejected("a & b < c", Reason.IN_WORDS, ("Why",)), *rejected_items() * 20]
    message = messages.refusal(ENGLISH, "*No.*", error_id="E-9QX4T", rejected=rejected)

    error = modals.field_error(ENGLISH, message["text"])

    assert error.splitlines()[:2] == ["No. E-9QX4T", "a & b < c – Why"]
    assert len(error) <= modals.ERROR_LIMIT


def test_channel_of_a_conversation_has_no_name() -> None:
    assert phrases.channel("C0LAUNCH") == "<#C0LAUNCH>"
    assert phrases.channel("G0GROUP") == "<#G0GROUP>"
    assert phrases.channel("D0MEI") == "this conversation"


def test_confirmation_in_a_direct_message_says_where_the_card_comes() -> None:
    found = proposal(assets(1))
    direct = replace(found, draft=replace(found.draft, channel_id="D0MEI"))

    shown = str(modals.confirm(ENGLISH, direct)["blocks"])

    assert "posted to this conversation, or to you alone where the bot is no member" in shown
