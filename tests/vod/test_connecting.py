"""From settings to a ready client, over loopback."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.vod.connecting import Credentials, Project, connect, open_http
from bot.vod.signing import AccessKey
from bot.vod.tokens import FixedToken, IamUser
from tests.helpers.loopback import serving
from tests.helpers.vod_server import KEY, PROJECT, TASK, Clock

USER = IamUser("bot", SecretStr("made-up-password"), "example-domain")
EVERYONE: dict[str, Credentials] = {
    "key": KEY,
    "token": FixedToken(SecretStr("given")),
    "user": USER,
}


class Huawei:
    """IAM and VOD on one port."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.agents: set[str] = set()

    async def answer(self, request: web.Request) -> web.Response:
        self.calls.append(f"{request.method} {request.path}")
        self.agents.add(request.headers["User-Agent"])
        if request.path == "/v3/auth/tokens":
            project = {"id": PROJECT}
            return web.json_response(
                {"token": {"expires_at": "2099-01-01T00:00:00.000000Z", "project": project}},
                status=201,
                headers={"X-Subject-Token": "issued"},
            )
        if request.path == "/v3/projects":
            return web.json_response({"projects": [{"id": PROJECT}]})
        return web.json_response({"task_id": TASK}, status=202)


@pytest.fixture
async def huawei() -> Huawei:
    return Huawei()


@pytest.fixture
async def endpoint(huawei: Huawei) -> AsyncIterator[str]:
    async with serving(huawei.answer) as url:
        yield url


LOOK_UPS: dict[str, list[str]] = {
    "key": ["GET /v3/projects"],
    "token": ["GET /v3/projects"],
    "user": [],
}


@pytest.mark.integration
@pytest.mark.parametrize("project_id", ["", PROJECT])
@pytest.mark.parametrize("who", EVERYONE)
async def test_each_kind_of_credentials_reaches_the_project(
    who: str, project_id: str, huawei: Huawei, endpoint: str
) -> None:
    project = Project("r1", project_id, endpoint=endpoint, iam_endpoint=endpoint)
    async with connect(project, EVERYONE[who], now=Clock()) as client:
        await client.create_prefetch(asset_id="a1")

    login = ["POST /v3/auth/tokens"] if who == "user" else []
    look_up = [] if project_id else LOOK_UPS[who]
    create = f"POST /v1.0/{PROJECT}/asset/preheating"
    assert huawei.calls == [*login, *look_up, create]
    assert huawei.agents == {"prefetch-bot"}


@pytest.mark.parametrize(
    ("credentials", "named"),
    [
        (AccessKey("key\n", SecretStr("s")), "access key"),
        (AccessKey("made\nup", SecretStr("s")), "access key"),
        (AccessKey("键", SecretStr("s")), "access key"),
        (AccessKey("k", SecretStr("s"), SecretStr("made up\r\n")), "security token"),
        (FixedToken(SecretStr(" made-up")), "token"),
    ],
)
async def test_value_that_no_header_can_carry_is_named_but_not_shown(
    credentials: Credentials, named: str
) -> None:
    with pytest.raises(ValueError, match=f"the {named} holds") as caught:
        async with connect(Project("r1"), credentials, now=Clock()):
            pass

    assert "made" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "needed"),
    [
        (Project(endpoint="https://vod.example.com"), "a region or a project ID"),
        (Project(id=PROJECT), "a region or an endpoint"),
    ],
)
async def test_what_no_region_can_tell_must_be_given(given: Project, needed: str) -> None:
    with pytest.raises(ValueError, match=needed):
        async with connect(given, KEY, now=Clock()):
            pass


async def test_connecting_has_a_shorter_timeout_than_reading() -> None:
    async with open_http(timeout_s=30) as http:
        assert (http.timeout.connect, http.timeout.read) == (5.0, 30)
        assert http.follow_redirects is False
