"""Words at the end of a command that say when a request is to be sent."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.reading.commands import Command, MisplacedTime, Prefetch, UnreadableTime, parse_command
from bot.rules.schedule import At, Exactly, In, When
from bot.rules.target import Asset, Reason, Targets, Url

ID = "5199337c31c8e4622f1590735b13a263"
FILM = "https://v.example.com/a.mp4"
EVENING = At(time(18, 0))
TOMORROW_EVENING = At(time(18, 0), days_ahead=1)
AT_FOUR = datetime(2026, 11, 29, 16, tzinfo=UTC)


def of(*targets: Url | Asset, at: When | None = None) -> Command:
    return Prefetch(Targets(targets), at)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (f"{FILM} at 18:00", of(Url(FILM), at=EVENING)),
        (f"<{FILM}> AT 18:00 ", of(Url(FILM), at=EVENING)),
        (f"{ID} at 9:05", of(Asset(ID), at=At(time(9, 5)))),
        (f"{ID}\n{FILM}\nat 18:00", of(Asset(ID), Url(FILM), at=EVENING)),
        (f"{ID}\n{FILM} at 18:00\n", of(Asset(ID), Url(FILM), at=EVENING)),
        (
            f"{ID} at 2026-11-25  18:00",
            of(Asset(ID), at=At(time(18, 0), date(2026, 11, 25))),
        ),
        ("at 18:00", of(at=EVENING)),
        (f"{FILM} at 18:00.", of(Url(FILM), at=EVENING)),
        (f"{FILM} at 18：00", of(Url(FILM), at=EVENING)),
        (f"{FILM}，at 18:00", of(Url(FILM), at=EVENING)),
        (f"{FILM} tomorrow at 18:00", of(Url(FILM), at=At(time(18), days_ahead=1))),
        (f"{FILM} at Tomorrow 18:00", of(Url(FILM), at=At(time(18), days_ahead=1))),
        (f"{FILM} at 18:00 today", of(Url(FILM), at=At(time(18), days_ahead=0))),
        (f"{ID}\n{FILM}\ntomorrow at 18:00", of(Asset(ID), Url(FILM), at=TOMORROW_EVENING)),
        (f"{FILM} 2026-11-25 at 18:00", of(Url(FILM), at=At(time(18), date(2026, 11, 25)))),
        (f"{FILM} tomorrow at today 18:00", UnreadableTime("tomorrow today 18:00")),
        (f"{FILM} at tomorrow", UnreadableTime("tomorrow")),
        (f"{FILM} at 23.59", of(Url(FILM), at=At(time(23, 59)))),
        (f"{FILM} at 9.05.", of(Url(FILM), at=At(time(9, 5)))),
        (f"{FILM} tomorrow at 18.00", of(Url(FILM), at=TOMORROW_EVENING)),
        (f"{FILM} at １８：００", of(Url(FILM), at=EVENING)),
        (f"{FILM}　ａｔ　18:00", of(Url(FILM), at=EVENING)),
        (f"{FILM}\xa0at\u200b18:00\u200b", of(Url(FILM), at=EVENING)),
        (f"{FILM} at “18:00”", of(Url(FILM), at=EVENING)),
        (f"{FILM} at 2026–11–25 18:00", of(Url(FILM), at=At(time(18), date(2026, 11, 25)))),
        (f"{FILM} at 6pm", of(Url(FILM), at=EVENING)),
        (f"{FILM} at 6 PM.", of(Url(FILM), at=EVENING)),
        (f"{FILM} at 6.00pm today", of(Url(FILM), at=At(time(18), days_ahead=0))),
        (f"{FILM} tomorrow at 11:05 am", of(Url(FILM), at=At(time(11, 5), days_ahead=1))),
        (f"{FILM} 18:00", of(Url(FILM), at=EVENING)),
        (f"{FILM} 6pm", of(Url(FILM), at=EVENING)),
        (f"{FILM} 6 pm", of(Url(FILM), at=EVENING)),
        (f"{FILM} ２３：５９", of(Url(FILM), at=At(time(23, 59)))),
        (f"{FILM} on 2026-11-27 18:00", of(Url(FILM), at=At(time(18), date(2026, 11, 27)))),
        (f"{FILM} monday at 18:00", of(Url(FILM), at=At(time(18), weekday=0))),
        (f"{FILM} on Sunday 9:00", of(Url(FILM), at=At(time(9), weekday=6))),
        (f"{FILM} tonight, at 18:00", of(Url(FILM), at=At(time(18), days_ahead=0))),
        (f"{FILM} tonight at 1:00", UnreadableTime("tonight 1:00")),
        (f"{FILM} 明天 18:00", of(Url(FILM), at=TOMORROW_EVENING)),
        (f"{FILM} 18:00 tomorrow", of(Url(FILM), at=TOMORROW_EVENING)),
        (f"{FILM} 18:00 UTC", of(Url(FILM), at=At(time(18), zone=UTC))),
        (f"{FILM} at 2026-11-29T18:00:00+02:00", of(Url(FILM), at=Exactly(AT_FOUR))),
        (f"{FILM} 2026-11-29T16:00Z", of(Url(FILM), at=Exactly(AT_FOUR))),
        (f"{FILM} at 2026-11-29T18:00", of(Url(FILM), at=At(time(18), date(2026, 11, 29)))),
        (f"{FILM} in 2 hours", of(Url(FILM), at=In(timedelta(hours=2)))),
        (f"{FILM} in 30m", of(Url(FILM), at=In(timedelta(minutes=30)))),
        (f"{FILM} in 1 day.", of(Url(FILM), at=In(timedelta(days=1)))),
        (f"{FILM} now", of(Url(FILM))),
        (f"schedule {FILM} at 18:00", of(Url(FILM), at=EVENING)),
        (f"schedule {FILM}", MisplacedTime("schedule")),
        (f"{FILM} next friday 18:00", MisplacedTime("next")),
        (f"{FILM} day after tomorrow 18:00", MisplacedTime("after")),
        (f"{FILM}\nhttps://v.example.com/meet me 18:00", MisplacedTime("18:00")),
        (f"{FILM} 18:60", UnreadableTime("18:60")),
        (f"{FILM} at 12am", UnreadableTime("12am")),
        (f"{FILM} at 12:30pm", UnreadableTime("12:30pm")),
        (f"{FILM} at 18pm", UnreadableTime("18pm")),
        (f"{FILM} at 6pm-7pm", UnreadableTime("6pm-7pm")),
        (f"{FILM} at 6pm 18:00", UnreadableTime("6pm 18:00")),
        (f"{FILM} at 18.5", UnreadableTime("18.5")),
        (f"{FILM} at 18.00.30", UnreadableTime("18.00.30")),
        (f"{FILM} at 24.00", UnreadableTime("24.00")),
        (f"{FILM} at 24:00", UnreadableTime("24:00")),
        (f"{FILM} at 18:60", UnreadableTime("18:60")),
        (f"{FILM} at 25 Nov 18:00", UnreadableTime("25 Nov 18:00")),
        (f"{FILM} at 2026-02-30 18:00", UnreadableTime("2026-02-30 18:00")),
        (f"{FILM} at 2026-11-25", UnreadableTime("2026-11-25")),
        (f"{FILM} at ١٨:٠٠x", UnreadableTime("١٨:٠٠x")),
    ],
)
def test_time_stands_at_the_end_of_a_command(text: str, command: Command) -> None:
    assert parse_command(text) == command


@pytest.mark.parametrize(
    "text",
    [
        f"{FILM}?at 18:00/x.mp4",
        "https://v.example.com/meet me at 18:00/b.mp4\nhttps://v.example.com/c.mp4",
        f"look at {FILM}",
        f"{FILM}\nhttps://v.example.com/Look at me.mp4",
        f"{FILM}\nhttps://v.example.com/Meet me at 18:00.mp4",
        f"what at {ID}",
        f"{FILM} have a look at it",
        f"{FILM}\nhttps://v.example.com/Screen Recording 2026-11-26 at 18.00.00.mov",
    ],
)
def test_at_elsewhere_is_no_time(text: str) -> None:
    command = parse_command(text)

    assert isinstance(command, Prefetch)
    assert command.at is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (f"at 18:00 {FILM}", "18:00"),
        (f"{FILM} at 18:00 {ID}", "18:00"),
        (f"{FILM} 23.59", "23.59"),
        (f"{FILM} 18h30", "18h30"),
        (f"{FILM} at 18:00\n{ID}", "18:00"),
        (f"{ID}\ntomorrow\n{FILM}", "tomorrow"),
        (f"{FILM} 明天", "明天"),
        (f"{FILM} 请在18:00预热", "请在18:00预热"),
        (f"{FILM} 18点", "18点"),
        ("tomorrow", "tomorrow"),
        (f"{FILM} at18:00", "at18:00"),
        (f"tomorrow: {FILM}", "tomorrow"),
        (f"{FILM} 18:00-19:00", "18:00-19:00"),
        (f"{FILM} 周五晚上八点", "周五晚上八点"),
        (f"{FILM} 11月26日", "11月26日"),
        (f"{FILM} at 18:00 please\n{ID}", "18:00"),
        (f"{FILM} tmrw", "tmrw"),
        # The time alone would mean another day.
        (f"{FILM} tmr at 18:00", "tmr"),
        (f"{FILM} tomorow at 18:00", "tomorow"),
        (f"{FILM} morgen at 18:00", "morgen"),
    ],
)
def test_time_in_another_place_is_pointed_out_and_nothing_is_sent(text: str, word: str) -> None:
    assert parse_command(text) == MisplacedTime(word)


@pytest.mark.parametrize(
    "name",
    [
        "Evening News 2026-11-25.mp4",
        "Show Monday.m3u8",
        "match 12:30.mp4",
        "Good News today.mp4",
        "The Day After Tomorrow.mp4",
        "my clip (Monday).mp4",
        "game 明日方舟.mp4",
        "第 3点.mp4",
        "rec-18:00.mp4",
        "tomorrow/a.mp4",
        "a.mp4?title=News%202026-11-25",
    ],
)
def test_file_may_be_named_after_a_day(name: str) -> None:
    address = f"https://v.example.com/{name}"

    assert parse_command(f"{FILM}\n{address}") == of(Url(FILM), Url(address))
    assert parse_command(f"<{address}>") == of(Url(address))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("cdn.example.com/明日方舟.mp4", Reason.NO_SCHEME),
        ("https://v.example.com/my film 2026-11-25.mp4", Reason.CUT),
    ],
)
def test_day_in_a_name_does_not_hide_what_is_wrong_with_it(text: str, reason: Reason) -> None:
    command = parse_command(text)

    assert isinstance(command, Prefetch)
    assert [item.reason for item in command.targets.rejected] == [reason]
