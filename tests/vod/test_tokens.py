"""IAM tokens: fetched once, renewed in time, and once more when refused."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, timedelta, timezone

import httpx
import pytest
from pydantic import SecretStr

from bot.vod.client import VodClient
from bot.vod.errors import (
    AuthenticationFailed,
    NotSent,
    OutcomeUnknown,
    ProjectMismatch,
    Throttled,
    VodError,
)
from bot.vod.tokens import FixedToken, FixedTokenAuth, IamTokenAuth, IamUser
from tests.helpers.vod_server import (
    CREATED,
    ENDPOINT,
    IAM,
    PROJECT,
    Clock,
    client_to,
    client_with,
    cloud,
    http_to,
    refusal,
)

PASSWORD = "made-up-password"
USER = IamUser("bot", SecretStr(PASSWORD), "example-domain")
STALE = {
    "service": refusal(403, "VOD.10054"),
    "expired": refusal(401, "APIGW.0307", "The token must be updated."),
    "gateway": refusal(401, "APIGW.0301", "decrypt token fail"),
}


@dataclass
class IamAndVod:
    """Issues token-1, token-2 and so on; the VOD side refuses the tokens in `refused`."""

    clock: Clock
    lifetime: timedelta = timedelta(hours=24)
    refused: dict[str, httpx.Response] = field(default_factory=dict)
    trouble: httpx.Response | Exception | None = None
    written: str = "%Y-%m-%dT%H:%M:%S.701000Z"
    zone: timezone = UTC
    logins: list[httpx.Request] = field(default_factory=list)
    used: list[str] = field(default_factory=list)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "iam.example.com":
            # Lets every other call come this far while the login is under way.
            await asyncio.sleep(0)
            return self._login(request)
        token = request.headers["X-Auth-Token"]
        self.used.append(token)
        answer = self.refused.get(token, CREATED)
        return httpx.Response(answer.status_code, content=answer.content)

    def _login(self, request: httpx.Request) -> httpx.Response:
        self.logins.append(request)
        if isinstance(self.trouble, Exception):
            raise self.trouble
        if self.trouble is not None:
            return httpx.Response(self.trouble.status_code, content=self.trouble.content)
        expires = (self.clock() + self.lifetime).astimezone(self.zone).strftime(self.written)
        return httpx.Response(
            201,
            headers={"X-Subject-Token": f"token-{len(self.logins)}"},
            json={"token": {"expires_at": expires, "project": {"id": PROJECT, "name": "r1"}}},
        )


@asynccontextmanager
async def signed_in(world: IamAndVod) -> AsyncIterator[VodClient]:
    async with http_to(world) as http:
        auth = IamTokenAuth(http, iam_endpoint=IAM, user=USER, region="r1", now=world.clock)
        yield client_with(http, auth)


async def test_login_asks_for_a_token_of_the_project_without_the_catalogue() -> None:
    world = IamAndVod(Clock())

    async with signed_in(world) as client:
        await client.create_prefetch(asset_id="a1")

    [login] = world.logins
    assert str(login.url) == f"{IAM}/v3/auth/tokens?nocatalog=true"
    assert json.loads(login.content)["auth"] == {
        "identity": {
            "methods": ["password"],
            "password": {
                "user": {
                    "name": "bot",
                    "password": PASSWORD,
                    "domain": {"name": "example-domain"},
                }
            },
        },
        "scope": {"project": {"name": "r1"}},
    }


async def test_known_project_is_named_by_its_id_in_the_scope() -> None:
    world = IamAndVod(Clock())

    async with http_to(world) as http:
        auth = IamTokenAuth(
            http, iam_endpoint=IAM, user=USER, region="r1", project_id=PROJECT, now=world.clock
        )
        await auth.project_id()

    assert json.loads(world.logins[0].content)["auth"]["scope"] == {"project": {"id": PROJECT}}


async def test_twenty_calls_at_once_share_one_login() -> None:
    world = IamAndVod(Clock())

    async with signed_in(world) as client:
        await asyncio.gather(*(client.create_prefetch(asset_id=f"a{n}") for n in range(20)))

    assert len(world.logins) == 1
    assert world.used == ["token-1"] * 20


@pytest.mark.parametrize(
    ("lifetime", "kept_for"),
    [
        (timedelta(hours=24), timedelta(hours=23, minutes=30)),
        (timedelta(minutes=40), timedelta(minutes=20)),
    ],
)
async def test_token_is_renewed_half_an_hour_early_or_at_half_its_life(
    lifetime: timedelta, kept_for: timedelta
) -> None:
    world = IamAndVod(Clock(), lifetime=lifetime)

    async with signed_in(world) as client:
        await client.create_prefetch(asset_id="a1")
        world.clock.time += kept_for - timedelta(seconds=1)
        await client.create_prefetch(asset_id="a1")
        world.clock.time += timedelta(seconds=2)
        await client.create_prefetch(asset_id="a1")

    assert world.used == ["token-1", "token-1", "token-2"]


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("%Y-%m-%dT%H:%M:%S", UTC),
        ("%Y-%m-%dT%H:%M:%S+08:00", timezone(timedelta(hours=8))),
    ],
)
async def test_expiry_is_read_in_its_own_zone_or_in_utc(written: str, zone: timezone) -> None:
    world = IamAndVod(Clock(), lifetime=timedelta(hours=2), written=written, zone=zone)

    async with signed_in(world) as client:
        for _ in range(3):
            await client.create_prefetch(asset_id="a1")
            world.clock.move(minutes=46)

    assert world.used == ["token-1", "token-1", "token-2"]


@pytest.mark.parametrize("stale", STALE.values(), ids=STALE)
async def test_refused_token_is_renewed_and_the_call_repeated_once(stale: httpx.Response) -> None:
    world = IamAndVod(Clock(), refused={"token-1": stale})

    async with signed_in(world) as client:
        await client.create_prefetch(asset_id="a1")

    assert world.used == ["token-1", "token-2"]


async def test_twenty_calls_with_a_refused_token_share_one_renewal() -> None:
    world = IamAndVod(Clock(), refused={"token-1": STALE["expired"]})

    async with signed_in(world) as client:
        await asyncio.gather(*(client.create_prefetch(asset_id=f"a{n}") for n in range(20)))

    assert len(world.logins) == 2
    assert world.used.count("token-2") == 20


async def test_look_that_is_refused_renews_no_token() -> None:
    world = IamAndVod(Clock(), refused={"token-1": STALE["expired"]})

    async with signed_in(world) as client:
        with pytest.raises(AuthenticationFailed):
            await client.show_assets(["a1"])
        await client.create_prefetch(asset_id="a1")

    assert world.used == ["token-1", "token-1", "token-2"]


async def test_late_refusal_of_the_old_token_costs_no_other_login() -> None:
    world = IamAndVod(Clock(), refused={"token-1": STALE["expired"]})
    both_sent, renewed = asyncio.Event(), asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        given = await world(request)
        if world.used == ["token-1"]:
            await both_sent.wait()
        elif world.used == ["token-1", "token-1"] and not both_sent.is_set():
            both_sent.set()
            await renewed.wait()
        elif "token-2" in world.used:
            renewed.set()
        return given

    async with http_to(answer) as http:
        auth = IamTokenAuth(http, iam_endpoint=IAM, user=USER, region="r1", now=world.clock)
        client = client_with(http, auth)
        async with asyncio.timeout(5):
            await asyncio.gather(*(client.create_prefetch(asset_id=f"a{n}") for n in range(2)))

    assert world.used == ["token-1", "token-1", "token-2", "token-2"]
    assert len(world.logins) == 2


async def test_fresh_token_refused_too_is_an_error_and_spares_iam_for_a_minute() -> None:
    world = IamAndVod(Clock(), refused={f"token-{n}": STALE["expired"] for n in range(1, 9)})

    async with signed_in(world) as client:
        for _ in range(3):
            with pytest.raises(AuthenticationFailed):
                await client.create_prefetch(asset_id="a1")
        assert world.used == ["token-1", "token-2", "token-2", "token-2"]
        world.clock.move(minutes=1)
        with pytest.raises(AuthenticationFailed):
            await client.create_prefetch(asset_id="a1")

    assert len(world.logins) == 3


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(500, "VOD.10051"), OutcomeUnknown),
        (refusal(403, "VOD.10057"), ProjectMismatch),
        (refusal(429, "APIGW.0308"), Throttled),
    ],
)
async def test_other_failures_are_not_repeated(
    answer: httpx.Response, kind: type[VodError]
) -> None:
    world = IamAndVod(Clock(), refused={"token-1": answer})

    async with signed_in(world) as client:
        with pytest.raises(kind):
            await client.create_prefetch(asset_id="a1")

    assert world.used == ["token-1"]


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (httpx.ReadTimeout("slow"), NotSent),
        (httpx.Response(500), NotSent),
        (httpx.Response(201, json={"token": {}}), NotSent),
        (httpx.ConnectError("refused"), NotSent),
        (refusal(429, "IAM.0012"), Throttled),
        (httpx.Response(401, json={"error": {"code": 401, "message": "no"}}), AuthenticationFailed),
    ],
)
async def test_failed_login_proves_that_the_call_was_not_sent(
    trouble: httpx.Response | Exception, kind: type[VodError]
) -> None:
    world = IamAndVod(Clock(), trouble=trouble)

    async with signed_in(world) as client:
        with pytest.raises(kind) as caught:
            await client.create_prefetch(asset_id="a1")

    assert not isinstance(caught.value, OutcomeUnknown)
    assert world.used == []


async def test_iam_that_never_answers_proves_that_the_call_was_not_sent() -> None:
    async def silence(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "iam.example.com"
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async with httpx.AsyncClient(transport=httpx.MockTransport(silence), timeout=0.02) as http:
        auth = IamTokenAuth(http, iam_endpoint=IAM, user=USER, region="r1", now=Clock())
        client = client_with(http, auth)
        with pytest.raises(NotSent, match="no token"):
            await client.create_prefetch(asset_id="a1")


async def test_wrong_password_is_not_tried_again_for_a_minute() -> None:
    world = IamAndVod(Clock(), trouble=refusal(401, "IAM.0062", "wrong password"))

    async with signed_in(world) as client:
        for _ in range(5):
            with pytest.raises(AuthenticationFailed):
                await client.create_prefetch(asset_id="a1")

    assert len(world.logins) == 1


async def test_old_token_serves_on_while_iam_is_down() -> None:
    world = IamAndVod(Clock())

    async with signed_in(world) as client:
        await client.create_prefetch(asset_id="a1")
        world.clock.move(hours=23, minutes=40)
        world.trouble = httpx.ConnectError("refused")
        for _ in range(3):
            await client.create_prefetch(asset_id="a1")
        assert len(world.logins) == 2
        world.clock.move(minutes=20)
        with pytest.raises(NotSent):
            await client.create_prefetch(asset_id="a1")

    assert world.used == ["token-1"] * 4


async def test_password_echoed_by_iam_stays_out_of_the_error() -> None:
    world = IamAndVod(Clock(), trouble=refusal(400, "IAM.0011", f"bad password {PASSWORD}"))

    async with signed_in(world) as client:
        with pytest.raises(VodError) as caught:
            await client.create_prefetch(asset_id="a1")

    assert PASSWORD not in f"{caught.value} {vars(caught.value)} {USER!r}"


async def test_project_is_known_from_the_token_itself() -> None:
    world = IamAndVod(Clock())

    async with http_to(world) as http:
        auth = IamTokenAuth(http, iam_endpoint=IAM, user=USER, region="r1", now=world.clock)

        assert await auth.project_id() == PROJECT


async def test_fixed_token_is_sent_as_given_and_never_repeated() -> None:
    asked = cloud(STALE["expired"])

    async with client_to(asked, FixedTokenAuth(FixedToken(SecretStr("given")))) as client:
        with pytest.raises(AuthenticationFailed):
            await client.create_prefetch(asset_id="a1")

    assert [request.headers["X-Auth-Token"] for request in asked.requests] == ["given"]


async def test_plain_httpx_call_gets_its_token_too() -> None:
    world = IamAndVod(Clock())

    async with http_to(world) as http:
        auth = IamTokenAuth(http, iam_endpoint=IAM, user=USER, region="r1", now=world.clock)
        await http.get(f"{ENDPOINT}/anything", auth=auth)

    assert world.used == ["token-1"]
