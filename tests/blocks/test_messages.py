"""What the card and the answers say."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks import messages
from bot.blocks.text import Block
from bot.rules.causes import CloudError, FreeText
from bot.rules.states import CallStatus, Choice, Decision, RequestState, RequestStatus
from bot.rules.target import Reason, Rejected, Target, Url
from bot.vod import errors
from bot.words.english import ENGLISH
from bot.words.english.causes import ADVICE_FOR_ADDRESSES
from tests.helpers.marked_language import marked
from tests.helpers.said_words import said
from tests.helpers.screen_samples import (
    COMMAND,
    MEI,
    NOW,
    QUIET,
    SAM,
    SPENT,
    assets,
    call,
    refusals,
    scheduled,
    state,
    states,
)

A, B, C = (Url(f"https://cdn.example.com/{name}.mp4?Expires=1") for name in "abc")
PLAIN = Url("https://cdn.example.com/plain.mp4")


def words(message: Block) -> str:
    """Everything that the blocks say, a line a text."""
    blocks = message["blocks"]
    found = [it for block in blocks for it in (block.get("text"), *block.get("elements", ())) if it]
    texts = [it["text"] for it in found]
    return "\n".join(text if isinstance(text, str) else text["text"] for text in texts)


def labels(message: Block) -> list[str]:
    """The buttons of a card."""
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row]


def mixed() -> RequestState:
    return state(
        [
            call(0, CallStatus.PARTLY_FAILED, [A, B, C], "succeed", "failed", "succeed"),
            call(1, CallStatus.PROCESSING, [A, B], "succeed", "processing"),
            call(2, CallStatus.QUEUED, [A], "pending"),
            call(3, CallStatus.UNKNOWN, [A, B], "pending", causes=(FreeText("no answer"),)),
            call(4, CallStatus.REJECTED, [A], "pending", causes=(FreeText("refused"),)),
            call(5, CallStatus.REJECTED, [A], "pending", causes=(FreeText("refused"),)),
        ]
    )


def test_card_tells_who_asked_what_became_of_it_and_what_is_left() -> None:
    assert words(messages.card(ENGLISH, mixed())) == "\n".join(
        [
            (
                "*Prefetch R-7F3K2* · 10 files · asked by <@U0MEI>"
                f" · <!date^{NOW.timestamp():.0f}^{{time}}|10:02 UTC>"
            ),
            (
                "▓▓▓░░░░░░░ 3 of 10 ready, 1 failed, 1 processing, 1 waiting, 2 not sent,"
                " 2 may have been sent"
            ),
            f"`{0:032x}` · 3 files · partly failed: 2 of 3 ready, 1 failed",
            f"`{1:032x}` · 2 files · processing: 1 of 2 ready, 1 processing",
            "`no task_id` · 1 file · waiting to be sent",
            "`no task_id` · 2 files · *may have been sent*",
            "`no task_id` · 1 file · *not sent*",
            "`no task_id` · 1 file · *not sent*",
            "*Why*",
            "• 1 call: no answer",
            "• Each of 2 calls: refused",
            "*Failed*",
            "• `https://cdn.example.com/b.mp4?…`",
            ENGLISH.cards.checks(0, 1),
            "About *880 of 1,000 left today* (bot's count, resets 00:00 UTC+8)",
            "Details\nRetry 3 files\nCancel what is not sent",
        ]
    )


def test_card_in_words_alone_tells_the_same() -> None:
    assert messages.card(ENGLISH, mixed())["text"] == (
        "Prefetch R-7F3K2: 3 of 10 ready, 1 failed, 1 processing, 1 waiting, 2 not sent,"
        f" 2 may have been sent. task_id {0:032x}, {1:032x}. About 880 of 1,000 left today."
    )


@pytest.mark.parametrize(
    ("status", "target_status", "word"),
    [
        (CallStatus.SUCCEEDED, "succeed", "succeeded"),
        (CallStatus.FAILED, "failed", "failed"),
        (CallStatus.UNKNOWN, "pending", "partly failed"),
    ],
)
def test_words_alone_say_how_it_ended(status: CallStatus, target_status: str, word: str) -> None:
    card = messages.card(ENGLISH, state([call(0, status, [A], target_status)], quota=SPENT))

    assert card["text"].startswith(f"Prefetch R-7F3K2 ({word}): ")
    assert card["text"].endswith(" None of 1,000 left today.")


def test_card_elsewhere_says_why() -> None:
    card = messages.card(ENGLISH, mixed(), refusal="is_archived")

    assert words(card).endswith(
        "This card is here and not in <#C0LAUNCH>. The channel is archived."
    )


@pytest.mark.parametrize("ready", [0, 7, 10])
def test_card_of_a_whole_day_names_every_task(ready: int) -> None:
    urls = [A] * 10
    ends = ["succeed"] * ready + ["failed"]
    card = messages.card(
        ENGLISH, state(call(n, CallStatus.PARTLY_FAILED, urls, *ends) for n in range(100))
    )

    for number in range(100):
        assert f"`{number:032x}`" in words(card)
    assert "more calls" not in words(card)


def test_card_of_a_thousand_calls_says_how_many_it_leaves_out() -> None:
    card = messages.card(
        ENGLISH,
        state(call(n, CallStatus.SUCCEEDED, [it], "succeed") for n, it in enumerate(assets(1000))),
    )

    assert words(card).count("· ready") == 100
    assert "and 900 more calls" in words(card)


def test_card_that_leaves_one_call_out_says_so_in_the_singular() -> None:
    card = messages.card(
        ENGLISH,
        state(call(n, CallStatus.SUCCEEDED, [it], "succeed") for n, it in enumerate(assets(101))),
    )

    assert words(card).count("· ready") == 100
    assert "… and 1 more call, see Details\n" in f"{words(card)}\n"


@pytest.mark.parametrize("status", CallStatus)
def test_every_status_of_a_task_has_words(status: CallStatus) -> None:
    line = messages.call_line(ENGLISH, call(0, status, [A], "pending"))

    assert line.endswith(ENGLISH.cards.call_status(status))


@pytest.mark.parametrize(
    ("ended", "bar"),
    [(0, "░" * 10), (1, "░" * 10), (13, "▓▓░░░░░░░░"), (63, "▓▓▓▓▓▓▓▓▓░"), (64, "▓" * 10)],
)
def test_bar_is_full_only_when_all_has_ended(ended: int, bar: str) -> None:
    found = state(
        [
            call(0, CallStatus.PROCESSING, [A] * 64, *["succeed"] * ended, "processing"),
        ]
    )

    assert messages.progress(ENGLISH, found).startswith(f"{bar} {ended} of 64 ready")


def test_status_is_the_card_for_one_pair_of_eyes() -> None:
    ended = replace(mixed(), status=RequestStatus.PARTLY_FAILED)

    assert messages.status(ENGLISH, ended) == {
        **messages.card(ENGLISH, ended),
        "response_type": "ephemeral",
    }


def test_status_of_what_still_runs_says_where_it_goes_on() -> None:
    card, status = messages.card(ENGLISH, mixed()), messages.status(ENGLISH, mixed())

    assert status["blocks"][:-1] == card["blocks"]
    assert "The card of the request is." in words(status)


def test_card_tells_who_has_decided_what_and_why() -> None:
    sent_again = Decision(Choice.SENT_AGAIN, SAM, 2, NOW, "not seen\nin <the> console")
    cancelled = Decision(Choice.CANCELLED, MEI, 1, NOW)
    decided = replace(mixed(), decisions=(sent_again, cancelled))

    at = f"<!date^{int(NOW.timestamp())}^{{time}}|10:02 UTC>"
    assert (
        "*Decided*\n"
        f"• 1 file cancelled by <@{MEI}> at {at}\n"
        f"• 2 files sent again by <@{SAM}> at {at}: `not seen in &lt;the&gt; console`"
    ) in words(messages.card(ENGLISH, decided))


def test_card_names_the_requests_that_hold_its_files_as_well() -> None:
    text = (
        "Some of these files are in R-00001, R-00002, R-00003 as well. They count in each request."
    )

    assert text in str(messages.card(ENGLISH, states()["asked for before"])["blocks"])
    assert "as well" not in str(messages.card(ENGLISH, states()["only processing"])["blocks"])


@pytest.mark.parametrize("goes_on", [True, False])
def test_cancellation_says_whether_anything_goes_on(*, goes_on: bool) -> None:
    told = messages.cancelled(ENGLISH, "R-7F3K2", 2, goes_on=goes_on)["text"]

    assert told.startswith("*R-7F3K2*: 2 files will not be sent.")
    assert told.endswith(" What has been sent goes on.") == goes_on


@pytest.mark.parametrize(
    ("status", "files", "question"),
    [
        (RequestStatus.RUNNING, 2, "Up to 2 files will not be sent."),
        (RequestStatus.RUNNING, 1, "1 file will not be sent."),
        (RequestStatus.SCHEDULED, 2, "2 files will not be sent."),
    ],
)
def test_question_before_cancelling_says_how_many_at_most(
    status: RequestStatus, files: int, question: str
) -> None:
    waiting = call(0, CallStatus.QUEUED, assets(files), "pending")

    card = messages.card(ENGLISH, replace(state([waiting]), status=status))

    (cancel,) = (it for it in card["blocks"][-1]["elements"] if "confirm" in it)
    assert cancel["confirm"]["text"]["text"] == question


def test_card_of_what_is_scheduled_says_when_and_whose_quota() -> None:
    card = messages.card(ENGLISH, scheduled(assets(2)))

    assert "Waits until" in words(card)
    assert "2026-11-25 18:02 UTC+8" in words(card)
    assert "Charged to the quota of 2026-11-25." in words(card)
    assert labels(card) == ["Details", "Cancel"]


def test_card_of_another_day_tells_nothing_of_what_is_left_today() -> None:
    another_day = messages.card(ENGLISH, scheduled(assets(2)))
    today = messages.card(ENGLISH, replace(scheduled(assets(2)), run_at=NOW + timedelta(hours=1)))

    assert "left today" not in another_day["text"] + words(another_day)
    assert "left today" in today["text"]
    assert "left today" in words(today)


def test_used_up_day_offers_the_rest_for_tomorrow_and_no_retry_today() -> None:
    rejected = call(0, CallStatus.REJECTED, assets(2), "pending")
    sent = call(1, CallStatus.SUCCEEDED, assets(1), "succeed")

    today = labels(messages.card(ENGLISH, state([rejected], quota=SPENT)))
    some = labels(messages.card(ENGLISH, state([rejected, sent], quota=SPENT)))
    later = labels(messages.card(ENGLISH, state([rejected], quota=QUIET)))

    assert today == ["Details", "Send tomorrow"]
    assert some == ["Details", "Send the rest tomorrow"]
    assert later == ["Details", "Retry 2 files"]


def test_quota_shows_where_the_files_went() -> None:
    assert words(messages.quota(ENGLISH, QUIET, NOW)).splitlines()[:2] == [
        "About *880 of 1,000 left today* (bot's count, resets 00:00 UTC+8)",
        "120 sent · 0 reserved · 0 in doubt · reset at 00:00 UTC+8, in 5 h 58 min",
    ]


def test_refusal_carries_its_reasons_and_an_id() -> None:
    message = messages.refusal(
        ENGLISH,
        "*No.*",
        error_id="E-9QX4T",
        rejected=[Rejected("ftp://h/a", Reason.IN_WORDS, ("Why",))],
    )

    assert message["response_type"] == "ephemeral"
    assert message["text"] == "*No.* (error `E-9QX4T`)\n• `ftp://h/a` – Why"
    assert words(message) == message["text"]


@pytest.mark.parametrize("name", refusals())
def test_no_refusal_is_cut_in_a_message(name: str) -> None:
    text = said(refusals()[name])

    assert text in words(messages.refusal(ENGLISH, text, error_id="E-9QX4T"))


def test_mistyped_command_is_told_what_it_resembles() -> None:
    message = messages.unknown_command(ENGLISH, "qouta", "quota", command="/warmup")

    assert "Did you mean `/warmup quota`? `/warmup help` lists" in message["text"]


def test_every_command_is_explained_under_its_own_name() -> None:
    text = messages.usage(ENGLISH, command="/warmup")["text"]

    for word in ("quota", "status", "help"):
        assert f"`/warmup {word}`" in text
    assert COMMAND not in text


def test_text_of_a_card_is_known_in_every_language() -> None:
    marked_words = marked(ENGLISH)

    for found in states().values():
        for words_of_a_language in (ENGLISH, marked_words):
            text = messages.card_text(words_of_a_language, found)
            assert messages.request_of_card(text) == found.id


def test_card_names_the_addresses_that_were_refused_and_counts_other_calls() -> None:
    gone = CloudError("AssetNotFound", "no such asset", "VOD.10062")
    bill = CloudError("AccountProblem", "in arrears", "VOD.10120")
    shown = words(
        messages.card(
            ENGLISH,
            state(
                [
                    call(0, CallStatus.REJECTED, [A], "pending", causes=(gone,)),
                    call(1, CallStatus.REJECTED, [B], "pending", causes=(gone,)),
                    call(2, CallStatus.REJECTED, [C], "pending", causes=(bill,)),
                ]
            ),
        )
    )

    assert (
        "• `https://cdn.example.com/a.mp4?…`, `https://cdn.example.com/b.mp4?…`:"
        " no such asset (VOD.10062). "
    ) in shown
    assert "• 1 call: in arrears (VOD.10120). " in shown


def test_card_counts_the_calls_of_a_refusal_of_several_addresses() -> None:
    gone = CloudError("AssetNotFound", "no such asset", "VOD.10062")
    refused = call(0, CallStatus.REJECTED, [A, B], "pending", causes=(gone,))

    assert "• 1 call: no such asset" in words(messages.card(ENGLISH, state([refused])))


def test_card_names_the_host_of_calls_that_were_refused_for_their_domain() -> None:
    off = CloudError("CdnNotEnabled", "domain is off", "VOD.10088")
    alone = Url("https://other.example.com/a.mp4?Expires=1")
    refused = [
        call(0, CallStatus.REJECTED, [A, B], "pending", causes=(off,)),
        call(1, CallStatus.REJECTED, [B, C], "pending", causes=(off,)),
        call(2, CallStatus.REJECTED, [alone], "pending", causes=(off,)),
    ]

    assert (
        "• `cdn.example.com`, `https://other.example.com/a.mp4?…`: domain is off (VOD.10088). "
    ) in words(messages.card(ENGLISH, state(refused)))


def test_reason_of_an_address_that_leaves_no_room_is_told_without_it() -> None:
    gone = CloudError("AssetNotFound", "no such asset", "VOD.10062")
    longest = Url(f"https://cdn.example.com/{'&' * 900}.mp4")
    refused = call(0, CallStatus.REJECTED, [longest], "pending", causes=(gone,))

    assert "• 1 call: no such asset" in words(messages.card(ENGLISH, state([refused])))


def test_what_to_check_stands_once_under_what_failed() -> None:
    failed = [call(place, CallStatus.FAILED, [A, B], "failed") for place in range(3)]
    shown = words(messages.card(ENGLISH, state(failed)))

    assert shown.count("*What to check*") == 1
    assert shown.index("*Failed*") < shown.index("*What to check*") < shown.index("left today")
    for checked in ("key validation", "Include blank referer", "enabled", "origin", "no-store"):
        assert checked in shown


def test_nothing_is_to_be_checked_where_nothing_failed_at_the_cloud() -> None:
    gone = CloudError("AssetNotFound", "no such asset", "VOD.10062")
    ended = [
        call(0, CallStatus.SUCCEEDED, [A], "succeed"),
        call(1, CallStatus.REJECTED, [B], "pending", causes=(gone,)),
    ]

    assert "What to check" not in words(messages.card(ENGLISH, state(ended)))


@pytest.mark.parametrize(
    ("targets", "told"),
    [
        ([A, B], ""),
        ([A, PLAIN], " Not signed: 1 of 2."),
        ([PLAIN], " Not signed: 1 of 1."),
    ],
)
def test_what_to_check_says_how_many_are_not_signed(targets: list[Target], told: str) -> None:
    failed = call(0, CallStatus.FAILED, targets, "failed")

    shown = words(messages.card(ENGLISH, state([failed])))

    assert f"its signature has to be valid still.{told}\n" in shown


def test_advice_speaks_of_the_address_where_an_address_was_sent() -> None:
    gone = CloudError("AssetNotFound", "no such thing", "VOD.10062")
    refused = [
        call(0, CallStatus.REJECTED, [A], "pending", causes=(gone,)),
        call(1, CallStatus.REJECTED, assets(1), "pending", causes=(gone,)),
    ]

    _, of_address, of_asset = words(messages.card(ENGLISH, state(refused))).split("no such thing")

    assert "Check the address" in of_address
    assert "asset ID" not in of_address
    assert "Check the asset ID" in of_asset
    assert "address" not in of_asset


@pytest.mark.parametrize("kind", sorted(ADVICE_FOR_ADDRESSES))
def test_advice_for_addresses_is_that_of_a_refusal_and_speaks_of_the_address(kind: str) -> None:
    told = ENGLISH.causes.advice(kind, for_addresses=True)

    assert issubclass(getattr(errors, kind), errors.Refused)
    assert told != ENGLISH.causes.advice(kind)
    assert "address" in told
    assert "asset ID" not in told
