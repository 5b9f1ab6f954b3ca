"""Answers are quoted without anything that must stay secret."""

import httpx
import pytest
from pydantic import SecretStr

from bot.vod.answers import Answer, safe_text
from bot.vod.errors import VodError
from bot.vod.signing import AccessKeyAuth
from bot.vod.tokens import FixedToken, FixedTokenAuth
from tests.helpers.vod_server import AK, KEY, Clock, client_to

TOKEN = "made-up-token"


def answer(**headers: str) -> Answer:
    return Answer(429, b"", httpx.Headers({n.replace("_", "-"): v for n, v in headers.items()}))


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (
            "verify aksk signature fail, canonicalRequest:PUT|/v2/x||a:b",
            "verify aksk signature fail",
        ),
        ("bad url https://e.com/a.mp4?auth_key=17-0-0-ff, x", "bad url https://e.com/a.mp4?…, x"),
        ("SDK-HMAC-SHA256 Access=AK1, Signature=ffff", "SDK-HMAC-SHA256 …, …"),
        ("token " + "MIIabc-" * 20 + " expired", "token … expired"),
        ("a\nb\t\x00c\u202ed", "a b c d"),
        ("x y" * 100, ("x y" * 100)[:199] + "…"),
    ],
)
def test_text_is_one_short_line_without_secrets(told: str, shown: str) -> None:
    assert safe_text(told) == shown


MD5 = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("bad auth_key=17-0-0-ff, x", "bad auth_key=…, x"),
        ("bad auth_key%3D17-0-0-ff x", "bad auth_key%3D… x"),
        ("X-Auth-Token: MIIsecret is old", "X-Auth-Token: … is old"),
        ('{"X-Auth-Token":"MIIsecret"}', '{"X-Auth-Token":"…"}'),
        ("Authorization: Bearer s3cret", "Authorization: …"),
        ("x-security-token=s3cret;", "x-security-token=…;"),
        ("AccessKey: AK12, sk=s3cret", "AccessKey: …, sk=…"),
        ("https://e.com/hdntl=exp=17~acl=/*~hmac=0a1b/a.mp4", "https://e.com/hdntl=…/a.mp4"),
        (f"https://e.com/202611291200/{MD5}/a.mp4", "https://e.com/…/…/a.mp4"),
        (f"https://e.com/{MD5}/65f0a1b2/a.mp4", "https://e.com/…/…/a.mp4"),
        ("https://me:s3cret@e.com/a.mp4", "https://e.com/a.mp4"),
        ("the token: expired", "the token: expired"),
        ("design=blue, task=5", "design=blue, task=5"),
    ],
)
def test_whatever_signs_or_proves_is_left_out(told: str, shown: str) -> None:
    assert safe_text(told) == shown


@pytest.mark.parametrize(
    "text", ["5199337c31c8e4622f1590735b13a263", "https://e.com/asset/" + "0" * 32 + "/a b.m3u8"]
)
def test_ids_and_urls_stay_readable(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "30"}, 30.0),
        ({"Retry_After": " 0 "}, 0.0),
        ({"Retry_After": "999999999"}, 86_400.0),
        ({"Retry_After": "9" * 400}, None),
        ({"Retry_After": "-5"}, None),
        ({"Retry_After": "nan"}, None),
        ({"Retry_After": "soon"}, None),
        ({"Retry_After": "Thu, 29 Feb 2024 10:01:30 +" + "9" * 30}, None),
        ({}, None),
        (
            {
                "Retry_After": "Thu, 29 Feb 2024 10:01:30 GMT",
                "Date": "Thu, 29 Feb 2024 10:00:00 GMT",
            },
            90.0,
        ),
        (
            {
                "Retry_After": "Thu, 29 Feb 2024 09:00:00 GMT",
                "Date": "Thu, 29 Feb 2024 10:00:00 GMT",
            },
            0.0,
        ),
    ],
)
def test_wait_is_read_in_seconds_or_not_at_all(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert answer(**headers).retry_after == seconds


def test_page_is_quoted_by_its_words() -> None:
    page = b"<html><head><title>502</title></head><body>Bad <b>gateway</b>"

    assert Answer(502, page, httpx.Headers()).excerpt == "502 Bad gateway"


def test_heading_of_a_page_is_not_quoted_twice() -> None:
    page = b"<title>502  Bad\nGateway</title>\r\n<h1> 502 Bad Gateway </h1><hr>nginx"

    assert Answer(502, page, httpx.Headers()).excerpt == "502 Bad Gateway nginx"


@pytest.mark.parametrize(
    "page",
    [
        b"<p>bad https://e.com/a.mp4?auth_key=17&amp;sig=s3cret</p>",
        b"<p>bad https://e.com/a.mp4?auth_key=17;sig=s3cret, and more</p>",
        b"<p>https://e.com/a.mp4?auth_<wbr>key=s3cret</p>",
        b"https://e.com/a.mp4?x=1&lt;sig=s3cret&quot;y&amp;sig=s3cret",
        b"https://e.com/a.mp4?a=1,<b>sig=s3cret</b>",
        b"https://e.com/a.mp4%3Fsig=s3cret and https://e.com/a.mp4&#63;sig=s3cret",
    ],
)
def test_page_is_quoted_without_what_signs_an_address(page: bytes) -> None:
    assert "s3cret" not in Answer(502, page, httpx.Headers()).excerpt


def test_numbers_of_a_page_are_all_quoted() -> None:
    page = b"<p>limit</p><p>5</p><p>used</p><p>5</p>"

    assert Answer(502, page, httpx.Headers()).excerpt == "limit 5 used 5"


def test_repr_of_an_answer_shows_neither_headers_nor_body() -> None:
    shown = repr(Answer(200, b"body-text", httpx.Headers({"X-Subject-Token": "token-text"})))

    assert "token-text" not in shown
    assert "body-text" not in shown


async def test_server_that_echoes_our_headers_cannot_put_them_into_an_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG", "bot.vod")
    for auth in (AccessKeyAuth(KEY, now=Clock()), FixedTokenAuth(FixedToken(SecretStr(TOKEN)))):
        async with client_to(echo, auth) as client:
            with pytest.raises(VodError) as caught:
                await client.show_prefetch("t1")

        told = f"{caught.value!r} {caught.value} {vars(caught.value)} {caplog.text}"
        assert TOKEN not in told
        assert AK not in told
        assert "task_id" not in caplog.text


def echo(request: httpx.Request) -> httpx.Response:
    # Each value alone, so that no pattern around it gives it away.
    sent = request.headers.get("X-Auth-Token", "") + " " + request.headers.get("Authorization", "")
    words = sent.replace("=", " ").replace(",", " ")
    return httpx.Response(400, json={"error_code": "VOD.10053", "error_msg": words})
