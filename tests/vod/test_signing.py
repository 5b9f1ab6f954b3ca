"""Signatures, bit for bit as the vendor's own signer (huaweicloudsdkcore 3.1.219) makes them."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from bot.vod.signing import (
    AccessKey,
    AccessKeyAuth,
    authorization,
    canonical_request,
    query_string,
    string_to_sign,
)
from tests.helpers.vod_server import AK, CREATED, KEY, PROJECT, SK, Clock, client_to, cloud, http_to

VECTORS = json.loads(Path(__file__).with_name("sign_vectors.json").read_text("utf-8"))
by_name = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])


def parts_of(vector: dict[str, Any]) -> dict[str, Any]:
    return {
        "method": vector["input"]["method"],
        "url": httpx.URL(vector["output"]["url"]),
        "headers": vector["output"]["sent_headers_as_latin1"],
        "body": (vector["input"]["body"] or "").encode(),
    }


def test_there_are_fourteen_vectors() -> None:
    assert len(VECTORS) == 14


@by_name
def test_canonical_request_equals_the_vendors(vector: dict[str, Any]) -> None:
    assert canonical_request(**parts_of(vector)) == vector["output"]["canonical_request"]


@by_name
def test_string_to_sign_equals_the_vendors(vector: dict[str, Any]) -> None:
    made = string_to_sign(vector["output"]["canonical_request"], vector["input"]["timestamp"])

    assert made == vector["output"]["string_to_sign"]


@by_name
def test_authorization_equals_the_vendors(vector: dict[str, Any]) -> None:
    key = AccessKey(vector["input"]["ak"], SecretStr(vector["input"]["sk"]))

    assert authorization(key, **parts_of(vector)) == vector["output"]["authorization"]


@by_name
def test_query_is_spelled_as_the_vendor_sends_it(vector: dict[str, Any]) -> None:
    pairs = [(name, str(value)) for name, value in vector["input"]["query"]]

    assert query_string(pairs) == vector["output"]["request_uri"].partition("?")[2]


@pytest.mark.parametrize(
    ("pairs", "spelled"),
    [
        ([("asset_id", "b"), ("asset_id", "a")], "asset_id=a&asset_id=b"),
        ([("q", "")], "q="),
        ([("q", "a b+c/ü")], "q=a%20b%2Bc%2F%C3%BC"),
        ([], ""),
    ],
)
def test_query_repeats_keys_and_escapes_all_but_unreserved(
    pairs: list[tuple[str, str]], spelled: str
) -> None:
    assert query_string(pairs) == spelled


@pytest.mark.parametrize(
    ("sent", "canonical"),
    [
        ("/v1/a%20b", "/v1/a%20b/"),
        ("/v1/媒资", "/v1/%E5%AA%92%E8%B5%84/"),
        ("/v1/a+b~c", "/v1/a%2Bb~c/"),
        ("/v1/x/", "/v1/x/"),
    ],
)
def test_path_is_escaped_segment_by_segment_and_ends_with_a_slash(
    sent: str, canonical: str
) -> None:
    url = httpx.URL(f"https://example.com{sent}")

    assert canonical_request("GET", url, {"Host": "example.com"}, b"").split("\n")[1] == canonical


def test_blanks_around_a_header_value_are_not_signed_but_those_inside_are() -> None:
    made = canonical_request("GET", httpx.URL("https://x/"), {"X-A": "  a  b "}, b"")

    assert "\nx-a:a  b\n" in made


@pytest.mark.parametrize("body", [b"", b"{}"])
def test_a_given_payload_hash_counts_only_with_a_body(body: bytes) -> None:
    headers = {"X-Sdk-Content-Sha256": "UNSIGNED-PAYLOAD"}

    last = canonical_request("POST", httpx.URL("https://x/"), headers, body).split("\n")[-1]

    assert (last == "UNSIGNED-PAYLOAD") is bool(body)


async def test_signed_request_carries_date_host_and_project() -> None:
    asked = cloud(CREATED)

    async with client_to(asked, AccessKeyAuth(KEY, now=Clock())) as client:
        await client.create_prefetch(asset_id="f488337c31c8e4622f1590735b134c65")

    # The same request as the vendor's, but for the host.
    vector = next(v for v in VECTORS if v["name"] == "post_preheating_asset_id")
    [request] = asked.requests
    assert request.headers["X-Sdk-Date"] == vector["input"]["timestamp"]
    assert request.headers["X-Project-Id"] == PROJECT
    assert request.content == vector["input"]["body"].encode()
    assert (
        "SignedHeaders=content-type;host;x-project-id;x-sdk-date,"
        in (request.headers["Authorization"])
    )


async def test_client_signs_a_vendors_call_as_the_vendor_does() -> None:
    vector = next(v for v in VECTORS if v["name"] == "post_preheating_asset_id")
    asked = cloud(CREATED)
    headers = {"Content-Type": "application/json", "X-Project-Id": PROJECT}

    async with http_to(asked) as http:
        await http.post(
            vector["output"]["url"],
            content=vector["input"]["body"],
            headers=headers,
            auth=AccessKeyAuth(KEY, now=Clock()),
        )

    assert asked.requests[0].headers["Authorization"] == vector["output"]["authorization"]


async def test_date_is_written_in_utc_whatever_the_clocks_zone() -> None:
    asked = cloud(CREATED)
    clock = Clock(datetime(2024, 3, 1, 7, 59, 59, tzinfo=timezone(timedelta(hours=8))))

    async with client_to(asked, AccessKeyAuth(KEY, now=clock)) as client:
        await client.create_prefetch(asset_id="a1")

    assert asked.requests[0].headers["X-Sdk-Date"] == "20240229T235959Z"


async def test_temporary_key_sends_and_signs_its_security_token() -> None:
    key = AccessKey(AK, SecretStr(SK), SecretStr("security-token"))
    asked = cloud(httpx.Response(200))

    async with http_to(asked) as http:
        await http.get("http://127.0.0.1:8081/v1", auth=AccessKeyAuth(key, now=Clock()))

    headers = asked.requests[0].headers
    assert headers["X-Security-Token"] == "security-token"
    assert "SignedHeaders=host;x-sdk-date;x-security-token" in headers["Authorization"]
    assert headers["Host"] == "127.0.0.1:8081"


def test_key_shows_neither_half_in_its_repr() -> None:
    assert AK not in repr(KEY)
    assert SK not in repr(KEY)
