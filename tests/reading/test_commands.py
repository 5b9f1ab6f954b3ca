"""What the words after the slash command ask for."""

import pytest

from bot.reading.commands import (
    CANCEL,
    DETAILS,
    RETRY,
    AnotherWish,
    AskForTargets,
    Command,
    MisplacedTime,
    OfRequest,
    Prefetch,
    ShowHelp,
    ShowQuota,
    ShowStatus,
    UnknownCommand,
    UnreadableTime,
    parse_command,
)
from bot.rules.refusals import ListTooLong
from bot.rules.target import Asset, Reason, Rejected, Targets, Url
from tests.helpers.said_words import saying

ID = "5199337c31c8e4622f1590735b13a263"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", AskForTargets()),
        (" \u200b\n", AskForTargets()),
        (",", AskForTargets()),
        ("quota", ShowQuota()),
        (" QUOTA ", ShowQuota()),
        ("help", ShowHelp()),
        ("Help me", ShowHelp()),
        ("?", ShowHelp()),
        ("--help", ShowHelp()),
        ("status", ShowStatus(None)),
        ("Status\xa0r-7f3k2", ShowStatus("R-7F3K2")),
        ("status 7F3K2", ShowStatus("R-7F3K2")),
        (f"status {ID.upper()}", ShowStatus(ID)),
        ("details r-7f3k2", OfRequest(DETAILS, "R-7F3K2")),
        ("Details", OfRequest(DETAILS, None)),
        ("retry: R–7F3K2.", OfRequest(RETRY, "R-7F3K2")),
        ("retry the whole list again", OfRequest(RETRY, "the whole list again")),
        ("CANCEL\u200bＲ－７Ｆ３Ｋ２", OfRequest(CANCEL, "R-7F3K2")),
        ("cancel R-7F3K2 R-8F3K2", OfRequest(CANCEL, "R-7F3K2 R-8F3K2")),
        (f"cancel {ID}", OfRequest(CANCEL, ID)),
        ("cancel https://h/a.mp4?sig=1", OfRequest(CANCEL, "https://h/a.mp4?sig=")),
        ("cancl R-7F3K2", UnknownCommand("cancl", "cancel")),
        ("status tomorrow", ShowStatus("tomorrow")),
        ("help.", ShowHelp()),
        ("Help!", ShowHelp()),
        ("“help”", ShowHelp()),
        ("ｈｅｌｐ", ShowHelp()),
        ("help\xa0", ShowHelp()),
        ("help\u200b", ShowHelp()),
        ("？", ShowHelp()),
        ("??", ShowHelp()),
        ("—help", ShowHelp()),
        ("–help.", ShowHelp()),
        ("quota?", ShowQuota()),
        ("Quota。", ShowQuota()),
        ("quota\u200btoday", ShowQuota()),
        ("‘quota’", ShowQuota()),
        ("STATUS r-7f3k2.", ShowStatus("R-7F3K2")),
        ("status: R–7F3K2?", ShowStatus("R-7F3K2")),
        ("Status “R-7F3K2”", ShowStatus("R-7F3K2")),
        ("status\u3000Ｒ－７Ｆ３Ｋ２", ShowStatus("R-7F3K2")),
        ("status\u200bR-7F3K2", ShowStatus("R-7F3K2")),
        (f"status “{ID}”.", ShowStatus(ID)),
        ("status.", ShowStatus(None)),
        ("statuss.", UnknownCommand("statuss.", "status")),
        ("staus", UnknownCommand("staus", "status")),
        ("QUOTE", UnknownCommand("QUOTE", "quota")),
        ("xyzzy", UnknownCommand("xyzzy", None)),
        ("r-7f3k2:", UnknownCommand("r-7f3k2:", "status R-7F3K2")),
        ("staus R-7F3K2", UnknownCommand("staus", "status")),
        (ID, Prefetch(Targets((Asset(ID),)))),
        ("https://h/quota", Prefetch(Targets((Url("https://h/quota"),)))),
        ("<https://h/a b|quota>", Prefetch(Targets((Url("https://h/a b"),)))),
        (
            f"staus {ID}",
            Prefetch(Targets((Asset(ID),), (Rejected("staus", Reason.NOT_A_TARGET),))),
        ),
        ("“https://h/quota”", Prefetch(Targets((Url("https://h/quota"),)))),
        ("‘https://h/quota’", Prefetch(Targets((Url("https://h/quota"),)))),
        ("„https://h/quota“", Prefetch(Targets((Url("https://h/quota"),)))),
        ("＂https://h/quota＂", Prefetch(Targets((Url("https://h/quota"),)))),
        ("＜https://h/quota＞", Prefetch(Targets((Url("https://h/quota"),)))),
        ("\u200bhttps://h/quota\xa0", Prefetch(Targets((Url("https://h/quota"),)))),
        (f"{ID} — https://h/quota", Prefetch(Targets((Asset(ID), Url("https://h/quota"))))),
        (
            "https://h/my—film.mp4",
            Prefetch(Targets((), (Rejected("https://h/my—film.mp4", Reason.CORRECTED),))),
        ),
        ("https://h/quota,", Prefetch(Targets((Url("https://h/quota"),)))),
        ("-", AskForTargets()),
        (ID[1:], Prefetch(Targets((), (Rejected(ID[1:], Reason.NEARLY_AN_ID),)))),
        ("ftp://h/a", Prefetch(Targets((), (Rejected("ftp://h/a", Reason.NOT_HTTP),)))),
    ],
)
def test_command_is_recognised(text: str, command: Command) -> None:
    assert parse_command(text) == command


@pytest.mark.parametrize(
    "behind",
    [
        "«18:30»", "[18:30]", "【18:30】", "—18:30", "to\xadmorrow", "1\ufe0f\u20e38\u20e3:30",
        "١٨:٣٠", "18∶30", "１８﹕３０", "later", "soon", "this evening", "in an hour", "um 18:30",
        "@ 18:00", "«10» minutes", "18:60", "27:10",
        "um 18 Uhr", "à 18 heures", "18点", "um acht", "at eight", "half past six",
        "after the show", "once it is out", "nachher", "heute Abend", "demain", "mañana", "之后",
        "30.11. 18:00",
        "at", "—at", "at.", "ａｔ", f"{ID} at",
    ],
)  # fmt: skip
def test_word_that_may_say_a_time_never_becomes_at_once(behind: str) -> None:
    command = parse_command(f"https://h/a.mp4 {behind}")

    assert isinstance(command, MisplacedTime | UnreadableTime)


@pytest.mark.parametrize("word", ["purge", "Refresh", "invalidate", "flush"])
def test_another_wish_than_a_prefetch_proposes_none(word: str) -> None:
    assert parse_command(f"{word} https://h/a.mp4") == AnotherWish(word)


@pytest.mark.parametrize("behind", ["at noon", "at 12:60", "at 6", "at ١٨:٣٠"])
def test_time_that_is_not_understood_is_said(behind: str) -> None:
    command = parse_command(f"https://h/a.mp4 {behind}")

    assert isinstance(command, UnreadableTime)


def test_too_many_targets_after_the_command_are_refused() -> None:
    with pytest.raises(ListTooLong, check=saying("10,000 items")):
        parse_command(f"{ID} " * 10_000)
