"""Refusals in the three shapes in which they come: VOD's, the gateway's and IAM's.

Codes, statuses and meanings are from the published tables; where those give a meaning in Chinese
alone, the English words are ours.
"""

from dataclasses import replace
from http import HTTPStatus

from bot.sandbox.fakevod.wire import Answer, Heard

SERVICE_ERRORS: dict[str, tuple[int, str]] = {
    "VOD.10051": (500, "Internal system error."),
    "VOD.10052": (500, "Internal communication error."),
    "VOD.10053": (400, "The request parameter is illegal, illegal field: {{{}}}."),
    "VOD.10054": (403, "Identity authentication failed."),
    "VOD.10055": (403, "The account has not passed real-name authentication."),
    "VOD.10056": (403, "The account is abnormal."),
    "VOD.10057": (403, "Tenant ID verification failed."),
    "VOD.10058": (403, "The request method is incorrect."),
    "VOD.10059": (403, "The requested content type is incorrect."),
    "VOD.10060": (403, "Media asset is not downloaded successfully or not released, please check."),
    "VOD.10061": (403, "The status of the media asset does not allow this operation."),
    "VOD.10062": (403, "Media asset or resource does not exist, please check."),
    "VOD.10074": (403, "You do not have permission to perform this operation."),
    "VOD.10078": (403, "The quota of the open beta test has been exceeded."),
    "VOD.10081": (400, "Invalid request parameter."),
    "VOD.10083": (403, "The current status does not allow this operation."),
    "VOD.10086": (403, "The total number of prefetch URLs cannot exceed {}."),
    "VOD.10087": (403, "The total number of refresh URLs cannot exceed {}."),
    "VOD.10088": (403, "The domain name is not enabled."),
    "VOD.10089": (403, "The domain name does not exist."),
    "VOD.10098": (403, "The domain name is being configured, please try again later."),
    "VOD.10099": (403, "The media asset is blocked."),
    "VOD.10109": (403, "A maximum of 10 short-video URLs can be prefetched."),
    "VOD.10110": (
        403,
        "unable to create cdn preHeating task, please check if the asset is enabled for cdn",
    ),
    "VOD.10111": (403, "You have no permission for this operation."),
    "VOD.10120": (403, "Your account is in arrears. Please top up your account."),
    "VOD.10127": (403, "The flow control limit has been reached."),
    "VOD.10132": (403, "The account is closed or frozen."),
    "VOD.10133": (403, "The user has no permission for this resource."),
    "VOD.10136": (403, "This feature is temporarily offline."),
    "VOD.19999": (403, "An error that no published table lists."),
}
GATEWAY_ERRORS: dict[str, tuple[int, str]] = {
    "APIGW.0101": (404, "The API does not exist or has not been published in the environment"),
    "APIGW.0103": (404, "Backend not found"),
    "APIGW.0104": (400, "Plug-in error"),
    "APIGW.0105": (400, "Backend configuration error"),
    "APIGW.0106": (400, "Orchestration error"),
    "APIGW.0201": (413, "Request entity too large"),
    "APIGW.0301": (401, "Incorrect IAM authentication information: {}"),
    "APIGW.0302": (403, "The IAM user is not authorized to access the API"),
    "APIGW.0303": (401, "Incorrect app authentication information"),
    "APIGW.0305": (401, "Incorrect authentication information"),
    "APIGW.0306": (403, "API access denied"),
    "APIGW.0307": (401, "The token must be updated."),
    "APIGW.0308": (429, "The throttling threshold has been reached: {}"),
    "APIGW.0310": (403, "The project is unavailable"),
    "APIGW.0601": (500, "Internal server error"),
    "APIGW.0605": (500, "Domain name resolution failed"),
    "APIGW.0606": (500, "Incorrect API configuration"),
    "APIGW.0613": (503, "IAM is unavailable"),
    "APIGW.0705": (500, "Backend signature calculation failed"),
    "APIGW.0802": (403, "The IAM user is forbidden in the currently selected region"),
}
IAM_ERRORS: dict[str, tuple[int, str]] = {
    "IAM.0001": (401, "The request must be authenticated."),
    "IAM.0002": (403, "The user is not authorized to perform the requested action."),
    "IAM.0003": (403, "Policy does not allow this action."),
    "IAM.0004": (404, "Could not find the project."),
    "IAM.0006": (500, "Internal error."),
    "IAM.0012": (429, "The throttling threshold has been reached. Threshold: 5 times per 60 s."),
    "IAM.0061": (401, "The account is locked."),
    "IAM.0062": (401, "Incorrect password."),
    "IAM.0066": (401, "The token has expired."),
    "IAM.0067": (401, "Invalid token."),
    "IAM.0080": (403, "The user of this access key is disabled."),
    "IAM.0081": (403, "This user can only access the console."),
    "IAM.0082": (403, "The user is disabled."),
}
OTHER_STATUSES: dict[str, tuple[int, ...]] = {
    "VOD.10051": (403,),
    "VOD.10052": (403,),
    "VOD.10081": (403,),
    "APIGW.0201": (400, 414, 494, 502, 504),
}
"""Statuses with which a code was published as well as with the one above."""


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


def coded_iam_error(code: str) -> Answer:
    """As IAM's tables list them; that the code stands outside of `error` is inferred."""
    status, message = IAM_ERRORS[code]
    return Answer(status, {"error_code": code, "error_msg": message})


def iam_error(status: int, message: str) -> Answer:
    title = HTTPStatus(status).phrase
    return Answer(status, {"error": {"code": status, "message": message, "title": title}})
