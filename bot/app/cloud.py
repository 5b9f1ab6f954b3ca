"""Reaching the cloud with the credentials of the settings."""

from contextlib import AsyncExitStack

from bot.app.clock import utc_now
from bot.app.unreachable import Unreachable
from bot.proxies import proxy_for
from bot.settings import Settings
from bot.vod.client import VodClient
from bot.vod.connecting import Credentials, Project, connect
from bot.vod.errors import VodError
from bot.vod.signing import AccessKey
from bot.vod.tokens import FixedToken, IamUser
from bot.words.english import ENGLISH


async def open_vod(stack: AsyncExitStack, settings: Settings) -> VodClient:
    """A client of the project, which IAM is asked for if need be; raises `Unreachable`."""
    try:
        return await stack.enter_async_context(
            connect(
                _project(settings),
                _credentials(settings),
                now=utc_now,
                timeout_s=settings.request_timeout_s,
                proxy_for=proxy_for,
            )
        )
    except VodError as error:
        advice = ENGLISH.causes.advice(type(error).__name__)
        message = f"the project ID could not be asked for at IAM: {error}. {advice}"
        raise Unreachable(message) from error


def _project(settings: Settings) -> Project:
    return Project(
        region=settings.vod_region or "",
        id=settings.project_id or "",
        endpoint=settings.vod_endpoint or "",
        iam_endpoint=settings.iam_endpoint or "",
    )


def _credentials(settings: Settings) -> Credentials:
    if settings.ak and settings.sk:
        return AccessKey(settings.ak, settings.sk, settings.security_token)
    if settings.vod_auth_token:
        return FixedToken(settings.vod_auth_token)
    if settings.vod_iam_user and settings.vod_iam_password and settings.vod_iam_domain:
        return IamUser(settings.vod_iam_user, settings.vod_iam_password, settings.vod_iam_domain)
    raise AssertionError("unreachable: Settings ask for one of them")
