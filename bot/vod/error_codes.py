"""Which error an answer is: by its error code first, by its status where the code is new."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from bot.vod.answers import Answer
from bot.vod.errors import (
    AccountProblem,
    AssetBlocked,
    AssetBusy,
    AssetNotFound,
    AssetNotPublished,
    AuthenticationFailed,
    BadRequest,
    CdnConfiguring,
    CdnNotEnabled,
    DailyQuotaExhausted,
    FeatureOffline,
    Forbidden,
    KeyLocked,
    NotSent,
    OutcomeUnknown,
    ProjectMismatch,
    ProjectNotFound,
    Refused,
    Throttled,
    TooManyUrls,
    TrialQuotaExhausted,
    VodError,
    WireFault,
    WireTrouble,
    WrongClock,
    WrongEndpoint,
)

# APIGW.0201 is left to its status: 400, 413, 414 and 494 refuse the request, but 502 and 504
# say only that the back end did not answer the gateway.
ERROR_BY_CODE: Mapping[str, type[VodError]] = MappingProxyType(
    {
        "VOD.10051": OutcomeUnknown,  # internal error, seen as 403 and as 500
        "VOD.10052": OutcomeUnknown,  # internal communication
        "VOD.10053": BadRequest,
        "VOD.10054": AuthenticationFailed,
        "VOD.10055": AccountProblem,  # no real-name authentication
        "VOD.10056": AccountProblem,  # abnormal
        "VOD.10057": ProjectMismatch,
        "VOD.10058": BadRequest,  # method
        "VOD.10059": BadRequest,  # content type
        "VOD.10060": AssetNotPublished,
        "VOD.10061": AssetBusy,
        "VOD.10062": AssetNotFound,
        "VOD.10063": BadRequest,  # kind of media not supported
        "VOD.10074": Forbidden,
        "VOD.10078": TrialQuotaExhausted,
        "VOD.10081": BadRequest,
        "VOD.10083": AssetBusy,
        "VOD.10086": DailyQuotaExhausted,
        "VOD.10088": CdnNotEnabled,  # domain is switched off
        "VOD.10089": CdnNotEnabled,  # domain does not exist
        "VOD.10098": CdnConfiguring,
        "VOD.10099": AssetBlocked,
        "VOD.10109": TooManyUrls,
        "VOD.10110": CdnNotEnabled,
        "VOD.10111": Forbidden,
        "VOD.10120": AccountProblem,  # arrears
        "VOD.10127": Throttled,
        "VOD.10132": AccountProblem,  # closed or frozen
        "VOD.10133": Forbidden,
        "VOD.10136": FeatureOffline,
        "VOD.10138": Forbidden,
        "VST.10001": BadRequest,
        "VST.10002": OutcomeUnknown,
        "VST.10004": AuthenticationFailed,
        "APIGW.0101": WrongEndpoint,
        "APIGW.0103": WrongEndpoint,
        "APIGW.0104": WrongEndpoint,
        "APIGW.0105": WrongEndpoint,
        "APIGW.0106": WrongEndpoint,
        "APIGW.0301": AuthenticationFailed,
        "APIGW.0302": Forbidden,
        "APIGW.0303": AuthenticationFailed,
        "APIGW.0305": AuthenticationFailed,
        "APIGW.0306": Forbidden,
        "APIGW.0307": AuthenticationFailed,
        "APIGW.0308": Throttled,
        "APIGW.0310": ProjectMismatch,
        "APIGW.0601": OutcomeUnknown,
        "APIGW.0605": OutcomeUnknown,
        "APIGW.0606": OutcomeUnknown,
        # IAM is down, so the gateway could not let the call through.
        "APIGW.0613": NotSent,
        "APIGW.0705": OutcomeUnknown,
        "APIGW.0802": Forbidden,
        "IAM.0001": AuthenticationFailed,
        "IAM.0002": Forbidden,
        "IAM.0003": Forbidden,
        "IAM.0004": ProjectNotFound,
        "IAM.0006": OutcomeUnknown,
        "IAM.0012": Throttled,
        "IAM.0061": KeyLocked,
        "IAM.0062": AuthenticationFailed,
        "IAM.0066": AuthenticationFailed,
        "IAM.0067": AuthenticationFailed,
        "IAM.0080": Forbidden,
        "IAM.0081": Forbidden,
        "IAM.0082": Forbidden,
    }
)
ERROR_BY_STATUS: Mapping[int, type[VodError]] = MappingProxyType(
    {
        400: BadRequest,
        401: AuthenticationFailed,
        408: OutcomeUnknown,
        413: BadRequest,
        414: BadRequest,
        429: Throttled,
        494: BadRequest,
    }
)
_KEY_IS_LOCKED = "failed to reach the limit"
_SIGNATURE_EXPIRED = "signature expired"
CLOCK_MAY_BE_OFF = timedelta(minutes=5)
"""The gateway itself allows 15 minutes; a clock that is off by more than this is no good clock."""


def error_of(answer: Answer) -> VodError:
    """The error that an answer other than 2xx means."""
    complaint, kind = answer.complaint, _kind(answer)
    message = complaint.message or f"an empty answer with HTTP status {answer.status}"
    empty = WireTrouble(WireFault.EMPTY_ANSWER, str(answer.status))
    return kind(
        f"{_clock_of(answer)}: {message}" if kind is WrongClock else message,
        code=complaint.code,
        status=answer.status,
        request_id=answer.request_id,
        retry_after=answer.retry_after,
        wire=None if complaint.message else empty,
    )


def _kind(answer: Answer) -> type[VodError]:
    complaint = answer.complaint
    # A dedicated gateway writes APIG where the shared one writes APIGW, with the same numbers.
    code = (complaint.code or "").replace("APIG.", "APIGW.", 1)
    kind = ERROR_BY_CODE.get(code) or _by_status(answer.status)
    if kind is AuthenticationFailed and _KEY_IS_LOCKED in complaint.message.lower():
        return KeyLocked
    return WrongClock if kind is AuthenticationFailed and _is_of_the_clock(answer) else kind


def _is_of_the_clock(answer: Answer) -> bool:
    if _SIGNATURE_EXPIRED in answer.complaint.message.lower():
        return True
    return answer.clock_ahead is not None and abs(answer.clock_ahead) > CLOCK_MAY_BE_OFF


def _clock_of(answer: Answer) -> str:
    """`the clock of the bot's machine is 17 min behind that of the cloud`."""
    clock, ahead = "the clock of the bot's machine", answer.clock_ahead
    minutes = 0 if ahead is None else round(abs(ahead).total_seconds() / 60)
    if ahead is None or not minutes:
        return f"{clock} may be wrong"
    hours = f"{minutes // 60} h " if minutes >= 60 else ""
    where = "ahead of" if ahead > timedelta(0) else "behind"
    return f"{clock} is {hours}{minutes % 60} min {where} that of the cloud"


def _by_status(status: int) -> type[VodError]:
    if status in ERROR_BY_STATUS:
        return ERROR_BY_STATUS[status]
    return Refused if 400 <= status < 500 else OutcomeUnknown
