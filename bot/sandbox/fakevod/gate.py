"""The gateway's door: who is calling, by signature or by token."""

import hmac
from dataclasses import dataclass, field
from datetime import timedelta

from bot.sandbox.fakevod.errors import gateway_error, service_error
from bot.sandbox.fakevod.locks import FailureLock
from bot.sandbox.fakevod.signature import (
    Claim,
    canonical_request,
    read_claim,
    signature_of,
    signed_at,
)
from bot.sandbox.fakevod.tokens import TokenOffice
from bot.sandbox.fakevod.wire import Heard, Verdict

SKEW_ALLOWED = timedelta(minutes=15)
MISMATCH = "verify aksk signature fail"


@dataclass(slots=True)
class Gate:
    office: TokenOffice
    locks: FailureLock = field(default_factory=FailureLock)

    def examine(self, heard: Heard) -> Verdict:
        authorization = heard.header("authorization")
        if authorization is not None:
            return self._examine_signature(heard, authorization)
        token = heard.header("x-auth-token")
        if token is not None:
            return self._examine_token(heard, token)
        return _refused(heard, "no credentials", "x-auth-token not found")

    def _examine_signature(self, heard: Heard, authorization: str) -> Verdict:
        claim = read_claim(authorization)
        if claim is None:
            return _refused(heard, "Authorization not understood", "authorization format error")
        if self.locks.is_locked(claim.access, heard.time):
            return _refused(heard, "key locked", "AK access failed to reach the limit,forbidden")
        verdict = self._judged(heard, claim)
        if verdict.refusal is None:
            self.locks.succeeded(claim.access)
        else:
            self.locks.failed(claim.access, heard.time)
        return verdict

    def _judged(self, heard: Heard, claim: Claim) -> Verdict:
        account = self.office.account
        canonical = canonical_request(heard, claim)
        if claim.access != account.ak:
            return _refused(heard, "unknown access key", "Get secretKey failed", canonical)
        problem = _problem_with_date(heard, claim)
        if problem is not None:
            return _refused(heard, problem, problem, canonical)
        if not _same(heard.header("x-security-token"), account.security_token):
            problem = "X-Security-Token is not the one of this key"
            return _refused(heard, problem, f"{MISMATCH}, {problem}", canonical)
        if not _same(claim.signature, signature_of(heard, canonical, account.sk)):
            shown = canonical.replace("\n", "|")
            text = f"{MISMATCH}, canonicalRequest:{shown}"
            return _refused(heard, "signature mismatch", text, canonical)
        return Verdict("signature ok", canonical_request=canonical, scope=account.project_id)

    def _examine_token(self, heard: Heard, text: str) -> Verdict:
        token = self.office.issued.get(text)
        if token is None:
            return _refused(heard, "unknown token", "decrypt token fail")
        if heard.time >= token.expires_at:
            return Verdict("token expired", gateway_error(heard, "APIGW.0307"))
        if token.revoked:
            return Verdict("token revoked", service_error("VOD.10054"))
        return Verdict("token ok", scope=token.scope)


def _refused(heard: Heard, why: str, told: str, canonical: str | None = None) -> Verdict:
    return Verdict(why, gateway_error(heard, "APIGW.0301", told), canonical)


def _problem_with_date(heard: Heard, claim: Claim) -> str | None:
    if "x-sdk-date" not in claim.signed_headers:
        return "X-Sdk-Date is not among the signed headers"
    date = signed_at(heard)
    if date is None:
        return "X-Sdk-Date is not written as YYYYMMDDTHHMMSSZ"
    if abs(heard.time - date) > SKEW_ALLOWED:
        return "signature expired, X-Sdk-Date is more than 15 minutes from the gateway's clock"
    return None


def _same(given: str | None, expected: str | None) -> bool:
    if given is None or expected is None:
        return given is expected
    return hmac.compare_digest(given.encode(), expected.encode())
