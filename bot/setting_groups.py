"""The slash command, and how to reach the database, Slack and the cloud."""

from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.setting_kinds import Address, DatabaseUrl, Key, Secret, begins_with


class FromEnvironment(BaseSettings):
    """Settings that are read from the environment and from `.env`."""

    model_config = SettingsConfigDict(
        case_sensitive=True,
        env_file=".env",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        allow_inf_nan=False,
    )


Command = Annotated[
    str,
    Field(
        alias="PREFETCH_COMMAND",
        pattern="^/[a-z0-9_-]{1,31}$",
        description="the slash command, as in the app's manifest",
        examples=["/prefetch"],
    ),
]


class CommandSettings(FromEnvironment):
    """What `prefetch-bot manifest` needs."""

    command: Command = "/prefetch"


class DatabaseSettings(FromEnvironment):
    """What `prefetch-bot migrate` needs."""

    database_url: DatabaseUrl = Field(
        default="sqlite:///prefetch.db",
        alias="DATABASE_URL",
        repr=False,  # a PostgreSQL one holds a password
        description="where requests, quota and audit are kept",
        examples=["sqlite:///prefetch.db"],
    )


class SlackSettings(FromEnvironment):
    """How the bot hears from Slack and speaks to it."""

    slack_bot_token: Annotated[Secret, begins_with("xoxb-")] = Field(
        alias="SLACK_BOT_TOKEN",
        description="the bot token, from *OAuth & Permissions*",
        examples=["xoxb-…"],
    )
    slack_app_token: Annotated[Secret, begins_with("xapp-")] | None = Field(
        default=None,
        alias="SLACK_APP_TOKEN",
        description="app-level token with `connections:write`; with it the bot uses Socket Mode",
        examples=["xapp-…"],
    )
    slack_signing_secret: Secret | None = Field(
        default=None,
        alias="SLACK_SIGNING_SECRET",
        description="the signing secret, from *Basic Information*; needed without an app token",
        examples=["32 hexadecimal characters"],
    )
    slack_api_url: Address = Field(
        default="https://slack.com/api",
        alias="SLACK_API_URL",
        description="base of Slack's Web API",
        examples=["https://slack.com/api/"],
    )
    port: int = Field(
        default=3000,
        ge=1,
        le=65535,
        alias="PORT",
        description=(
            "without an app token: port for Slack's requests (path `/slack/events`), on all"
            " addresses of the machine"
        ),
        examples=["3000"],
    )


class CloudSettings(FromEnvironment):
    """Where the cloud is, and as whom the bot calls it."""

    ak: Key | None = Field(
        default=None,
        alias="HUAWEICLOUD_SDK_AK",
        repr=False,
        description="access key; its user needs `vod:asset:preheat`, `vod:asset:getPreheatTask`",
        examples=["the 20 characters of the access key"],
    )
    sk: Secret | None = Field(
        default=None,
        alias="HUAWEICLOUD_SDK_SK",
        description="secret key that belongs to the access key",
        examples=["the 40 characters of the secret key"],
    )
    security_token: Secret | None = Field(
        default=None,
        alias="HUAWEICLOUD_SDK_SECURITY_TOKEN",
        description="security token, when the access key is a temporary one",
        examples=["as IAM gave it"],
    )
    project_id: Key | None = Field(
        default=None,
        alias="HUAWEICLOUD_SDK_PROJECT_ID",
        description="project ID; without it the bot asks IAM for the project of the region",
        examples=["32 hexadecimal characters"],
    )
    iam_endpoint: Address | None = Field(
        default=None,
        alias="HUAWEICLOUD_SDK_IAM_ENDPOINT",
        description="IAM's address (`https://iam.REGION.myhuaweicloud.com`)",
        examples=["https://iam.ap-southeast-3.myhuaweicloud.com"],
    )
    vod_region: str | None = Field(
        default=None,
        alias="VOD_REGION",
        pattern=r"^[a-z0-9-]+$",
        description="region of the VOD service",
        examples=["ap-southeast-3"],
    )
    vod_endpoint: Address | None = Field(
        default=None,
        alias="VOD_ENDPOINT",
        description="address of the VOD service; wins over the region",
        examples=["https://vod.ap-southeast-3.myhuaweicloud.com"],
    )
    vod_auth_token: Secret | None = Field(
        default=None,
        alias="VOD_AUTH_TOKEN",
        description="a ready IAM token instead of an access key; ends after 24 hours",
        examples=["as IAM gave it"],
    )
    vod_iam_user: str | None = Field(
        default=None,
        alias="VOD_IAM_USER",
        description="IAM user to get tokens for, instead of an access key",
        examples=["prefetch-bot"],
    )
    vod_iam_password: SecretStr | None = Field(
        default=None,
        alias="VOD_IAM_PASSWORD",
        description="password of the IAM user",
        examples=["as set in IAM"],
    )
    vod_iam_domain: str | None = Field(
        default=None,
        alias="VOD_IAM_DOMAIN",
        description="account name that the IAM user belongs to",
        examples=["our-video-team"],
    )
    operator_wait_s: float = Field(
        default=86400,
        ge=0,
        alias="PREFETCH_OPERATOR_WAIT_S",
        description="seconds that requests wait while the cloud refuses the key or the account",
        examples=["86400"],
    )
