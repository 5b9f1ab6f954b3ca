"""FakeSlack's Web API: who may call, and how arguments and answers travel."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox.fakeslack import EDITORS, JUN, LAUNCH, MEI, RANDOM, WAR_ROOM, FakeSlack
from tests.helpers.slack_app import MANIFEST, call, modal, section

pytestmark = pytest.mark.integration


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(MANIFEST) as server:
        yield server


async def test_call_without_a_token_is_not_authed(slack: FakeSlack) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.api_url + "auth.test") as response,
    ):
        answer = await response.json()

    assert answer == {"ok": False, "error": "not_authed"}


async def test_call_with_a_wrong_token_is_refused(slack: FakeSlack) -> None:
    answer = await call(slack, "auth.test", "xoxb-wrong")

    assert answer == {"ok": False, "error": "invalid_auth"}


@pytest.mark.parametrize(
    ("method", "token"), [("apps.connections.open", "bot_token"), ("auth.test", "app_token")]
)
async def test_each_method_wants_its_own_kind_of_token(
    slack: FakeSlack, method: str, token: str
) -> None:
    answer = await call(slack, method, getattr(slack, token))

    assert answer["error"] == "not_allowed_token_type"


async def test_unknown_method_is_named_as_such(slack: FakeSlack) -> None:
    answer = await call(slack, "chat.shout")

    assert answer == {"ok": False, "error": "unknown_method", "req_method": "chat.shout"}


@pytest.mark.parametrize(
    ("method", "needed"),
    [
        ("chat.postMessage", "chat:write"),
        ("chat.update", "chat:write"),
        ("chat.postEphemeral", "chat:write"),
        ("conversations.info", "channels:read,groups:read,im:read,mpim:read"),
        ("conversations.open", "im:write,mpim:write"),
        ("users.info", "users:read"),
        ("usergroups.users.list", "usergroups:read"),
        ("files.info", "files:read"),
    ],
)
async def test_missing_scope_names_what_is_needed_and_provided(
    slack: FakeSlack, method: str, needed: str
) -> None:
    slack.scopes.clear()
    slack.scopes.add("commands")

    answer = await call(slack, method)

    assert answer == {
        "ok": False,
        "error": "missing_scope",
        "needed": needed,
        "provided": "commands",
    }


async def test_form_with_blocks_as_text_is_read_like_json(slack: FakeSlack) -> None:
    form = {
        "token": slack.bot_token,
        "channel": LAUNCH,
        "blocks": '[{"type": "divider"}]',
        "text": "fallback",
    }

    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.api_url + "chat.postMessage", data=form) as response,
    ):
        answer = await response.json()

    assert answer["message"]["blocks"][0]["type"] == "divider"


async def test_body_that_is_not_json_is_refused(slack: FakeSlack) -> None:
    headers = {"Content-Type": "application/json"}

    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.api_url + "auth.test", data="{", headers=headers) as response,
    ):
        answer = await response.json()

    assert answer["error"] == "invalid_json"


async def test_auth_test_says_who_the_bot_is_and_what_it_may(slack: FakeSlack) -> None:
    headers = {"Authorization": f"Bearer {slack.bot_token}"}

    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.api_url + "auth.test", headers=headers) as response,
    ):
        answer = await response.json()

    assert (answer["user_id"], answer["team_id"]) == (slack.bot_user_id, slack.team_id)
    assert "chat:write" in response.headers["x-oauth-scopes"]


async def test_log_never_holds_a_token(slack: FakeSlack) -> None:
    await call(slack, "auth.test", token=slack.bot_token)
    await call(slack, "api.test", token="", unused=1)
    async with aiohttp.ClientSession() as session:
        await session.post(slack.api_url + "auth.test", data={"token": slack.bot_token})

    assert slack.bot_token not in str(list(slack.log))


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("conversations.info", {"channel": "C0NOWHERE"}, "channel_not_found"),
        ("conversations.info", {"channel": WAR_ROOM}, "channel_not_found"),
        ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
        ("usergroups.users.list", {"usergroup": "S0NONE"}, "no_such_subteam"),
        ("files.info", {"file": "F0NONE"}, "file_not_found"),
        ("chat.getPermalink", {"channel": LAUNCH, "message_ts": "1.1"}, "message_not_found"),
        (
            "functions.completeSuccess",
            {"function_execution_id": "Fx0", "outputs": {}},
            "function_execution_not_found",
        ),
    ],
)
async def test_what_does_not_exist_is_not_found(
    slack: FakeSlack, method: str, arguments: dict[str, Any], error: str
) -> None:
    answer = await call(slack, method, **arguments)

    assert answer["error"] == error


async def test_channel_says_whether_the_bot_is_a_member(slack: FakeSlack) -> None:
    launch = await call(slack, "conversations.info", channel=LAUNCH)
    random = await call(slack, "conversations.info", channel=RANDOM)

    assert (launch["channel"]["is_member"], random["channel"]["is_member"]) == (True, False)


async def test_locale_comes_only_when_asked_for(slack: FakeSlack) -> None:
    without = await call(slack, "users.info", user=JUN)
    with_locale = await call(slack, "users.info", user=JUN, include_locale=True)

    assert "locale" not in without["user"]
    assert with_locale["user"]["locale"] == "zh-CN"


async def test_usergroup_lists_its_members(slack: FakeSlack) -> None:
    answer = await call(slack, "usergroups.users.list", usergroup=EDITORS)

    assert answer["users"] == [MEI, JUN]


async def test_opening_a_conversation_twice_gives_the_same_one(slack: FakeSlack) -> None:
    first = await call(slack, "conversations.open", users=MEI)
    second = await call(slack, "conversations.open", users=MEI)

    assert first["channel"]["id"] == second["channel"]["id"]


async def test_file_is_downloaded_with_the_bot_token_and_its_scope_only(slack: FakeSlack) -> None:
    file = slack.add_file(MEI, "links.txt", b"https://cdn.example.com/a", "text/plain")
    slack.workspace.post(LAUNCH, MEI, files=[slack.file_body(file)])
    info = await call(slack, "files.info", file=file.id)
    url = info["file"]["url_private_download"]

    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {slack.bot_token}"}
        async with session.get(url, headers=headers) as response:
            allowed = await response.read()
        async with session.get(url, allow_redirects=False) as response:
            without_token = response.status, response.headers["Location"]
        slack.scopes.discard("files:read")
        async with session.get(url, headers=headers) as response:
            without_scope = response.status, await response.text()

    assert allowed == b"https://cdn.example.com/a"
    assert without_token[0] == 302
    assert without_token[1].startswith("http://localhost:")
    assert without_scope[0] == 200
    assert "Sign in" in without_scope[1]


async def test_file_is_shown_to_the_app_only_where_it_is_a_member(slack: FakeSlack) -> None:
    file = slack.add_file(MEI, "links.txt", b"https://cdn.example.com/a", "text/plain")

    alone = await call(slack, "files.info", file=file.id)
    slack.workspace.post(RANDOM, MEI, files=[slack.file_body(file)])
    elsewhere = await call(slack, "files.info", file=file.id)
    slack.workspace.post(LAUNCH, MEI, files=[slack.file_body(file)])
    here = await call(slack, "files.info", file=file.id)
    slack.workspace.delete_file(file.id)
    deleted = await call(slack, "files.info", file=file.id)

    assert [it.get("error") for it in (alone, elsewhere, here, deleted)] == [
        "file_not_found",
        "file_not_found",
        None,
        "file_deleted",
    ]


async def test_blocks_validate_points_at_the_problem_and_needs_no_scope(slack: FakeSlack) -> None:
    slack.scopes.clear()

    good = await call(slack, "blocks.validate", view=modal())
    bad = await call(slack, "blocks.validate", view=modal(title="x" * 25))
    block = await call(slack, "blocks.validate", blocks=[section("")])

    assert good["ok"]
    assert bad["error"] == "invalid_view"
    assert bad["errors"] == [
        {
            "code": "failed_constraint",
            "message": "must be less than 25 characters",
            "pointer": "/view/title/text",
        }
    ]
    assert block["error"] == "invalid_blocks"


async def test_uploaded_file_is_shared_by_the_id_of_a_conversation_alone(slack: FakeSlack) -> None:
    slack.scopes.add("files:write")
    place = await call(slack, "files.getUploadURLExternal", filename="a.txt", length=3)
    files = [{"id": place["file_id"], "title": "a.txt"}]

    before = await call(slack, "files.completeUploadExternal", files=files, channel_id=LAUNCH)
    async with aiohttp.ClientSession() as session:
        async with session.post(place["upload_url"], data=b"ab") as response:
            cut = response.status
        async with session.post(place["upload_url"], data=b"abc") as response:
            whole = response.status
    person = await call(slack, "files.completeUploadExternal", files=files, channel_id=MEI)
    absent = await call(slack, "files.completeUploadExternal", files=files, channel_id=RANDOM)
    shared = await call(slack, "files.completeUploadExternal", files=files, channel_id=LAUNCH)
    again = await call(slack, "files.completeUploadExternal", files=files, channel_id=LAUNCH)

    assert (cut, whole) == (400, 200)
    assert [it.get("error") for it in (before, person, absent, shared, again)] == [
        "file_not_found",
        "invalid_arguments",
        "channel_not_found",
        None,
        "file_not_found",
    ]
    (message,) = slack.workspace.messages[LAUNCH].values()
    assert message.files[0]["id"] == place["file_id"]
