"""A ready client from settings: connections, credentials and the project's ID."""

import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import httpx

from bot.vod.client import VodClient
from bot.vod.exchange import Authentication
from bot.vod.projects import find_project_id
from bot.vod.signing import AccessKey, AccessKeyAuth
from bot.vod.tokens import FixedToken, FixedTokenAuth, IamTokenAuth, IamUser

Credentials = AccessKey | IamUser | FixedToken

USER_AGENT = "prefetch-bot"
CONNECT_TIMEOUT_S = 5.0
# A connection that the cloud closed while it was idle fails only when a request is already
# on it, and then nobody knows the outcome; short idle times make that rare.
_LIMITS = httpx.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=5.0)


def _directly(_url: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Project:
    """A project of the cloud, and where its API and IAM are.

    An endpoint that is not given follows from the region. Without an ID, IAM is asked for the
    project of the region.
    """

    region: str = ""
    id: str = ""
    endpoint: str = ""
    iam_endpoint: str = ""

    @property
    def url(self) -> str:
        return self.endpoint or f"https://vod.{self.region}.myhuaweicloud.com"

    @property
    def iam_url(self) -> str:
        iam = f"iam.{self.region}" if self.region else "iam"
        return self.iam_endpoint or f"https://{iam}.myhuaweicloud.com"


@asynccontextmanager
async def connect(
    project: Project,
    credentials: Credentials,
    *,
    now: Callable[[], datetime],
    timeout_s: float = 30.0,
    proxy_for: Callable[[str], str | None] = _directly,
) -> AsyncIterator[VodClient]:
    """Without a project ID this asks IAM for it, so entering may raise a VodError."""
    _check(project, credentials)
    proxies = {url: proxy_for(url) for url in (project.url, project.iam_url)}
    async with open_http(timeout_s=timeout_s, proxies=proxies) as http:
        auth = _authentication(http, project, credentials, now)
        project_id = project.id or await _asked_for(project, http, auth)
        yield VodClient(http, endpoint=project.url, project_id=project_id, auth=auth, now=now)


async def _asked_for(project: Project, http: httpx.AsyncClient, auth: Authentication) -> str:
    """The ID of the project, from the token if there is one."""
    if isinstance(auth, IamTokenAuth) and (found := await auth.project_id()):
        return found
    return await find_project_id(
        http, iam_endpoint=project.iam_url, region=project.region, auth=auth
    )


def open_http(
    *, timeout_s: float, proxies: Mapping[str, str | None] | None = None
) -> httpx.AsyncClient:
    """Connections with a short timeout of their own; `proxies` holds the one of each endpoint."""
    return httpx.AsyncClient(
        # A transport that is given keeps the client from reading proxies of the environment.
        transport=httpx.AsyncHTTPTransport(verify=_trusted(), limits=_LIMITS),
        mounts={
            _origin(url): httpx.AsyncHTTPTransport(verify=_trusted(), limits=_LIMITS, proxy=proxy)
            for url, proxy in (proxies or {}).items()
            if proxy
        },
        timeout=httpx.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S, pool=CONNECT_TIMEOUT_S),
        headers={"User-Agent": USER_AGENT},
        follow_redirects=False,
    )


@cache
def _trusted() -> ssl.SSLContext:
    """What httpx trusts; to read the certificates takes 40 ms, a third of the start of a bot."""
    return httpx.create_ssl_context()


def _origin(url: str) -> str:
    parts = httpx.URL(url)
    return f"{parts.scheme}://{parts.netloc.decode()}"


def _authentication(
    http: httpx.AsyncClient,
    project: Project,
    credentials: Credentials,
    now: Callable[[], datetime],
) -> Authentication:
    match credentials:
        case AccessKey():
            return AccessKeyAuth(credentials, now=now)
        case FixedToken():
            return FixedTokenAuth(credentials)
        case IamUser():
            return IamTokenAuth(
                http,
                iam_endpoint=project.iam_url,
                user=credentials,
                region=project.region,
                project_id=project.id,
                now=now,
            )


def _check(project: Project, credentials: Credentials) -> None:
    if not (project.id or project.region):
        raise ValueError("a region or a project ID is needed")
    if not (project.endpoint or project.region):
        raise ValueError("a region or an endpoint is needed")
    for name, value in _header_values(credentials, project.id).items():
        if not (value.isascii() and value.isprintable() and value == value.strip()):
            message = f"the {name} holds characters that no header may carry"
            raise ValueError(message)


def _header_values(credentials: Credentials, project_id: str) -> dict[str, str]:
    values = {"project ID": project_id}
    if isinstance(credentials, FixedToken):
        values["token"] = credentials.value.get_secret_value()
    if isinstance(credentials, AccessKey):
        values["access key"] = credentials.ak
        token = credentials.security_token
        values["security token"] = token.get_secret_value() if token else ""
    return values
