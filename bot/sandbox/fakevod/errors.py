"""Refusals in the three shapes in which they come: the service's, the gateway's and IAM's."""

from dataclasses import replace
from http import HTTPStatus

from bot.sandbox.fakevod.wire import Answer, Heard

SERVICE_ERRORS: dict[str, tuple[int, str]] = {
    "VOD.10051": (500, "Internal system error."),
    "VOD.10053": (400, "The request parameter is illegal, illegal field: {{{}}}."),
    "VOD.10054": (403, "Identity authentication failed."),
    "VOD.10057": (403, "Tenant ID verification failed."),
    "VOD.10059": (403, "The requested content type is incorrect."),
    "VOD.10060": (403, "Media asset is not downloaded successfully or not released, please check."),
    "VOD.10062": (403, "Media asset or resource does not exist, please check."),
    "VOD.10086": (403, "The total number of prefetch URLs cannot exceed {}."),
    "VOD.10099": (403, "The media asset is blocked."),
    "VOD.10109": (403, "A maximum of 10 short-video URLs can be prefetched."),
    "VOD.10110": (
        403,
        "unable to create cdn preHeating task, please check if the asset is enabled for cdn",
    ),
    "VOD.10120": (403, "Your account is in arrears. Please top up your account."),
    "VOD.19999": (403, "An error that no published table lists."),
}
GATEWAY_ERRORS: dict[str, tuple[int, str]] = {
    "APIGW.0101": (404, "The API does not exist or has not been published in the environment"),
    "APIGW.0201": (413, "Request entity too large"),
    "APIGW.0301": (401, "Incorrect IAM authentication information: {}"),
    "APIGW.0307": (401, "The token must be updated."),
    "APIGW.0308": (429, "The throttling threshold has been reached: {}"),
}


def service_error(code: str, detail: object = "") -> Answer:
    status, message = SERVICE_ERRORS[code]
    return Answer(status, {"error_code": code, "error_msg": message.format(detail)})


def gateway_error(heard: Heard, code: str, detail: str = "") -> Answer:
    status, message = GATEWAY_ERRORS[code]
    payload = {
        "error_code": code,
        "error_msg": message.format(detail),
        "request_id": heard.request_id,
    }
    return Answer(status, payload)


def throttled(heard: Heard, retry_after_s: int | None) -> Answer:
    answer = gateway_error(heard, "APIGW.0308", "policy user over ratelimit")
    headers = () if retry_after_s is None else (("Retry-After", str(retry_after_s)),)
    return replace(answer, headers=headers)


def iam_error(status: int, message: str) -> Answer:
    title = HTTPStatus(status).phrase
    return Answer(status, {"error": {"code": status, "message": message, "title": title}})
