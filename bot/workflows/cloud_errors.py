"""What an error of the cloud says of the calls that come after it, and how it is stored."""

from dataclasses import replace

from bot.rules.causes import CloudError
from bot.rules.free_text import unformatted
from bot.vod.errors import (
    AccountProblem,
    AuthenticationFailed,
    FeatureOffline,
    Forbidden,
    NotSent,
    OutcomeUnknown,
    ProjectMismatch,
    Throttled,
    TrialQuotaExhausted,
    VodError,
    WrongEndpoint,
)

CONCERNS_EVERY_CALL = (FeatureOffline, Forbidden, TrialQuotaExhausted, WrongEndpoint)
"""Refusals that the next call would meet as well."""

WAITS_FOR_OPERATOR = (AccountProblem, AuthenticationFailed, ProjectMismatch)
"""Refusals that every call meets until a person changes something; five even lock the key."""

PROVES_NOTHING = (*WAITS_FOR_OPERATOR, NotSent, OutcomeUnknown, Throttled)
"""After these nobody knows whether the cloud would take another call now."""


def cause_of(error: VodError, *, is_tried_again: bool = False) -> CloudError:
    # The cloud's words may quote what a person typed.
    message, code = unformatted(error.message), unformatted(error.code or "")
    found = CloudError(type(error).__name__, message, code, is_tried_again)
    wire = error.wire
    return found if wire is None else replace(found, wire=wire.fault.value, detail=wire.detail)
