"""A proxy of the environment is used for Slack and the cloud alike, and never told."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.app.running import running
from bot.app.unreachable import Unreachable
from bot.proxies import proxy_for
from bot.sandbox.fakeslack import MEI
from bot.sandbox.stage import Stage
from bot.settings import Settings, SettingsWrong
from tests.helpers.forward_proxy import ForwardProxy, forward_proxy
from tests.helpers.http_bot import free_port
from tests.helpers.running_bot import MANIFEST, QUICK, bot_on, quick_levers
from tests.helpers.slack_people import ask, outcome_of, prefetch
from tests.helpers.stored_rows import check_books

URL = "https://v.example.com/a.mp4"
SLACK, CLOUD = "slack.test", "vod.test"
"""No resolver knows these names: whatever goes past the proxy fails."""

SECRET = "http://user:HUSHHUSH@"
NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
PROXY = "http://proxy.example:3128"


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def put(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("variables", "url", "proxy"),
    [
        ({"HTTPS_PROXY": PROXY}, "https://slack.com/api/", PROXY),
        ({"HTTPS_PROXY": PROXY}, "wss://wss-primary.slack.com/link", PROXY),
        ({"https_proxy": PROXY}, "https://slack.com/api/", PROXY),
        ({"all_proxy": PROXY}, "wss://slack.com/", PROXY),
        ({"HTTPS_PROXY": "proxy.example:3128"}, "https://slack.com/", PROXY),
        ({"HTTPS_PROXY": f" {PROXY} "}, "https://slack.com/", PROXY),
        ({"HTTPS_PROXY": ""}, "https://slack.com/", None),
        ({"HTTPS_PROXY": " ", "ALL_PROXY": ""}, "https://slack.com/", None),
        ({"HTTPS_PROXY": "", "ALL_PROXY": PROXY}, "https://slack.com/", PROXY),
        ({"NO_PROXY": "*"}, "https://slack.com/", None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": ""}, "https://slack.com/", PROXY),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}, "https://slack.com/", None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "slack.com"}, "https://slack.com/", None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "slack.com"}, "wss://wss.slack.com/", None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": ".slack.com"}, "https://hooks.slack.com/", None),
        ({"HTTPS_PROXY": PROXY, "no_proxy": "a.example, slack.com"}, "https://slack.com/", None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "SLACK.com"}, "https://slack.com/", None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "slack.com:443"}, "https://slack.com:443/", None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "slack.com"}, "https://u:p@slack.com/", None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "ack.com"}, "https://slack.com/", PROXY),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "slack.com"}, "https://slack.com.example/", PROXY),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "10.1.2.3"}, "http://10.1.2.3:80/", None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "10.0.0.0/8"}, "http://10.1.2.3:80/", PROXY),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "*.slack.com"}, "https://hooks.slack.com/", PROXY),
    ],
)
def test_one_rule_says_which_proxy_an_address_goes_through(
    monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str], url: str, proxy: str | None
) -> None:
    put(monkeypatch, variables)

    assert proxy_for(url) == proxy


@asynccontextmanager
async def named_stage(folder: Path, *, cloud: str) -> AsyncIterator[tuple[Stage, dict[str, str]]]:
    """Stand-ins that call themselves by names which the proxy alone can reach."""
    async with Stage(MANIFEST, database=folder / "a.db", levers=quick_levers()) as stage:
        named = stage.slack.api_url.replace("127.0.0.1", SLACK)
        stage.slack._backend.base_url = named.removesuffix("/api/")
        stage.slack._backend.response_urls.base = named.replace("/api/", "/response/")
        yield (
            stage,
            {
                "SLACK_API_URL": named,
                "VOD_ENDPOINT": stage.vod.endpoint.replace("127.0.0.1", cloud),
            },
        )


@pytest.mark.integration
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "http_proxy"])
async def test_web_api_socket_response_urls_and_cloud_all_go_through_the_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    async with (
        forward_proxy(password="HUSHHUSH") as proxy,
        named_stage(tmp_path, cloud=CLOUD) as (stage, settings),
    ):
        put(monkeypatch, {name: proxy.url, "NO_PROXY": ""})
        async with bot_on(stage, stage.database, **settings):
            mei = stage.slack.person(MEI)
            answer = await ask(stage, mei, "quota")
            card = await prefetch(stage, mei, URL)

    assert "left today" in answer.text
    assert outcome_of(card) == "succeeded"
    assert proxy.hosts == {SLACK, CLOUD}
    assert {"api", "link", "response", "v1.0"} <= _first_folders(proxy)
    assert proxy.refused == 0
    assert proxy.password not in caplog.text
    check_books(stage)


@pytest.mark.integration
@pytest.mark.parametrize("no_proxy", ["127.0.0.1", "a.example,127.0.0.1"])
async def test_host_that_no_proxy_names_is_reached_directly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_proxy: str
) -> None:
    async with (
        forward_proxy(password="HUSHHUSH") as proxy,
        named_stage(tmp_path, cloud="127.0.0.1") as (stage, settings),
    ):
        put(monkeypatch, {"HTTPS_PROXY": proxy.url, "NO_PROXY": no_proxy})
        async with bot_on(stage, stage.database, **settings):
            card = await prefetch(stage, stage.slack.person(MEI), URL)

    assert outcome_of(card) == "succeeded"
    assert proxy.hosts == {SLACK}
    check_books(stage)


@pytest.mark.integration
async def test_empty_variables_mean_no_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, dict.fromkeys(NAMES, ""))
    async with (
        Stage(MANIFEST, database=tmp_path / "a.db", levers=quick_levers()) as stage,
        bot_on(stage, stage.database),
    ):
        card = await prefetch(stage, stage.slack.person(MEI), URL)

    assert outcome_of(card) == "succeeded"


@pytest.mark.integration
@pytest.mark.parametrize(
    ("proxy_url", "api_url", "said"),
    [
        (f"{SECRET}127.0.0.1:{{port}}", f"http://{SLACK}/api", "HTTP 407"),
        (f"{SECRET}127.0.0.1:{{port}}", f"https://{SLACK}/api", "the proxy refuses the way"),
        (f"{SECRET}127.0.0.1:{{closed}}", f"https://{SLACK}/api", "cannot be reached"),
        (f"{SECRET}proxy.test:1", f"https://{SLACK}/api", "cannot be reached"),
        (f"{SECRET}127.0.0.1:port", f"https://{SLACK}/api", "HTTPS_PROXY: expects"),
        (f"{SECRET}127.0.0.1:99999", f"https://{SLACK}/api", "HTTPS_PROXY: expects"),
        ("socks5://user:HUSHHUSH@127.0.0.1:1", f"https://{SLACK}/api", "HTTPS_PROXY: expects"),
        ("HUSHHUSH://user:HUSHHUSH@127.0.0.1", f"https://{SLACK}/api", "HTTPS_PROXY: expects"),
    ],
    ids=["407", "407 to CONNECT", "closed", "unknown", "no port", "port", "socks", "scheme"],
)
async def test_proxy_that_cannot_be_used_is_told_without_its_password(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    proxy_url: str,
    api_url: str,
    said: str,
) -> None:
    async with (
        forward_proxy(password="another") as proxy,
        Stage(MANIFEST, database=tmp_path / "a.db") as stage,
    ):
        url = proxy_url.format(port=proxy.port, closed=free_port())
        put(monkeypatch, {"HTTPS_PROXY": url, "NO_PROXY": "127.0.0.1"})
        environment = stage.environment(stage.database) | QUICK | {"SLACK_API_URL": api_url}
        with pytest.raises((Unreachable, SettingsWrong)) as refused:
            async with running(Settings(_env_file=None, **environment)):  # type: ignore[arg-type]
                pass

    assert said in str(refused.value)
    assert "HUSHHUSH" not in str(refused.value) + caplog.text


def _first_folders(proxy: ForwardProxy) -> set[str]:
    return {urlsplit(place).path.split("/")[1] for place in proxy.passed}
