"""Text that people type is shown as text: nothing unseen in it, and nothing that signs."""

import time

import pytest

from bot.rules.free_text import as_text
from bot.rules.redaction import without_queries, without_query

MD5 = "0123456789abcdef" * 2
ASSET = "5199337c31c8e4622f1590735b13a263"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("seen in the console", "seen in the console"),
        ("seen \u202egnp.exe", "seen gnp.exe"),
        ("se\u200ben \ufeffby\x00 me\u2069", "seen by me"),
        ("two\nlines\u2028and\x85more", "two lines and more"),
        ("a \U000e0041tag", "a tag"),
        ("auth_key=170-0-0-abc", "auth_key=…"),
        ("auth_key = 170-0-0-abc, seen", "auth_key=… seen"),
        ("auth\u200b_key=170-0-0-abc", "auth_key=…"),
        ("AUTH_KEY%3D170-0-0-abc", "AUTH_KEY=…"),
        ("a.mp4?Expires=1&Signature=Zm9v&x=1", "a.mp4?Expires=…&Signature=…&x=1"),
        ("X-Amz-Credential=AK X-Amz-Signature=00ff", "X-Amz-Credential=… X-Amz-Signature=…"),
        ("hdnts=exp=1~acl=/*~hmac=00ff wsSecret=aa", "hdnts=… wsSecret=…"),
        ("KeyName=k1 URLPrefix=aHR0 token=t", "KeyName=… URLPrefix=aHR0 token=…"),
        ("https://v.example.com/a.mp4?auth_key=1", "https://v.example.com/a.mp4?…"),
        ("quota=1000 files=3 monkey=7", "quota=1000 files=3 monkey=7"),
    ],
)
def test_typed_text_is_kept_as_it_may_be_shown(written: str, shown: str) -> None:
    assert as_text(written) == shown
    assert as_text(shown) == shown, "what is kept may be shown without another look"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://h/a.mp4", "https://h/a.mp4"),
        ("https://h/a b.mp4?auth_key=1&x", "https://h/a b.mp4?…"),
        ("https://h/a.mp4?…", "https://h/a.mp4?…"),
        ("https://h/@2x.png", "https://h/@2x.png"),
        ("HTTPS://mei@H:80/a#b", "HTTPS://H:80/a#…"),
        ("https://h/a.mp4#…", "https://h/a.mp4#…"),
        ("https://[::1]/@a", "https://[::1]/@a"),
        (ASSET, ASSET),
        ("", ""),
    ],
)
def test_without_query_keeps_what_may_be_shown(text: str, shown: str) -> None:
    assert without_query(text) == shown


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"/202611241200/{MD5}/a/film.mp4", "/…/…/a/film.mp4"),
        (f"/{MD5}/5f8a1b2c/film.mp4", "/…/…/film.mp4"),
        (f"/{MD5}/5f8a1b2c/asset/{ASSET}/a.mp4", f"/…/…/asset/{ASSET}/a.mp4"),
        (f"/202611241200/{MD5}/asset/{ASSET}/a.mp4", f"/…/…/asset/{ASSET}/a.mp4"),
        (f"/{MD5}/1732420800/film.mp4", "/…/…/film.mp4"),
        ("/hdntl=exp=1~acl=/*~data=hdntl~hmac=00ff/film.m3u8", "/hdntl=…/film.m3u8"),
        ("/hdnts=exp=1~acl=%2f*~hmac=00ff/film.m3u8", "/hdnts=…/film.m3u8"),
        ("/token=abc/film.mp4", "/token=…/film.mp4"),
        ("/bcdn_token=abc&expires=17/film.mp4", "/bcdn_token=…/film.mp4"),
        (f"/asset/{ASSET}/film.mp4", f"/asset/{ASSET}/film.mp4"),
        (f"/asset/{ASSET}/play_video/1.m3u8", f"/asset/{ASSET}/play_video/1.m3u8"),
        (f"/asset/{ASSET}/5f8a1b2c/film.mp4", f"/asset/{ASSET}/5f8a1b2c/film.mp4"),
        (f"/asset/{ASSET}/{MD5}/film.mp4", f"/asset/{ASSET}/{MD5}/film.mp4"),
        ("/2026/11/24/film.mp4", "/2026/11/24/film.mp4"),
        ("/202611241200/film.mp4", "/202611241200/film.mp4"),
    ],
)
def test_signature_in_the_path_is_left_out_wherever_an_address_is_shown(
    path: str, shown: str
) -> None:
    address = f"https://v.example.com{path}"

    assert without_query(address) == f"https://v.example.com{shown}"
    assert without_query(f"{address}?x=1") == f"https://v.example.com{shown}?…"
    assert without_queries(f"see {address} there") == f"see https://v.example.com{shown} there"
    assert as_text(address) == f"https://v.example.com{shown}"


@pytest.mark.parametrize(
    "text",
    ["/" * 50_000, "auth_key" * 10_000, "/hdntl=" * 10_000, "token = " * 10_000, "a/" * 9999],
)
def test_long_text_takes_no_longer_than_its_length(text: str) -> None:
    began = time.process_time()

    as_text(text)

    assert time.process_time() - began < 2
