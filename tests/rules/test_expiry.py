"""Until when a signed address holds: read where it is certain, and never claimed elsewhere."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.expiry import ends_unsaid, signatures
from bot.rules.signature import UNREADABLE, USUAL_VALIDITY, Signature, signature
from bot.rules.target import Asset, Target, Url
from tests.helpers.reading_strategies import addresses, any_text, unhurried

MD5 = "0123456789abcdef" * 2
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
AT = int(NOON.timestamp())
HOUR = timedelta(hours=1)
UTC_8 = timezone(timedelta(hours=8))

Write = Callable[[datetime], str]


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


ENDS: dict[str, Write] = {
    "OBS": lambda at: f"a.mp4?AccessKeyId=K&Expires={seconds(at)}&Signature=a%2Bb%3D",
    "S3 2": lambda at: f"a.mp4?AWSAccessKeyId=K&Expires={seconds(at)}&Signature=ab",
    "CloudFront": lambda at: f"a.mp4?Expires={seconds(at)}&Signature=ab&Key-Pair-Id=K1",
    "OSS": lambda at: f"a.mp4?OSSAccessKeyId=K&Expires={seconds(at)}&Signature=ab",
    "bunny": lambda at: f"a.mp4?token=ab&expires={seconds(at)}",
    "deadline": lambda at: f"a.mp4?deadline={seconds(at)}&sign=ab",
    "exp": lambda at: f"a.mp4?exp={seconds(at)}&sig=ab",
    "hdnts": lambda at: f"a.m3u8?hdnts=exp={seconds(at)}~acl=/*~hmac=ab",
    "hdnea": lambda at: f"a.m3u8?v=1&hdnea=st=1700000000~exp={seconds(at)}~acl=/a/b*~hmac=ab",
    "__token__": lambda at: f"a.m3u8?__token__=ip=1.2.3.4~exp={seconds(at)}~hmac=ab",
    "escaped token": lambda at: f"a.m3u8?hdnts=exp%3D{seconds(at)}%7Eacl%3D%2F%2A%7Ehmac%3Dab",
    "token in the path": lambda at: f"hdnts=exp={seconds(at)}~acl=/{MD5}/*~hmac=ab/a.m3u8",
    "S3 4": lambda at: f"a?X-Amz-Date={stamp(at - HOUR)}&X-Amz-Expires=3600&X-Amz-Signature=0f",
    "OBS 4": lambda at: f"a?X-Obs-Date={stamp(at - HOUR)}&X-Obs-Expires=3600&X-Obs-Signature=0f",
    "Tencent VOD": lambda at: f"a.mp4?t={seconds(at):x}&exper=0&us=k3v9&sign=5f0c2be19d",
    "Qiniu Kodo": lambda at: f"a.mp4?e={seconds(at)}&token=key:ab-_=",
    "COS": lambda at: f"a.mp4?q-sign-time=1700000000;{seconds(at)}&q-ak=K&q-signature=ab",
}
LEASTS: dict[str, Write] = {
    "A": lambda at: f"a.mp4?auth_key={seconds(at)}-0-0-{MD5}",
    "A of Huawei VOD": lambda at: f"a.mp4?auth_key={seconds(at)}-{MD5}-0-{MD5}{MD5}",
    "C2": lambda at: f"a.mp4?auth_key={MD5}&timestamp={seconds(at)}",
    "C2 in hexadecimal": lambda at: f"a.mp4?auth_key={MD5}&timestamp={seconds(at):X}",
    "Qiniu, or D of Tencent's CDN": lambda at: f"a.mp4?sign={MD5}&t={seconds(at):x}",
    "ws": lambda at: f"a.mp4?wsSecret={MD5}&wsTime={seconds(at):x}",
    "tx": lambda at: f"a.mp4?txSecret={MD5}&txTime={seconds(at):X}",
    "hw": lambda at: f"a.mp4?hwSecret={MD5}&hwTime={seconds(at):x}",
    "B": lambda at: f"{at.astimezone(UTC_8):%Y%m%d%H%M%S}/{MD5}/a.mp4",
}

moments = st.integers(1_010_000_000, 4_100_000_000).map(
    lambda since_1970: datetime.fromtimestamp(since_1970, UTC)
)


@given(kind=st.sampled_from([*ENDS, *LEASTS]), moment=moments)
@settings(unhurried, max_examples=500)
def test_time_is_read_as_it_was_written(kind: str, moment: datetime) -> None:
    write = {**ENDS, **LEASTS}[kind]

    found = signature(f"https://v.example.com/{write(moment)}")

    assert found == Signature(moment, is_end=kind in ENDS)


@pytest.mark.parametrize("kind", [*ENDS, *LEASTS])
def test_each_kind_is_read(kind: str) -> None:
    write = {**ENDS, **LEASTS}[kind]

    assert signature(f"https://v.example.com/{write(NOON)}") == Signature(NOON, kind in ENDS)


def test_minutes_in_a_path_are_read_in_utc_8() -> None:
    found = signature(f"https://v.example.com/202611282000/{MD5}/a.mp4")

    assert found == Signature(NOON, is_end=False)


@pytest.mark.parametrize(
    "rest",
    [
        "a.mp4",
        f"a.mp4?t={AT}",
        f"a.mp4?t={AT:x}&v=2",
        f"a.mp4?e={AT}",
        f"a.mp4?deadline={AT}",
        f"a.mp4?exp={AT}",
        f"a.mp4?timestamp={AT}",
        f"a.mp4?wsTimes={AT:x}",
        f"asset/{MD5}/{AT:x}/a.mp4",
        f"{MD5}/{AT:x}/a.mp4",
        f"films/202611282000/{MD5}/a.mp4",
        f"202611282000/{MD5}.mp4",
        f"209913991200/{MD5}/a.mp4",
        "a.mp4?signature=",
    ],
)
def test_what_is_no_signature_for_certain_is_not_claimed(rest: str) -> None:
    assert signature(f"https://v.example.com/{rest}") is None


@pytest.mark.parametrize(
    "rest",
    [
        "a.mp4?auth_info=Kq3yV0HChA9zQQ.0f4016a4",
        "a.mp4?auth_key=19-a-0-aa",
        f"a.mp4?auth_key={AT}",
        f"a.mp4?auth_key={MD5}",
        f"a.mp4?auth_key={AT}-0-0-ab&auth_key={AT + 1}-0-0-ab",
        f"a.mp4?Expires={AT}000&Signature=ab",
        "a.mp4?Expires=Sat%2C%2028%20Nov%202026&Signature=ab",
        f"a.mp4?Expires={AT}&exp={AT}&Signature=ab",
        f"a.mp4?Expires={AT}",
        "a.mp4?Policy=eyJ9&Signature=ab&Key-Pair-Id=K1",
        "a.m3u8?hdnts=acl=/*~hmac=ab",
        f"a.m3u8?hdnts=exp={AT}~exp={AT}~hmac=ab",
        f"a.m3u8?hdnts=exp={AT}~acl=/*",
        "a?X-Amz-Date=20261399T000000Z&X-Amz-Expires=60&X-Amz-Signature=0f",
        "a?X-Amz-Date=99991231T235959Z&X-Amz-Expires=9999999&X-Amz-Signature=0f",
        "a?X-Amz-Date=20261128T000000Z&X-Amz-Expires=1h&X-Amz-Signature=0f",
        f"a.mp4?wsSecret={MD5}",
        f"a.mp4?sign={MD5}&t=12",
        "a.mp4?t=00000001&us=1&sign=ab",
        f"a.mp4?t={AT:x}&t={AT + 1:x}&us=1&sign=ab",
    ],
)
def test_signature_without_a_certain_time_cannot_be_read(rest: str) -> None:
    assert signature(f"https://v.example.com/{rest}") is UNREADABLE


@given(text=any_text | addresses)
@unhurried
def test_no_text_is_too_odd_and_none_gets_an_end_by_chance(text: str) -> None:
    assert signature(text) in {None, UNREADABLE}


def test_two_signatures_end_with_the_earlier() -> None:
    later = seconds(NOON + HOUR)
    address = f"https://h/a?Expires={later}&Signature=a&hdnts=exp={AT}~acl=/*~hmac=ab"

    assert signature(address) == Signature(NOON, is_end=True)


def url(end: datetime, kind: Write = ENDS["OBS"]) -> Url:
    return Url(f"https://v.example.com/{kind(end)}")


def test_list_is_sorted_by_what_its_signatures_are_worth_when_it_is_sent() -> None:
    minute = timedelta(minutes=1)
    evening = NOON + 6 * HOUR
    ended, ending, holds = url(NOON), url(evening), url(evening + minute)
    key = LEASTS["A"]
    doubtful, fresh = url(evening - USUAL_VALIDITY, key), url(evening - 29 * minute, key)
    unreadable = Url("https://v.example.com/a.mp4?auth_info=Kq3y.0f")
    plain: list[Target] = [Asset(MD5), Url("https://v.example.com/a.mp4")]
    targets = [*plain, ended, ending, holds, doubtful, fresh, unreadable]

    later = signatures(targets, now=NOON, run_at=evening)
    at_once = signatures(targets, now=NOON)

    assert (later.ended, later.ending) == ((ended,), (ending,))
    assert later.useless == (ended, ending)
    assert (later.doubtful, later.unreadable) == ((doubtful,), (unreadable,))
    assert (at_once.useless, at_once.doubtful) == ((ended,), ())


@pytest.mark.parametrize(
    ("kind", "ends_after_min", "sent_after_min", "is_unsaid"),
    [
        ("OBS", 30, 60, True),
        ("OBS", 60, 60, True),
        ("OBS", 61, 60, False),
        ("OBS", 0, 60, False),
        ("OBS", 30, -60, False),
        ("A", 15, 60, True),
        ("A", -30, 60, False),
        ("A", 31, 60, False),
    ],
)
def test_what_ends_between_what_was_said_and_the_sending_is_unsaid(
    kind: str, ends_after_min: int, sent_after_min: int, *, is_unsaid: bool
) -> None:
    minute = timedelta(minutes=1)
    target = url(NOON + ends_after_min * minute, {**ENDS, **LEASTS}[kind])
    plain = Url("https://v.example.com/a.mp4?auth_info=Kq3y.0f")

    found = ends_unsaid(
        [Asset(MD5), plain, target], said_for=NOON, sent_at=NOON + sent_after_min * minute
    )

    assert found is is_unsaid
