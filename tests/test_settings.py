"""What the environment must hold, and what is said when it does not."""

import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.rules.policy import Policy
from bot.setting_groups import DatabaseSettings
from bot.settings import Settings, SettingsWrong, read_settings

NEEDED = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "VOD_REGION": "ap-southeast-3",
    "HUAWEICLOUD_SDK_AK": "AK",
    "HUAWEICLOUD_SDK_SK": "SK",
}
OURS = ("SLACK_", "HUAWEICLOUD_", "VOD_", "PREFETCH_", "DATABASE_", "HEALTH_", "PORT")

DEFAULTS: dict[str, object] = {
    "SLACK_SIGNING_SECRET": None,
    "SLACK_API_URL": "https://slack.com/api",
    "PORT": 3000,
    "HUAWEICLOUD_SDK_SECURITY_TOKEN": None,
    "HUAWEICLOUD_SDK_PROJECT_ID": None,
    "HUAWEICLOUD_SDK_IAM_ENDPOINT": None,
    "VOD_ENDPOINT": None,
    "VOD_AUTH_TOKEN": None,
    "VOD_IAM_USER": None,
    "VOD_IAM_PASSWORD": None,
    "VOD_IAM_DOMAIN": None,
    "DATABASE_URL": "sqlite:///prefetch.db",
    "HEALTH_PORT": 8080,
    "PREFETCH_COMMAND": "/prefetch",
    "PREFETCH_DAILY_LIMIT": 1000,
    "PREFETCH_QUOTA_TIMEZONE": "Asia/Shanghai",
    "PREFETCH_ASSET_COST": 1,
    "PREFETCH_CREATES_PER_MINUTE": 10,
    "PREFETCH_QUERIES_PER_MINUTE": 60,
    "PREFETCH_CARD_EDITS_PER_MINUTE": 45,
    "PREFETCH_CARD_POSTS_PER_MINUTE": 55,
    "PREFETCH_POLL_FIRST_S": 60,
    "PREFETCH_POLL_EVERY_S": 30,
    "PREFETCH_LISTEN_GIVE_UP_S": 600,
    "PREFETCH_POLL_GIVE_UP_S": 3600,
    "PREFETCH_OPERATOR_WAIT_S": 86400,
    "PREFETCH_REQUEST_TIMEOUT_S": 30,
    "PREFETCH_ALLOWED_CHANNELS": frozenset(),
    "PREFETCH_ALLOWED_USERS": frozenset(),
    "PREFETCH_DENIED_USERS": frozenset(),
    "PREFETCH_ALLOWED_DOMAINS": frozenset({"*"}),
    "PREFETCH_PREFLIGHT": "on",
    "PREFETCH_OPERATORS": frozenset(),
}

SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-geheim",
    "SLACK_APP_TOKEN": "xapp-geheim",
    "SLACK_SIGNING_SECRET": "geheim",
    "HUAWEICLOUD_SDK_SK": "geheim",
    "HUAWEICLOUD_SDK_SECURITY_TOKEN": "geheim",
    "VOD_AUTH_TOKEN": "geheim",
    "VOD_IAM_PASSWORD": "geheim",
    "DATABASE_URL": "postgresql://bot:geheim@db.example.com/prefetch",
}


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the developer's own settings nor a `.env` of theirs."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(OURS)]:
        monkeypatch.delenv(name)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The least that the bot needs."""
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def value_of(settings: Settings, variable: str) -> object:
    (name,) = [name for name, field in Settings.model_fields.items() if field.alias == variable]
    return getattr(settings, name)


def complaints() -> list[str]:
    with pytest.raises(SettingsWrong) as wrong:
        read_settings(Settings)
    return str(wrong.value).splitlines()


def test_defaults_are_those_of_the_contract(environment: pytest.MonkeyPatch) -> None:
    settings = read_settings(Settings)

    assert {name: value_of(settings, name) for name in DEFAULTS} == DEFAULTS


def test_contract_names_every_setting() -> None:
    names = {field.alias for field in Settings.model_fields.values()}

    assert names == {*NEEDED, *DEFAULTS}


def test_every_setting_says_what_it_is_and_gives_an_example() -> None:
    for field in Settings.model_fields.values():
        assert field.description
        assert field.examples


def test_nothing_set_names_everything_that_is_needed_at_once() -> None:
    assert [line.split(" is missing")[0].split(" are missing")[0] for line in complaints()] == [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "VOD_REGION",
        "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK",
    ]


@pytest.mark.parametrize("name", NEEDED)
def test_missing_setting_is_named_with_an_example(
    environment: pytest.MonkeyPatch, name: str
) -> None:
    environment.delenv(name)

    (line,) = complaints()
    assert name in line
    assert "missing" in line
    assert "for instance" in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", ""),
        ("SLACK_BOT_TOKEN", "xoxp-1"),
        ("SLACK_BOT_TOKEN", "xoxb-1\n"),
        ("SLACK_APP_TOKEN", "xoxb-1"),
        ("SLACK_SIGNING_SECRET", "geheim\n"),
        ("SLACK_API_URL", "slack.com/api"),
        ("SLACK_API_URL", "ftp://slack.com/api"),
        ("SLACK_API_URL", "https://bot:geheim@slack.com/api"),
        ("SLACK_API_URL", "https://geheim@slack.com/api"),
        ("SLACK_API_URL", "https://bot:geheim@slack.com:port/api"),
        ("SLACK_API_URL", "https://slack.com/api?token=geheim"),
        ("SLACK_API_URL", "https://slack.com/api#geheim"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("HUAWEICLOUD_SDK_AK", "AK\n"),
        ("HUAWEICLOUD_SDK_AK", "ключ"),
        ("HUAWEICLOUD_SDK_SK", " SK"),
        ("HUAWEICLOUD_SDK_SECURITY_TOKEN", "a\nb"),
        ("HUAWEICLOUD_SDK_PROJECT_ID", " 0123"),
        ("HUAWEICLOUD_SDK_IAM_ENDPOINT", "iam"),
        ("HUAWEICLOUD_SDK_IAM_ENDPOINT", "https://bot:geheim@iam.example.com"),
        ("VOD_REGION", "AP Southeast"),
        ("VOD_ENDPOINT", "vod.ap-southeast-3.myhuaweicloud.com"),
        ("VOD_ENDPOINT", "https://"),
        ("VOD_ENDPOINT", "https://bot:geheim@vod.example.com"),
        ("VOD_ENDPOINT", "https://vod.example.com/?X-Security-Token=geheim"),
        ("VOD_AUTH_TOKEN", "token "),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "prefetch.db"),
        ("DATABASE_URL", "mysql://h/d"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:///prefetch.db?timeout=abc"),
        ("DATABASE_URL", "sqlite+aiosqlite:///prefetch.db"),
        ("DATABASE_URL", "sqlite://bot:geheim@h/prefetch.db"),
        ("DATABASE_URL", "postgresql://bot:ge@heim@h/d"),
        ("DATABASE_URL", "postgresql://bot:geheim@h:port/d"),
        ("HEALTH_PORT", "-1"),
        ("HEALTH_PORT", "65536"),
        ("PREFETCH_COMMAND", "prefetch"),
        ("PREFETCH_COMMAND", "/Prefetch"),
        ("PREFETCH_COMMAND", "/"),
        ("PREFETCH_DAILY_LIMIT", "0"),
        ("PREFETCH_DAILY_LIMIT", "1000.5"),
        ("PREFETCH_QUOTA_TIMEZONE", ""),
        ("PREFETCH_QUOTA_TIMEZONE", "UTC+8"),
        ("PREFETCH_QUOTA_TIMEZONE", "Asia"),
        ("PREFETCH_QUOTA_TIMEZONE", "../zone"),
        ("PREFETCH_ASSET_COST", "0"),
        ("PREFETCH_CREATES_PER_MINUTE", "0"),
        ("PREFETCH_CREATES_PER_MINUTE", "inf"),
        ("PREFETCH_QUERIES_PER_MINUTE", "-1"),
        ("PREFETCH_POLL_FIRST_S", "nan"),
        ("PREFETCH_POLL_EVERY_S", "0"),
        ("PREFETCH_POLL_GIVE_UP_S", "1h"),
        ("PREFETCH_REQUEST_TIMEOUT_S", "-30"),
        ("PREFETCH_ALLOWED_CHANNELS", "#launch"),
        ("PREFETCH_ALLOWED_CHANNELS", "C1,launch"),
        ("PREFETCH_ALLOWED_USERS", "@mei"),
        ("PREFETCH_DENIED_USERS", "u0mei"),
        ("PREFETCH_OPERATORS", "U1;U2"),
        ("PREFETCH_ALLOWED_DOMAINS", "https://media.example.com/"),
        ("PREFETCH_ALLOWED_DOMAINS", "media.example.com:443"),
        ("PREFETCH_ALLOWED_DOMAINS", "media.*"),
        ("PREFETCH_PREFLIGHT", "yes"),
        ("PREFETCH_PREFLIGHT", ""),
    ],
)
def test_wrong_setting_gives_one_line_with_its_name_and_an_example(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)

    (line,) = complaints()
    assert line.startswith(f"{name} is wrong (")
    assert "for instance" in line
    assert "geheim" not in line


def test_several_wrong_settings_give_a_line_each(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PORT", "http")
    environment.setenv("PREFETCH_DAILY_LIMIT", "many")
    environment.delenv("VOD_REGION")

    lines = complaints()

    assert [line.split()[0] for line in lines] == ["PORT", "PREFETCH_DAILY_LIMIT", "VOD_REGION"]


@pytest.mark.parametrize(
    "others",
    [
        {"VOD_AUTH_TOKEN": "token"},
        {"VOD_IAM_USER": "bot", "VOD_IAM_PASSWORD": "geheim", "VOD_IAM_DOMAIN": "team"},
    ],
    ids=["token", "password"],
)
def test_token_authentication_needs_no_key(
    environment: pytest.MonkeyPatch, others: dict[str, str]
) -> None:
    environment.delenv("HUAWEICLOUD_SDK_AK")
    environment.delenv("HUAWEICLOUD_SDK_SK")
    for name, value in others.items():
        environment.setenv(name, value)

    read_settings(Settings)


@pytest.mark.parametrize("missing", ["VOD_IAM_USER", "VOD_IAM_PASSWORD", "VOD_IAM_DOMAIN"])
def test_half_a_login_is_none(environment: pytest.MonkeyPatch, missing: str) -> None:
    environment.delenv("HUAWEICLOUD_SDK_SK")
    for name in {"VOD_IAM_USER", "VOD_IAM_PASSWORD", "VOD_IAM_DOMAIN"} - {missing}:
        environment.setenv(name, "given")

    (line,) = complaints()
    assert missing in line


def test_signing_secret_stands_in_for_the_app_token(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("SLACK_APP_TOKEN")
    environment.setenv("SLACK_SIGNING_SECRET", "geheim")

    assert read_settings(Settings).slack_app_token is None


def test_empty_signing_secret_would_let_anybody_sign(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("SLACK_APP_TOKEN")
    environment.setenv("SLACK_SIGNING_SECRET", "")

    (line,) = complaints()
    assert line.startswith("SLACK_APP_TOKEN is missing")


def test_endpoint_alone_does_not_tell_the_project(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("VOD_REGION")
    environment.setenv("VOD_ENDPOINT", "https://vod.example.com/")
    environment.setenv("HUAWEICLOUD_SDK_IAM_ENDPOINT", "https://iam.example.com")

    (line,) = complaints()
    assert line.startswith("HUAWEICLOUD_SDK_PROJECT_ID is missing")

    environment.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "0" * 32)
    assert read_settings(Settings).vod_endpoint == "https://vod.example.com"


@pytest.mark.parametrize(
    ("value", "items"),
    [
        ("", ""),
        (" , ,", ""),
        ("{0}1", "1"),
        ("{0}1,{0}2", "12"),
        (" {0}1 ,\t{0}2,,{0}1, ", "12"),
    ],
)
@pytest.mark.parametrize(
    ("name", "initial"),
    [
        ("PREFETCH_ALLOWED_CHANNELS", "C"),
        ("PREFETCH_ALLOWED_USERS", "U"),
        ("PREFETCH_DENIED_USERS", "W"),
        ("PREFETCH_ALLOWED_DOMAINS", "h"),
        ("PREFETCH_OPERATORS", "U"),
    ],
)
def test_lists_are_set_apart_by_commas(
    environment: pytest.MonkeyPatch, name: str, initial: str, value: str, items: str
) -> None:
    environment.setenv(name, value.format(initial))

    found = value_of(read_settings(Settings), name)

    assert found == {f"{initial}{item}" for item in items}


@pytest.mark.parametrize(
    "name", [name for name, default in DEFAULTS.items() if isinstance(default, frozenset)]
)
def test_everybody_is_written_out(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.setenv(name, "*")

    assert value_of(read_settings(Settings), name) == {"*"}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("PREFETCH_DENIED_USER", "PREFETCH_DENIED_USERS"),
        ("PREFETCH_ALOWED_USERS", "PREFETCH_ALLOWED_USERS"),
        ("prefetch_denied_users", "PREFETCH_DENIED_USERS"),
    ],
)
@pytest.mark.parametrize("in_file", [False, True])
def test_misspelt_setting_is_named_with_the_likely_one(
    environment: pytest.MonkeyPatch, tmp_path: Path, name: str, meant: str, *, in_file: bool
) -> None:
    if in_file:
        (tmp_path / ".env").write_text(f"{name}=U1\n", "utf-8")
    else:
        environment.setenv(name, "U1")

    (line,) = complaints()
    assert line.startswith(f"{name} is no setting: did you mean {meant}?")


@pytest.mark.parametrize(
    "name",
    [
        "PREFETCH_APPROVAL_OVER",
        "PREFETCH_ALLOWED_USERGROUPS",
        "PREFETCH_BOT_PORT",
        "PREFETCH_BOT_SERVICE_HOST",
        "PREFETCH_BOT_PORT_3000_TCP_ADDR",
    ],
)
def test_variable_that_is_no_setting_is_told_to_have_no_effect(
    environment: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    environment.setenv(name, "100")

    read_settings(Settings)

    assert f"{name} has no effect" in caplog.text


def test_each_list_reaches_its_own_rule(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PREFETCH_ALLOWED_USERS", "U1")
    environment.setenv("PREFETCH_ALLOWED_CHANNELS", "C1")
    environment.setenv("PREFETCH_DENIED_USERS", "U2")
    environment.setenv("PREFETCH_ALLOWED_DOMAINS", "*.example.com")
    environment.setenv("PREFETCH_OPERATORS", "U3")

    assert read_settings(Settings).policy == Policy(
        users=frozenset({"U1"}),
        channels=frozenset({"C1"}),
        denied_users=frozenset({"U2"}),
        domains=frozenset({"*.example.com"}),
        operators=frozenset({"U3"}),
    )


def test_no_secret_is_ever_shown(environment: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        environment.setenv(name, value)

    settings = read_settings(Settings)

    assert "geheim" not in f"{settings!r} {settings} {read_settings(DatabaseSettings)!r}"


def test_every_secret_is_kept_as_one(environment: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        environment.setenv(name, value)

    settings = read_settings(Settings)

    for name in SECRETS.keys() - {"DATABASE_URL"}:
        found = value_of(settings, name)
        assert isinstance(found, SecretStr)
        assert found.get_secret_value() == SECRETS[name]


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_shown_when_a_setting_is_wrong(
    environment: pytest.MonkeyPatch, name: str
) -> None:
    for secret, value in SECRETS.items():
        environment.setenv(secret, value)
    environment.setenv(name, "geheim:// \n")
    environment.setenv("PORT", "http")

    assert "geheim" not in "\n".join(complaints())


def test_settings_may_stand_in_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=3001\nHEALTH_PORT=8081\n", "utf-8")
    environment.setenv("PORT", "3002")

    settings = read_settings(Settings)

    assert (settings.port, settings.health_port) == (3002, 8081)


def test_migration_needs_nothing_but_a_database() -> None:
    assert read_settings(DatabaseSettings).database_url == "sqlite:///prefetch.db"


def test_settings_do_not_change(environment: pytest.MonkeyPatch) -> None:
    settings = read_settings(Settings)

    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1  # type: ignore[misc]


def test_optional_variable_set_to_nothing_is_not_set(environment: pytest.MonkeyPatch) -> None:
    for name in ("VOD_ENDPOINT", "VOD_AUTH_TOKEN", "SLACK_SIGNING_SECRET"):
        environment.setenv(name, "")

    settings = read_settings(Settings)

    assert settings.vod_endpoint is None
    assert settings.vod_auth_token is None
    assert settings.slack_signing_secret is None
