"""The environment, read once and checked; nothing else reads it."""

import logging
import os
from collections.abc import Iterator, Mapping, Set
from difflib import get_close_matches
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)

from bot.rules.policy import Policy
from bot.setting_groups import (
    CloudSettings,
    Command,
    DatabaseSettings,
    FromEnvironment,
    SlackSettings,
)
from bot.setting_kinds import (
    Channels,
    Domains,
    People,
    Switch,
    ZoneName,
)

log = logging.getLogger(__name__)

NOBODY: frozenset[str] = frozenset()
WAYS_TO_LOG_IN = (
    {"HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"},
    {"VOD_AUTH_TOKEN"},
    {"VOD_IAM_USER", "VOD_IAM_PASSWORD", "VOD_IAM_DOMAIN"},
)

OURS = "PREFETCH_"
NEARLY = 0.9
"""How much of a name must agree with a setting's for it to be a slip of the finger."""

AGREED_FOR_LATER = frozenset(
    {
        "PREFETCH_ALLOWED_USERGROUPS",
        "PREFETCH_APPROVERS",
        "PREFETCH_APPROVAL_OVER",
        "PREFETCH_APPROVAL_TTL_S",
        "PREFETCH_SELF_APPROVAL",
        "PREFETCH_AUDIT_CHANNEL",
        "PREFETCH_LOCALE",
    }
)
"""Names that are settled, of features that this version does not have."""


class SettingsWrong(Exception):  # noqa: N818
    """One line for each variable that is wrong: its name, what it expects, an example."""


class Settings(CloudSettings, SlackSettings, DatabaseSettings):
    """Every setting; the description says what it is, the example how that looks."""

    health_port: int = Field(
        default=8080,
        ge=0,
        le=65535,
        alias="HEALTH_PORT",
        description=(
            "port for `/livez` and `/readyz`, on all addresses of the machine; 0 turns them off"
        ),
        examples=["8080"],
    )
    command: Command = "/prefetch"
    daily_limit: int = Field(
        default=1000,
        ge=1,
        alias="PREFETCH_DAILY_LIMIT",
        description="files that the tenant may prefetch a day",
        examples=["1000"],
    )
    quota_timezone: ZoneName = Field(
        default="Asia/Shanghai",
        alias="PREFETCH_QUOTA_TIMEZONE",
        description="time zone whose midnight resets the quota",
        examples=["Asia/Shanghai"],
    )
    asset_cost: int = Field(
        default=1,
        ge=1,
        alias="PREFETCH_ASSET_COST",
        description="files counted for one asset ID; corrected upward when the cloud lists more",
        examples=["1"],
    )
    creates_per_minute: float = Field(
        default=10,
        gt=0,
        alias="PREFETCH_CREATES_PER_MINUTE",
        description="prefetch calls a minute, evenly spaced",
        examples=["10"],
    )
    queries_per_minute: float = Field(
        default=60,
        gt=0,
        alias="PREFETCH_QUERIES_PER_MINUTE",
        description="status queries a minute, evenly spaced",
        examples=["60"],
    )
    card_edits_per_minute: float = Field(
        default=45,
        gt=0,
        alias="PREFETCH_CARD_EDITS_PER_MINUTE",
        description="edits of cards a minute in the workspace, of which Slack takes 50",
        examples=["45"],
    )
    card_posts_per_minute: float = Field(
        default=55,
        gt=0,
        alias="PREFETCH_CARD_POSTS_PER_MINUTE",
        description="cards a minute in each channel, of which Slack takes 60",
        examples=["55"],
    )
    poll_first_s: float = Field(
        default=60,
        gt=0,
        alias="PREFETCH_POLL_FIRST_S",
        description="seconds until the bot first asks how far a call is",
        examples=["60"],
    )
    poll_every_s: float = Field(
        default=30,
        gt=0,
        alias="PREFETCH_POLL_EVERY_S",
        description="seconds until it asks again about the same call",
        examples=["30"],
    )
    listen_give_up_s: float = Field(
        default=600,
        gt=0,
        alias="PREFETCH_LISTEN_GIVE_UP_S",
        description=(
            "seconds without a socket, although Slack answers, after which the bot ends with 3"
        ),
        examples=["600"],
    )
    poll_give_up_s: float = Field(
        default=3600,
        gt=0,
        alias="PREFETCH_POLL_GIVE_UP_S",
        description="seconds after which it stops asking",
        examples=["3600"],
    )
    request_timeout_s: float = Field(
        default=30,
        gt=0,
        alias="PREFETCH_REQUEST_TIMEOUT_S",
        description="seconds that the cloud may take to answer a call",
        examples=["30"],
    )
    allowed_channels: Channels = Field(
        default=NOBODY,
        alias="PREFETCH_ALLOWED_CHANNELS",
        description="channels from which prefetching is allowed; empty: none",
        examples=["C0123456789,C0987654321 or *"],
    )
    allowed_users: People = Field(
        default=NOBODY,
        alias="PREFETCH_ALLOWED_USERS",
        description="people who may prefetch; empty: nobody",
        examples=["U0123456789,U0987654321 or *"],
    )
    denied_users: People = Field(
        default=NOBODY,
        alias="PREFETCH_DENIED_USERS",
        description="people who may not, whatever else allows it",
        examples=["U0123456789"],
    )
    allowed_domains: Domains = Field(
        default=frozenset({"*"}),
        alias="PREFETCH_ALLOWED_DOMAINS",
        description="hosts whose URLs may be sent; `*.example.com` takes every host below it",
        examples=["media.example.com,*.example.net or *"],
    )
    preflight: Switch = Field(
        default="on",
        alias="PREFETCH_PREFLIGHT",
        description="look at addresses of hosts that `PREFETCH_ALLOWED_DOMAINS` names, or `off`",
        examples=["on"],
    )
    operators: People = Field(
        default=NOBODY,
        alias="PREFETCH_OPERATORS",
        description="people who decide about calls in doubt, and whom a refusal names",
        examples=["U0123456789"],
    )

    @model_validator(mode="wrap")
    @classmethod
    def _tell_all_at_once(
        cls, given: Mapping[str, object], check: ModelWrapValidatorHandler[Self]
    ) -> Self:
        """Raise `SettingsWrong` with what is wrong of one variable and of several together."""
        # An optional variable that is set to nothing, as in a copied example, is not set.
        optional = {field.alias for field in cls.model_fields.values() if field.default is None}
        given = {name: value for name, value in given.items() if value or name not in optional}
        lines = list(_missing_together(given.keys()))
        try:
            settings = check(given)
        except ValidationError as error:
            lines = [*_lines(cls, error), *lines]
        if lines:
            raise SettingsWrong("\n".join(lines)) from None
        return settings

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.quota_timezone)

    @property
    def policy(self) -> Policy:
        return Policy(
            users=self.allowed_users,
            channels=self.allowed_channels,
            denied_users=self.denied_users,
            domains=self.allowed_domains,
            operators=self.operators,
        )


S = TypeVar("S", bound=FromEnvironment)


def read_settings(kind: type[S]) -> S:
    """Read the environment and `.env`; raises `SettingsWrong`."""
    try:
        _check_names({*os.environ, *dotenv_values(".env")})
        return kind()
    except ValidationError as error:
        raise SettingsWrong("\n".join(_lines(kind, error))) from None
    except UnicodeDecodeError as error:
        message = ".env is not UTF-8 text: save it as such, one NAME=value a line"
        raise SettingsWrong(message) from error


def _check_names(given: Set[str]) -> None:
    """A misspelt deny list would deny nobody, and say nothing."""
    names = {str(field.alias) for field in Settings.model_fields.values()}
    lines = []
    for name in sorted(name for name in given - names if name.upper().startswith(OURS)):
        likely = get_close_matches(name.upper(), names, n=1, cutoff=NEARLY)
        if likely and name not in AGREED_FOR_LATER:
            lines.append(f"{name} is no setting: did you mean {likely[0]}? Correct it")
        else:
            # Kubernetes sets some for each of its services, as PREFETCH_BOT_PORT.
            log.warning("%s has no effect: this version has no such setting", name)
    if lines:
        raise SettingsWrong("\n".join(lines))


def _missing_together(given: Set[str]) -> Iterator[str]:
    if not given & {"SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"}:
        yield (
            "SLACK_APP_TOKEN is missing: set it for Socket Mode (for instance xapp-…),"
            " or set SLACK_SIGNING_SECRET to serve HTTP"
        )
    if not given & {"VOD_ENDPOINT", "VOD_REGION"}:
        yield "VOD_REGION is missing: the region of VOD, for instance ap-southeast-3"
    elif not given & {"HUAWEICLOUD_SDK_PROJECT_ID", "VOD_REGION"}:
        yield (
            "HUAWEICLOUD_SDK_PROJECT_ID is missing: set it (for instance 32 hexadecimal"
            " characters), or VOD_REGION to have it found"
        )
    if not any(way <= given for way in WAYS_TO_LOG_IN):
        yield (
            "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK are missing: set both (for instance the 20"
            " and the 40 characters of a key), VOD_AUTH_TOKEN, or VOD_IAM_USER with"
            " VOD_IAM_PASSWORD and VOD_IAM_DOMAIN"
        )


def _lines(kind: type[FromEnvironment], error: ValidationError) -> list[str]:
    return [_line(kind, dict(problem)) for problem in error.errors()]


def _line(kind: type[FromEnvironment], problem: dict[str, Any]) -> str:
    name = str(problem["loc"][0])
    field = next(one for one in kind.model_fields.values() if one.alias == name)
    what = (
        "is missing"
        if problem["type"] == "missing"
        else f"is wrong ({str(problem['msg']).removeprefix('Value error, ')})"
    )
    example = (field.examples or [""])[0]
    return f"{name} {what}: {field.description}; for instance {example}"
