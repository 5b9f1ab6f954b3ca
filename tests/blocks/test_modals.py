"""What the modals ask and show."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from bot.blocks import ids, messages, modals
from bot.blocks.confirmation import confirm
from bot.blocks.text import Block
from bot.reading.files import KINDS
from bot.rules.draft import Overlap
from bot.rules.quota import QuotaDay
from bot.rules.reading import ListShape, Places, Reading, Unit
from bot.rules.states import Counts
from bot.rules.target import Reason, Rejected, Url
from bot.words.english import ENGLISH, phrases
from bot.words.mrkdwn import date_and_clock
from tests.helpers.said_words import said
from tests.helpers.screen_samples import (
    DAY,
    NOW,
    QUIET,
    SAM,
    TOMORROW,
    assets,
    overlaps,
    proposal,
    refusals,
    rejected_items,
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


def section_of(view: Block, begins: str) -> str:
    """The one section of the view that begins so."""
    [found] = [text for text in sections(view) if text.startswith(begins)]
    return found


def contexts(view: Block) -> list[str]:
    return [block["elements"][0]["text"] for block in view["blocks"] if block["type"] == "context"]


def test_confirmation_shows_files_calls_channel_and_quota() -> None:
    view = confirm(ENGLISH, proposal([*assets(2), *urls(11, "a")]))

    assert sections(view)[0] == "*13 files* in *4 calls* to the cloud · posted to <#C0LAUNCH>"
    assert sections(view)[1] == (
        "Quota today: 880 of 1,000 left → *867 left after this* (bot's count, resets 00:00 UTC+8)"
    )
    files = section_of(view, "• `asset").splitlines()
    assert files[0] == f"• `asset {0:032x}`"
    assert files[10:] == ["and 3 more"]
    assert view["submit"]["text"] == "Prefetch 13 files"


def test_confirmation_for_later_names_the_persons_own_zone_where_it_is_known() -> None:
    berlin = ZoneInfo("Europe/Berlin")

    view = confirm(ENGLISH, replace(proposal(assets(3), run_at=TOMORROW), own_zone=berlin))

    assert sections(view)[0].endswith(
        "(2026-11-25 11:02 UTC+1, in your own time zone, Europe/Berlin)"
    )


def test_confirmation_for_later_shows_the_quota_of_that_day() -> None:
    later = proposal(assets(3), run_at=TOMORROW, quota=replace(QUIET, day=NEXT_DAY))

    view = confirm(ENGLISH, later)

    assert sections(view)[0].endswith(
        f"\nTo be sent *{date_and_clock(TOMORROW)}* (2026-11-25 18:02 UTC+8, in the time zone of"
        " the quota, Asia/Shanghai)"
    )
    assert sections(view)[1].startswith("Quota of 2026-11-25: 880 of 1,000 left → *877 left")
    assert view["submit"]["text"] == "Schedule 3 files"
    picker = next(block for block in view["blocks"] if block.get("block_id") == ids.SEND_AT_BLOCK)
    assert picker["element"]["initial_date_time"] == TOMORROW.timestamp()


def test_confirmation_for_a_day_that_is_too_full_says_so() -> None:
    full = confirm(ENGLISH, proposal(assets(881), run_at=TOMORROW))

    assert "880 of 1,000 left → *not enough*" in sections(full)[1]


def test_confirmation_of_one_asset_counts_its_cost() -> None:
    view = confirm(ENGLISH, proposal(assets(1), asset_cost=5))

    assert sections(view)[0].startswith("*5 files* in *1 call*")
    assert "*875 left after this*" in sections(view)[1]


def test_confirmation_names_the_requests_that_hold_some_of_the_files() -> None:
    held = Overlap("R-7F3K2", SAM, NOW, Counts(ready=2, unknown=1))

    view = confirm(ENGLISH, proposal([A], overlaps=[held]))

    assert section_of(view, "*Asked") == (
        "*Asked for already* (what this request sends counts again)\n"
        f"• *R-7F3K2* of <@U0SAM>, {date_and_clock(NOW)}: 2 ready, 1 may have been sent"
    )


def test_earlier_request_that_waits_for_its_time_says_for_when() -> None:
    waits = Overlap("R-7F3K2", SAM, NOW, Counts(waiting=2), run_at=TOMORROW)

    view = confirm(ENGLISH, proposal([A], overlaps=[waits]))

    assert section_of(view, "*Asked").endswith(
        f": 2 waiting, to be sent {date_and_clock(TOMORROW)}"
    )


def test_confirmation_names_only_the_latest_of_many_requests() -> None:
    view = confirm(ENGLISH, proposal([A], overlaps=overlaps(400)))

    assert section_of(view, "*Asked").splitlines()[6:] == ["and 395 more"]


def test_confirmation_of_what_nobody_asked_for_says_nothing_of_it() -> None:
    assert "already*" not in str(confirm(ENGLISH, proposal([A])))


def test_confirmation_carries_nothing_but_the_draft_s_id() -> None:
    assert confirm(ENGLISH, proposal([A]))["private_metadata"] == "5f" * 12


@pytest.mark.parametrize(
    ("reading", "told"),
    [
        (
            Reading(ListShape.TABLE, 312, "url"),
            "Read as a table, column *url*, 312 rows below its header.",
        ),
        (Reading(ListShape.TABLE, 1, "2"), "Read as a table, column *2*, 1 row."),
        (Reading(ListShape.LINES, 1200), "Read as a plain list, 1,200 lines."),
        (Reading(ListShape.MARKDOWN, 3), "Read as Markdown, 3 lines."),
        (Reading(ListShape.JSON, 2, "*src*"), "Read as JSON, field *∗src∗*, 2 entries."),
        (Reading(ListShape.PLAYLIST, 2), "Read as a playlist, 2 entries."),
        (Reading(ListShape.XML, 2, "loc"), "Read as XML, element *loc*, 2 entries."),
    ],
)
def test_confirmation_says_how_the_list_was_read(reading: Reading, told: str) -> None:
    view = confirm(ENGLISH, proposal([A], reading=reading))

    assert contexts(view)[0] == told


def test_confirmation_says_nothing_of_a_field_that_was_left_empty() -> None:
    file = Reading(ListShape.TABLE, 12, "url", file="launch.csv")
    typed = Reading(ListShape.LINES, 0, others=(file,))

    view = confirm(ENGLISH, proposal([A], reading=typed))

    assert (
        contexts(view)[0] == "Read launch.csv as a table, column *url*, 12 rows below its header."
    )


def test_words_behind_the_command_need_no_such_line() -> None:
    view = confirm(ENGLISH, proposal([A], reading=Reading(ListShape.WORDS, 1)))

    assert not any("Read as" in text for text in contexts(view))


def test_confirmation_shows_what_is_left_out() -> None:
    rejected = [Rejected(f"ftp://h/{number}", Reason.IN_WORDS, ("Why",)) for number in range(1200)]

    view = confirm(ENGLISH, proposal([A], rejected=rejected, duplicates=2))

    title, files = section_of(view, "*Not sent").splitlines()
    assert title == "*Not sent (1,200 of 1,201)*"
    assert files.startswith("• `ftp://h/0`, `ftp://h/1`, ")
    assert files.endswith(" and 1,190 more – Why")
    assert contexts(view)[0] == "2 duplicates merged."


def test_confirmation_says_that_a_playlist_goes_without_its_segments() -> None:
    lists = [Url(f"https://cdn.example.com/{name}") for name in ("a.m3u8?sig=1", "b.mpd", "c.ts")]

    shown, without = (str(confirm(ENGLISH, proposal(it))) for it in (lists, lists[2:]))

    assert "*2 of these are playlists.* A playlist is prefetched alone" in shown
    assert "playlist" not in without


def test_confirmation_says_how_many_playlists_have_no_button() -> None:
    lists = [Url(f"https://cdn.example.com/{at}.m3u8") for at in range(23)]

    view = confirm(ENGLISH, proposal(lists, readable=range(1, 23)))

    looks = [it["accessory"] for it in view["blocks"] if ids.LOOK_BUTTON in str(it)]
    assert [it["value"] for it in looks] == [f"{'5f' * 12}:{at}" for at in range(1, 21)]
    assert "and 2 more" in sections(view)


def test_what_is_left_out_is_found_by_its_line() -> None:
    def of(places: Iterable[int], reason: Reason, unit: Unit = Unit.LINE) -> list[Rejected]:
        return [Rejected(f"x{it}", reason, at=Places(unit, (it,))) for it in places]

    found = [
        *of([3], Reason.DIRECTORY),
        *of([4, *range(20, 60, 2), *range(101, 1301)], Reason.PATTERN),
        *of([7], Reason.NO_SCHEME, Unit.ROW),
        Rejected("twice", Reason.PAGE, at=Places(Unit.ENTRY, (8, 9))),
    ]

    told = section_of(confirm(ENGLISH, proposal([A], rejected=found)), "*Not sent").splitlines()

    assert told[1].startswith("• `x3` (line 3) – This is a directory")
    assert told[2].startswith("• `x4` (line 4), `x20` (line 20), ")
    assert " and 1,211 more (lines 38, 40, 42, 44, 46, 48, 50, 52, 54, 56 and 1,201" in told[2]
    assert told[3].startswith("• `x7` (row 7) – ")
    assert told[4].startswith("• `twice` (entries 8–9) – ")


def test_list_with_ten_kinds_of_faults_names_each_of_them() -> None:
    ten = [it for it in Reason if it not in {Reason.FOREIGN_HOST, Reason.IN_WORDS}][:10]

    view = confirm(ENGLISH, proposal([A], rejected=[Rejected(it, it) for it in ten]))

    assert len(section_of(view, "*Not sent").splitlines()) == 11


def test_files_that_only_differ_in_their_signature_share_a_line() -> None:
    signed = [Url(f"https://h/a.mp4?auth_key={number}") for number in range(2)]

    view = confirm(ENGLISH, proposal([*signed, A]))

    assert section_of(view, "• ").splitlines()[0] == (
        "• `https://h/a.mp4?…` (2 addresses that differ in what is left out here)"
    )
    assert "*3 files*" in sections(view)[0]


def test_confirmation_without_rejects_says_nothing_of_them() -> None:
    view = confirm(ENGLISH, proposal([A]))

    assert "Not sent" not in str(view)
    assert "merged" not in str(view)


def test_form_asks_for_the_channel_only_when_it_is_not_known() -> None:
    known, unknown = (
        modals.ask(ENGLISH, modals.Form("C0LAUNCH")),
        modals.ask(ENGLISH, modals.Form(None)),
    )

    assert [block["block_id"] for block in known["blocks"]] == [ids.TARGETS_BLOCK]
    assert known["private_metadata"] == "C0LAUNCH"
    assert [block["block_id"] for block in unknown["blocks"]] == [
        ids.TARGETS_BLOCK,
        ids.CHANNEL_BLOCK,
    ]
    assert unknown["private_metadata"] == ""


def test_form_offers_files_only_where_they_can_be_read_and_then_either_is_enough() -> None:
    without, with_files = (
        modals.ask(ENGLISH, modals.Form("C0LAUNCH", takes_files=takes)) for takes in (False, True)
    )
    inputs = {block["block_id"]: block for block in with_files["blocks"]}

    assert "attach" not in str(without)
    assert without["blocks"][0]["optional"] is False
    assert [block["optional"] for block in inputs.values()] == [True, True]
    assert inputs[ids.FILES_BLOCK]["element"]["filetypes"] == list(KINDS)


def test_form_says_what_it_holds_before_somebody_pastes_more() -> None:
    hints = [
        modals.ask(ENGLISH, modals.Form("C0LAUNCH", takes_files=takes))["blocks"][0]["hint"]["text"]
        for takes in (False, True)
    ]

    assert all("3,000 characters, about 38 ordinary addresses" in hint for hint in hints)
    assert "write it into a message and choose Prefetch these links" in hints[0]
    assert "attach a file below" in hints[1]


def test_form_that_stands_again_holds_what_was_typed_and_chosen() -> None:
    form = modals.Form(None, typed="film", channel_choice="C0LAUNCH", told="*Not sent*")

    told, targets, channel = modals.ask(ENGLISH, form)["blocks"]

    assert told["text"]["text"] == "*Not sent*"
    assert targets["element"]["initial_value"] == "film"
    assert channel["element"]["initial_conversation"] == "C0LAUNCH"
    assert "default_to_current_conversation" not in channel["element"]


@pytest.mark.parametrize("name", refusals())
def test_field_error_is_plain_words(name: str) -> None:
    message = messages.refusal(ENGLISH, said(refusals()[name]), error_id="E-9QX4T")

    error = modals.field_error(ENGLISH, message["text"])

    assert error.startswith(BEGINNINGS)
    assert error.endswith("(error E-9QX4T)")
    assert "<@" not in error
    assert "<#" not in error


def test_field_error_shows_what_was_typed_as_it_was_typed() -> None:
    rejected = [Rejected("a & b < c", Reason.IN_WORDS, ("Why",)), *rejected_items() * 20]
    message = messages.refusal(ENGLISH, "*No.*", error_id="E-9QX4T", rejected=rejected)

    error = modals.field_error(ENGLISH, message["text"])

    assert error.splitlines()[:2] == ["No. (error E-9QX4T)", "• a & b < c – Why"]
    assert len(error) <= modals.ERROR_LIMIT


def test_channel_of_a_conversation_has_no_name() -> None:
    assert phrases.channel("C0LAUNCH") == "<#C0LAUNCH>"
    assert phrases.channel("G0GROUP") == "<#G0GROUP>"
    assert phrases.channel("D0MEI") == "this conversation"


def test_confirmation_in_a_direct_message_says_where_the_card_comes() -> None:
    found = proposal(assets(1))
    direct = replace(found, draft=replace(found.draft, channel_id="D0MEI"))

    shown = str(confirm(ENGLISH, direct)["blocks"])

    assert "posted to this conversation, or to you alone where the bot is no member" in shown
