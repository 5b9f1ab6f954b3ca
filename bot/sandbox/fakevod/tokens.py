"""IAM: tokens for a name and a password, and the list of projects."""

import json
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from bot.sandbox.fakevod.errors import iam_error
from bot.sandbox.fakevod.locks import FailureLock
from bot.sandbox.fakevod.wire import Answer, Heard


@dataclass(frozen=True, slots=True)
class Account:
    """The one tenant that the stand-in knows; without a password no token is ever given."""

    ak: str
    sk: str
    project_id: str
    region: str = "ap-southeast-3"
    security_token: str | None = None
    iam_user: str | None = None
    iam_password: str | None = None
    iam_domain: str | None = None

    @property
    def domain_id(self) -> str:
        return sha256((self.iam_domain or "domain").encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Token:
    """Scope is the project's ID, or None for the whole domain."""

    text: str
    scope: str | None
    issued_at: datetime
    expires_at: datetime
    revoked: bool = False


@dataclass(slots=True)
class TokenOffice:
    account: Account
    issued: dict[str, Token] = field(default_factory=dict)
    locks: FailureLock = field(default_factory=FailureLock)

    def answer_token(self, heard: Heard, lifetime: timedelta) -> Answer:
        auth = _auth_of(heard)
        if auth is None:
            return iam_error(400, "The request body is not a password authentication.")
        user = auth["identity"]["password"]["user"]
        refusal = self._refusal(user, heard.time)
        if refusal is not None:
            return refusal
        return self._issue(heard, auth.get("scope"), lifetime)

    def answer_projects(self, heard: Heard) -> Answer:
        wanted = heard.values("name")
        shown = not wanted or self.account.region in wanted
        return Answer(200, {"links": {}, "projects": [self._project()] if shown else []})

    def revoke_all(self) -> None:
        """Do what a changed password does: known tokens stop working before they expire."""
        self.issued = {text: replace(token, revoked=True) for text, token in self.issued.items()}

    def _refusal(self, user: dict[str, Any], now: datetime) -> Answer | None:
        account, name = self.account, str(user.get("name"))
        if self.locks.is_locked(name, now):
            return iam_error(401, "The account is locked.")
        given = (user.get("name"), user.get("password"), (user.get("domain") or {}).get("name"))
        known = (account.iam_user, account.iam_password, account.iam_domain)
        if account.iam_password is None or given != known:
            self.locks.failed(name, now)
            return iam_error(401, "The username or password is wrong.")
        self.locks.succeeded(name)
        return None

    def _issue(self, heard: Heard, scope: object, lifetime: timedelta) -> Answer:
        project = scope.get("project") if isinstance(scope, dict) else None
        if project is not None and not self._is_ours(project):
            return iam_error(404, "Could not find the project.")
        token = Token(
            # A real token is some 1,200 characters or more and must survive as a header.
            text=f"MII{secrets.token_hex(600)}",
            scope=self.account.project_id if project else None,
            issued_at=heard.time,
            expires_at=heard.time + lifetime,
        )
        self.issued[token.text] = token
        headers = (("X-Subject-Token", token.text),)
        return Answer(201, {"token": self._described(token)}, headers)

    def _is_ours(self, project: object) -> bool:
        names = {"id": self.account.project_id, "name": self.account.region}
        return isinstance(project, dict) and any(
            project.get(key) == value for key, value in names.items()
        )

    def _described(self, token: Token) -> dict[str, Any]:
        described: dict[str, Any] = {
            "methods": ["password"],
            "issued_at": _iam_time(token.issued_at),
            "expires_at": _iam_time(token.expires_at),
            "user": {"name": self.account.iam_user, "domain": self._domain()},
            "roles": [],
            "catalog": [],
        }
        if token.scope is None:
            return described | {"domain": self._domain()}
        return described | {"project": self._project() | {"domain": self._domain()}}

    def _domain(self) -> dict[str, Any]:
        return {"id": self.account.domain_id, "name": self.account.iam_domain}

    def _project(self) -> dict[str, Any]:
        account = self.account
        return {
            "id": account.project_id,
            "name": account.region,
            "domain_id": account.domain_id,
            "enabled": True,
        }


def _auth_of(heard: Heard) -> dict[str, Any] | None:
    try:
        auth = json.loads(heard.body)["auth"]
        methods, user = auth["identity"]["methods"], auth["identity"]["password"]["user"]
    except (ValueError, KeyError, TypeError):
        return None
    well_formed = methods == ["password"] and isinstance(user, dict)
    well_formed = well_formed and isinstance(user.get("domain"), dict | None)
    return auth if well_formed else None


def _iam_time(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
