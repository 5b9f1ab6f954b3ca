"""Everything that can go wrong on purpose, by name."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from bot.sandbox.fakevod.errors import gateway_error, service_error, throttled
from bot.sandbox.fakevod.levers import Levers
from bot.sandbox.fakevod.wire import (
    VOD_OPERATIONS,
    Answer,
    Cut,
    Heard,
    Never,
    Operation,
    Reply,
)

# instead: nothing is done, the fault answers. after: a call that succeeded (and was charged)
# is answered by the fault. inside: VOD asks for it by name. socket: nobody listens.
Moment: TypeAlias = Literal["instead", "after", "inside", "socket"]
Act: TypeAlias = Callable[[Heard, Levers, Answer], Reply]

_CREATE: frozenset[Operation] = frozenset({"create"})
_QUERY: frozenset[Operation] = frozenset({"query"})


@dataclass(frozen=True, slots=True)
class Fault:
    text: str
    moment: Moment
    act: Act | None = None
    operations: frozenset[Operation] = VOD_OPERATIONS


def _throttled(heard: Heard, levers: Levers, _answer: Answer) -> Answer:
    wait = 1 if levers.retry_after_s is None else levers.retry_after_s
    return throttled(heard, wait)


def _html(_heard: Heard, _levers: Levers, _answer: Answer) -> Answer:
    page = b"<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"
    return Answer(502, page, content_type="text/html")


def _huge(_heard: Heard, levers: Levers, answer: Answer) -> Answer:
    padding = b" " * levers.huge_bytes
    return replace(answer, payload=answer.body + padding)


def _renamed_statuses(_heard: Heard, _levers: Levers, answer: Answer) -> Answer:
    assert isinstance(answer.payload, dict)  # noqa: S101
    results = [
        result | {"status": "preheat_verifying"} for result in answer.payload["preheating_results"]
    ]
    return replace(answer, payload={"preheating_results": results})


def _service(code: str, status: int | None = None) -> Act:
    def act(_heard: Heard, _levers: Levers, _answer: Answer) -> Answer:
        answer = service_error(code)
        return answer if status is None else replace(answer, status=status)

    return act


def _gateway(code: str, detail: str = "") -> Act:
    return lambda heard, _levers, _answer: gateway_error(heard, code, detail)


def _always(reply: Reply) -> Act:
    return lambda _heard, _levers, _answer: reply


FAULTS: dict[str, Fault] = {
    "vod-refused": Fault("nobody listens on the port: connections are refused", "socket"),
    "vod-reset": Fault(
        "the request is read, then the connection is reset; nothing is charged",
        "instead",
        _always(Cut()),
    ),
    "vod-reset-after": Fault(
        "the call is accepted and charged, then the connection is reset", "after", _always(Cut())
    ),
    "vod-timeout": Fault(
        "the call is accepted and charged, but never answered", "after", _always(Never())
    ),
    "vod-timeout-before": Fault(
        "the call is never answered and nothing is charged", "instead", _always(Never())
    ),
    "vod-slow": Fault(
        "the right answer comes late, by the lever slow_seconds",
        "after",
        lambda _heard, levers, answer: replace(answer, after_seconds=levers.slow_seconds),
    ),
    "vod-500": Fault(
        "500 with VOD.10051; nothing is charged", "instead", _service("VOD.10051", 500)
    ),
    "vod-500-after": Fault(
        "the call is accepted and charged, then answered by 500 with VOD.10051",
        "after",
        _service("VOD.10051", 500),
    ),
    "vod-502-html": Fault("a proxy's 502 page in HTML; nothing is charged", "instead", _html),
    "vod-429": Fault("429 with APIGW.0308 and Retry-After", "instead", _throttled),
    "vod-empty": Fault(
        "the call is accepted and charged, then answered by 202 without a body",
        "after",
        _always(Answer(202, b"")),
    ),
    "vod-garbage": Fault(
        "the call is accepted and charged, then answered by 202 with JSON of another shape",
        "after",
        _always(Answer(202, {"result": ["ok"], "task": {"id": 7}})),
    ),
    "vod-huge": Fault(
        "the call is accepted and charged; its answer is many MB long, by the lever huge_bytes",
        "after",
        _huge,
    ),
    "vod-redirect": Fault(
        "302 to a sign-in page; nothing is charged",
        "instead",
        _always(Answer(302, b"", (("Location", "/login"),), content_type="text/html")),
    ),
    "vod-401": Fault(
        "401 with APIGW.0301, as for a wrong signature; nothing is charged",
        "instead",
        _gateway("APIGW.0301", "verify aksk signature fail"),
    ),
    "vod-token-expired": Fault(
        "401 with APIGW.0307: the token must be updated", "instead", _gateway("APIGW.0307")
    ),
    "vod-403-arrears": Fault(
        "403 with VOD.10120: the account is in arrears", "instead", _service("VOD.10120")
    ),
    "vod-unknown-code": Fault(
        "403 with VOD.19999, a code in no published table", "instead", _service("VOD.19999")
    ),
    "vod-not-published": Fault(
        "403 with VOD.10060: the asset is not published", "instead", _service("VOD.10060"), _CREATE
    ),
    "quota-exhausted": Fault(
        "403 with VOD.10086 until the quota day ends: it is spent already",
        "inside",
        operations=_CREATE,
    ),
    "vod-url-fails": Fault(
        "of each accepted task the first, third, fifth … URL ends as failed",
        "inside",
        operations=_CREATE,
    ),
    "vod-stuck": Fault("an accepted task stays processing for ever", "inside", operations=_CREATE),
    "vod-unknown-status": Fault(
        "the query answers a status that no published table lists",
        "after",
        _renamed_statuses,
        _QUERY,
    ),
}
