"""FakeVod's door: signatures, clock, locked keys, tokens, projects."""

import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeAlias

import httpx
import pytest

from bot.sandbox.fakevod import Account, FakeVod
from tests.helpers.vod_caller import (
    AK,
    ASSET,
    PREHEATING,
    PROJECT,
    SK,
    Caller,
    Clock,
    code_of,
    sign,
    urls,
)

pytestmark = pytest.mark.integration

TASK = "5199337c31c8e4622f1590735b13a263"
ASSET_BODY = b'{"asset_id": "f488337c31c8e4622f1590735b134c65"}'
ODD_WORDS = "%E5%BC%80%E5%9C%BA%20%E8%A7%86%E9%A2%91%26100%25~%2A%27%28%29%21"
VECTOR_TIME = datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)
VECTOR_HEADERS = {
    "Host": "vod.ap-southeast-3.myhuaweicloud.com",
    "X-Sdk-Date": "20240229T235959Z",
}
SIGNED = "content-type;host;x-project-id;x-sdk-date"
Attempt: TypeAlias = Callable[[Caller], Awaitable[httpx.Response]]
USER = {"name": "bot", "password": "secret", "domain": {"name": "films"}}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def vod(clock: Clock) -> AsyncIterator[FakeVod]:
    account = Account(AK, SK, PROJECT, iam_user="bot", iam_password="secret", iam_domain="films")
    async with FakeVod(account, now=clock) as vod:
        yield vod


@pytest.fixture
async def caller(vod: FakeVod, clock: Clock) -> AsyncIterator[Caller]:
    async with Caller(vod.endpoint, clock) as caller:
        yield caller


def authorization(signed: str, signature: str) -> dict[str, str]:
    text = f"SDK-HMAC-SHA256 Access={AK}, SignedHeaders={signed}, Signature={signature}"
    return {"Authorization": text}


# Signatures made by the vendor's own signer (huaweicloudsdkcore 3.1.219) from made-up keys.
@pytest.mark.parametrize(
    ("method", "path", "query", "headers", "signed", "body", "signature", "status"),
    [
        (
            "POST",
            PREHEATING,
            "",
            {"Content-Type": "application/json", "X-Project-Id": PROJECT},
            SIGNED,
            ASSET_BODY,
            "10e1fb6b40a46fb984945b62f430d35fe7f1765bb4985a7c2191d8550f904c14",
            202,
        ),
        (
            "POST",
            PREHEATING,
            "",
            {
                "Content-Type": "application/json",
                "User-Agent": "huaweicloud-usdk-python/3.0; chatops-bot",
                "X-Project-Id": PROJECT,
            },
            "content-type;host;user-agent;x-project-id;x-sdk-date",
            ASSET_BODY,
            "5a820df694eddd11a799f0c86f0c5bc239b6d509ce2ef15ef9e0c5337f18bca7",
            202,
        ),
        (
            "POST",
            PREHEATING,
            "",
            {"Content-Type": "application/json;charset=UTF-8", "X-Project-Id": PROJECT},
            SIGNED,
            ASSET_BODY,
            "571c0078d9a241286a0385d94b9ced9329e8f90b2fe496dec8926ea85d91ab5c",
            202,
        ),
        (
            "GET",
            PREHEATING,
            f"task_id={TASK}",
            {"Content-Type": "application/json", "X-Project-Id": PROJECT},
            SIGNED,
            b"",
            "bb37199ae8ee506a905ea53b18bf5f24eca824860cd93cf9fb54a0d7719fe5a5",
            400,
        ),
        (
            "GET",
            PREHEATING,
            f"task_id={TASK}",
            {},
            "host;x-sdk-date",
            b"",
            "a551551bc160e93559679496ab94dc884f69ca748943b06b7f4c421ac696549e",
            400,
        ),
        (
            "GET",
            f"/v1.0/{PROJECT}/asset/list",
            f"page=0&query_string={ODD_WORDS}&size=100&status=PUBLISHED",
            {"Content-Type": "application/json", "X-Project-Id": PROJECT},
            SIGNED,
            b"",
            "cb0eaa0997f755a350e2e0fc25fa25a81a36611e97868a8f6c9cf4957696ce00",
            200,
        ),
        (
            "GET",
            f"/v1.0/{PROJECT}/asset/info",
            "asset_id=x%2By%20z&assetStatus=PUBLISHED&Zed=1",
            {"Content-Type": "application/json", "X-Project-Id": PROJECT},
            SIGNED,
            b"",
            "648eba478bf4dd2d93dd268fd8644c62e17e8817a9b614a00d9d03d3eaa27f2f",
            200,
        ),
    ],
)
async def test_signature_of_the_vendors_signer_is_accepted(
    vod: FakeVod,
    caller: Caller,
    clock: Clock,
    method: str,
    path: str,
    query: str,
    headers: dict[str, str],
    signed: str,
    body: bytes,
    signature: str,
    status: int,
) -> None:
    clock.time = VECTOR_TIME
    all_headers = VECTOR_HEADERS | headers | authorization(signed, signature)

    answer = await caller.raw(method, path, query, all_headers, body)

    assert answer.status_code == status
    assert (await vod.next_call()).verdict == "signature ok"


async def test_mismatch_shows_the_gateways_own_canonical_request(
    vod: FakeVod, caller: Caller
) -> None:
    caller.sk = "another"

    answer = await caller.query(TASK)

    host = vod.endpoint.removeprefix("http://")
    expected = (
        f"GET|{PREHEATING}/|task_id={TASK}|content-type:application/json|host:{host}"
        "|x-sdk-date:20240229T040000Z||content-type;host;x-sdk-date|"
        + hashlib.sha256(b"").hexdigest()
    )
    assert (answer.status_code, code_of(answer)) == (401, "APIGW.0301")
    assert answer.json()["error_msg"].endswith(
        f"verify aksk signature fail, canonicalRequest:{expected}"
    )
    call = await vod.next_call()
    assert (call.verdict, call.canonical_request) == (
        "signature mismatch",
        expected.replace("|", "\n"),
    )


async def sent_with_another_body(caller: Caller) -> httpx.Response:
    headers = caller.headers()
    headers["Authorization"] = sign("POST", PREHEATING, [], headers, b'{"urls": []}')
    return await caller.raw("POST", PREHEATING, "", headers, ASSET_BODY)


async def sent_with_another_query(caller: Caller) -> httpx.Response:
    headers = caller.headers()
    headers["Authorization"] = sign("GET", PREHEATING, [("task_id", "a")], headers, b"")
    return await caller.raw("GET", PREHEATING, "task_id=b", headers)


async def sent_with_plus_for_a_blank(caller: Caller) -> httpx.Response:
    headers = caller.headers()
    path = f"/v1.0/{PROJECT}/asset/list"
    headers["Authorization"] = sign("GET", path, [("query_string", "a b")], headers, b"")
    return await caller.raw("GET", path, "query_string=a+b", headers)


async def sent_with_another_method(caller: Caller) -> httpx.Response:
    headers = caller.headers()
    headers["Authorization"] = sign("PUT", PREHEATING, [], headers, ASSET_BODY)
    return await caller.raw("POST", PREHEATING, "", headers, ASSET_BODY)


async def sent_with_a_changed_header(caller: Caller) -> httpx.Response:
    headers = caller.headers()
    headers["Authorization"] = sign("POST", PREHEATING, [], headers, ASSET_BODY)
    headers["Content-Type"] = "application/json; charset=utf-8"
    return await caller.raw("POST", PREHEATING, "", headers, ASSET_BODY)


async def sent_without_a_signed_header(caller: Caller) -> httpx.Response:
    headers = caller.headers() | {"X-Project-Id": PROJECT}
    headers["Authorization"] = sign("POST", PREHEATING, [], headers, ASSET_BODY)
    del headers["X-Project-Id"]
    return await caller.raw("POST", PREHEATING, "", headers, ASSET_BODY)


async def sent_with_the_date_unsigned(caller: Caller) -> httpx.Response:
    headers = caller.headers()
    date = headers.pop("X-Sdk-Date")
    headers["Authorization"] = sign("POST", PREHEATING, [], headers, ASSET_BODY)
    return await caller.raw("POST", PREHEATING, "", headers | {"X-Sdk-Date": date}, ASSET_BODY)


async def sent_without_a_date(caller: Caller) -> httpx.Response:
    headers = caller.headers() | {"X-Sdk-Date": ""}
    headers["Authorization"] = sign("POST", PREHEATING, [], headers, ASSET_BODY)
    return await caller.raw("POST", PREHEATING, "", headers, ASSET_BODY)


async def sent_with_an_odd_date(caller: Caller) -> httpx.Response:
    caller.extra["X-Sdk-Date"] = "2024-02-29T04:00:00Z"
    return await caller.create({"asset_id": ASSET})


async def sent_with_an_unknown_key(caller: Caller) -> httpx.Response:
    caller.ak = "AKSOMEBODYELSE"
    return await caller.create({"asset_id": ASSET})


async def sent_with_a_garbled_authorization(caller: Caller) -> httpx.Response:
    headers = caller.headers()
    text = sign("POST", PREHEATING, [], headers, ASSET_BODY)
    headers["Authorization"] = text.replace("HMAC-SHA256 ", "HMAC-SHA256, ")
    return await caller.raw("POST", PREHEATING, "", headers, ASSET_BODY)


async def sent_without_credentials(caller: Caller) -> httpx.Response:
    return await caller.raw("POST", PREHEATING, "", caller.headers(), ASSET_BODY)


async def sent_with_an_invented_token(caller: Caller) -> httpx.Response:
    headers = caller.headers() | {"X-Auth-Token": "MIIinvented"}
    return await caller.raw("POST", PREHEATING, "", headers, ASSET_BODY)


@pytest.mark.parametrize(
    ("attempt", "told"),
    [
        (sent_with_another_body, "verify aksk signature fail"),
        (sent_with_another_query, "verify aksk signature fail"),
        (sent_with_plus_for_a_blank, "verify aksk signature fail"),
        (sent_with_another_method, "verify aksk signature fail"),
        (sent_with_a_changed_header, "verify aksk signature fail"),
        (sent_without_a_signed_header, "verify aksk signature fail"),
        (sent_with_the_date_unsigned, "X-Sdk-Date is not among the signed headers"),
        (sent_without_a_date, "X-Sdk-Date is not written"),
        (sent_with_an_odd_date, "X-Sdk-Date is not written"),
        (sent_with_an_unknown_key, "Get secretKey failed"),
        (sent_with_a_garbled_authorization, "authorization format error"),
        (sent_without_credentials, "x-auth-token not found"),
        (sent_with_an_invented_token, "decrypt token fail"),
    ],
)
async def test_call_that_proves_no_identity_is_refused(
    vod: FakeVod, caller: Caller, attempt: Attempt, told: str
) -> None:
    answer = await attempt(caller)

    assert (answer.status_code, code_of(answer)) == (401, "APIGW.0301")
    assert told in answer.json()["error_msg"]
    assert vod.books.tasks == []


@pytest.mark.parametrize(
    ("minutes", "seconds", "status"), [(15, 0, 202), (-15, 0, 202), (15, 1, 401), (-15, -1, 401)]
)
async def test_clock_may_be_fifteen_minutes_off(
    vod: FakeVod, caller: Caller, minutes: int, seconds: int, status: int
) -> None:
    caller.clock = Clock(caller.clock.time)
    caller.clock.pass_by(minutes=minutes, seconds=seconds)

    answer = await caller.create({"asset_id": ASSET})

    assert answer.status_code == status
    assert status == 202 or "15 minutes" in answer.json()["error_msg"]


async def test_fifth_failure_in_a_row_locks_the_key_for_five_minutes(
    caller: Caller, clock: Clock
) -> None:
    caller.sk = "wrong"
    for _ in range(5):
        await caller.query(TASK)
    caller.sk = SK

    locked = await caller.create({"asset_id": ASSET})
    clock.pass_by(minutes=5)
    unlocked = await caller.create({"asset_id": ASSET})

    assert (locked.status_code, unlocked.status_code) == (401, 202)
    assert locked.json()["error_msg"].endswith("AK access failed to reach the limit,forbidden")


async def test_success_between_failures_keeps_the_key_open(caller: Caller) -> None:
    for secret in ["wrong"] * 4 + [SK] + ["wrong"] * 4:
        caller.sk = secret
        await caller.query(TASK)
    caller.sk = SK

    answer = await caller.create({"asset_id": ASSET})

    assert answer.status_code == 202


@pytest.mark.parametrize(
    ("given", "status"),
    [({"X-Security-Token": "sts"}, 202), ({}, 401), ({"X-Security-Token": "old"}, 401)],
)
async def test_temporary_key_needs_its_security_token(
    clock: Clock, given: dict[str, str], status: int
) -> None:
    async with (
        FakeVod(Account(AK, SK, PROJECT, security_token="sts"), now=clock) as vod,
        Caller(vod.endpoint, clock, extra=given) as caller,
    ):
        answer = await caller.create({"asset_id": ASSET})

        assert answer.status_code == status
        assert "'sts'" not in str(vod.calls[0])
        assert "x-security-token:sts" not in str(vod.calls[0])


async def test_security_token_is_refused_for_a_permanent_key(caller: Caller) -> None:
    caller.extra["X-Security-Token"] = "sts"

    answer = await caller.create({"asset_id": ASSET})

    assert "X-Security-Token" in answer.json()["error_msg"]


async def test_project_of_the_path_must_be_the_accounts(caller: Caller) -> None:
    body = b'{"asset_id": "f488337c31c8e4622f1590735b134c65"}'

    answer = await caller.send("POST", f"/v1.0/{'f' * 32}/asset/preheating", body=body)

    assert (answer.status_code, code_of(answer)) == (403, "VOD.10057")


async def test_project_of_the_header_must_be_the_paths(caller: Caller) -> None:
    caller.extra["X-Project-Id"] = "f" * 32

    answer = await caller.create({"asset_id": ASSET})

    assert (answer.status_code, code_of(answer)) == (403, "VOD.10057")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", f"/v1/{PROJECT}/asset/preheating"),
        ("POST", f"{PREHEATING}/"),
        ("PUT", PREHEATING),
        ("POST", f"/v1.0/{PROJECT}/asset/list"),
        ("GET", "/v3/auth/tokens"),
    ],
)
async def test_path_or_method_that_is_not_published_is_404(
    caller: Caller, method: str, path: str
) -> None:
    answer = await caller.send(method, path)

    assert (answer.status_code, code_of(answer)) == (404, "APIGW.0101")


async def token(caller: Caller, scope: dict[str, object], **user: object) -> httpx.Response:
    identity = {"methods": ["password"], "password": {"user": USER | user}}
    payload = {"auth": {"identity": identity, "scope": scope}}
    url = f"{caller.endpoint}/v3/auth/tokens?nocatalog=true"
    return await caller.http.post(url, json=payload)


async def create_with(caller: Caller, text: str) -> httpx.Response:
    url = f"{caller.endpoint}{PREHEATING}"
    return await caller.http.post(url, json={"urls": urls(1)}, headers={"X-Auth-Token": text})


@pytest.mark.parametrize(
    "scope", [{"project": {"name": "ap-southeast-3"}}, {"project": {"id": PROJECT}}]
)
async def test_token_of_the_project_opens_the_service(
    caller: Caller, scope: dict[str, object]
) -> None:
    given = await token(caller, scope)
    answer = await create_with(caller, given.headers["X-Subject-Token"])

    assert given.status_code == 201
    assert given.json()["token"]["expires_at"] == "2024-03-01T04:00:00.000000Z"
    assert given.json()["token"]["project"]["id"] == PROJECT
    assert answer.status_code == 202


async def test_token_of_the_domain_fails_the_tenant_check(caller: Caller) -> None:
    given = await token(caller, {"domain": {"name": "films"}})

    answer = await create_with(caller, given.headers["X-Subject-Token"])

    assert (answer.status_code, code_of(answer)) == (403, "VOD.10057")


async def test_token_expires_after_a_day(caller: Caller, clock: Clock) -> None:
    given = await token(caller, {"project": {"id": PROJECT}})
    clock.pass_by(hours=24)

    answer = await create_with(caller, given.headers["X-Subject-Token"])

    assert (answer.status_code, code_of(answer)) == (401, "APIGW.0307")


async def test_revoked_token_fails_and_a_new_one_works(vod: FakeVod, caller: Caller) -> None:
    old = await token(caller, {"project": {"id": PROJECT}})
    vod.revoke_tokens()
    new = await token(caller, {"project": {"id": PROJECT}})

    refused = await create_with(caller, old.headers["X-Subject-Token"])
    accepted = await create_with(caller, new.headers["X-Subject-Token"])

    assert (refused.status_code, code_of(refused)) == (403, "VOD.10054")
    assert accepted.status_code == 202


@pytest.mark.parametrize(
    "user", [{"password": "guess"}, {"name": "somebody"}, {"domain": {"name": "elsewhere"}}]
)
async def test_wrong_identity_gets_iams_own_error(caller: Caller, user: dict[str, object]) -> None:
    answer = await token(caller, {"project": {"id": PROJECT}}, **user)

    message = "The username or password is wrong."
    assert answer.status_code == 401
    assert answer.json() == {"error": {"code": 401, "message": message, "title": "Unauthorized"}}
    assert "X-Subject-Token" not in answer.headers


async def test_wrong_passwords_lock_the_user(caller: Caller) -> None:
    for _ in range(5):
        await token(caller, {"project": {"id": PROJECT}}, password="guess")

    answer = await token(caller, {"project": {"id": PROJECT}})

    assert answer.json()["error"]["message"] == "The account is locked."


async def test_token_for_an_unknown_project_is_404(caller: Caller) -> None:
    answer = await token(caller, {"project": {"name": "cn-north-4"}})

    assert (answer.status_code, answer.json()["error"]["title"]) == (404, "Not Found")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"auth": {"identity": {"methods": ["token"]}}}'])
async def test_token_request_of_another_shape_is_400(caller: Caller, body: bytes) -> None:
    answer = await caller.http.post(f"{caller.endpoint}/v3/auth/tokens", content=body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 400)


async def test_project_is_found_by_region_name(caller: Caller) -> None:
    found = await caller.send("GET", "/v3/projects", [("name", "ap-southeast-3")])
    absent = await caller.send("GET", "/v3/projects", [("name", "cn-north-4")])
    unsigned = await caller.raw("GET", "/v3/projects", "name=ap-southeast-3", {})

    assert [project["id"] for project in found.json()["projects"]] == [PROJECT]
    assert absent.json()["projects"] == []
    assert unsigned.status_code == 401


async def test_record_of_a_call_holds_no_secret(vod: FakeVod, caller: Caller) -> None:
    given = await token(caller, {"project": {"id": PROJECT}}, password='se\\cr"et')
    given = await token(caller, {"project": {"id": PROJECT}})
    text = given.headers["X-Subject-Token"]
    await create_with(caller, text)
    answer = await caller.create({"asset_id": ASSET})
    signature = answer.request.headers["Authorization"].rpartition("=")[2]

    record = str(vod.calls)

    first_user = json.loads(vod.calls[0].body)["auth"]["identity"]["password"]["user"]
    assert first_user["password"] == "***"
    assert [secret for secret in (text, signature, "secret") if secret in record] == []
    assert AK in record
