"""What the card and the answers say."""

from dataclasses import replace

import pytest

from bot.blocks import messages
from bot.blocks.text import Block
from bot.rules.causes import FreeText
from bot.rules.states import CallStatus, Choice, Decision, RequestState, RequestStatus
from bot.rules.target import Reason, Rejected, Url
from bot.words.english import ENGLISH
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
            "• 2 calls: refused",
            "*Failed*",
            "• `https://cdn.example.com/b.mp4?…`",
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
        "The channel is archived. That is why this is here and not in <#C0LAUNCH>."
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
    line = messages.task_line(ENGLISH, call(0, status, [A], "pending"))

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


def test_card_of_what_is_scheduled_says_when_and_whose_quota() -> None:
    card = messages.card(ENGLISH, scheduled(assets(2)))

    assert "Waits until" in words(card)
    assert "2026-11-25 18:02 UTC+8" in words(card)
    assert "Charged to the quota of 2026-11-25." in words(card)
    assert labels(card) == ["Details", "Cancel"]


def test_used_up_day_offers_the_rest_for_tomorrow_and_no_retry_today() -> None:
    rejected = call(0, CallStatus.REJECTED, assets(2), "pending")

    today = labels(messages.card(ENGLISH, state([rejected], quota=SPENT)))
    later = labels(messages.card(ENGLISH, state([rejected], quota=QUIET)))

    assert today == ["Details", "Send the rest tomorrow"]
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
    assert message["text"] == "*No.* `E-9QX4T`\n`ftp://h/a` – Why"
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
            text = messages.card(words_of_a_language, found)["text"]
            assert messages.request_of_card(text) == found.id
