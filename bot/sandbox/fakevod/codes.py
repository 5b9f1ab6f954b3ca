"""Each published error code as a fault, by the code's own name."""

from collections.abc import Iterator
from dataclasses import replace

from bot.sandbox.fakevod.errors import (
    GATEWAY_ERRORS,
    IAM_ERRORS,
    OTHER_STATUSES,
    SERVICE_ERRORS,
    coded_iam_error,
    gateway_error,
    service_error,
)
from bot.sandbox.fakevod.faults import FAULTS, Fault
from bot.sandbox.fakevod.levers import Levers
from bot.sandbox.fakevod.wire import VOD_OPERATIONS, Answer, Heard, Operation

_CREATE: frozenset[Operation] = frozenset({"create"})
_IAM: frozenset[Operation] = frozenset({"token", "projects"})
# What is said of one asset or one day's quota; all other codes may answer any call.
_OF_CREATING = frozenset(
    {
        "10060",
        "10061",
        "10062",
        "10078",
        "10083",
        "10086",
        "10087",
        "10088",
        "10089",
        "10098",
        "10099",
    }
    | {"10109", "10110"}
)


def _answer_of(heard: Heard, code: str) -> Answer:
    if code in IAM_ERRORS:
        return coded_iam_error(code)
    if code in GATEWAY_ERRORS:
        return gateway_error(heard, code)
    return service_error(code)


def _fault(code: str, status: int, message: str) -> Fault:
    def act(heard: Heard, _levers: Levers, _answer: Answer) -> Answer:
        return replace(_answer_of(heard, code), status=status)

    operations = VOD_OPERATIONS
    if code in IAM_ERRORS:
        operations = _IAM
    elif code.removeprefix("VOD.") in _OF_CREATING:
        operations = _CREATE
    words = message.replace("{{{}}}", "…").replace("{}", "…")
    return Fault(f"{status}: {words}", "instead", act, operations)


def _faults() -> Iterator[tuple[str, Fault]]:
    for code, (status, message) in {**SERVICE_ERRORS, **GATEWAY_ERRORS, **IAM_ERRORS}.items():
        yield code, _fault(code, status, message)
        for other in OTHER_STATUSES.get(code, ()):
            yield f"{code}-{other}", _fault(code, other, message)


CODE_FAULTS: dict[str, Fault] = dict(_faults())
EVERY_FAULT: dict[str, Fault] = {**FAULTS, **CODE_FAULTS}
