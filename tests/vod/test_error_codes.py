"""Which error each answer of the cloud becomes."""

import pickle

import httpx
import pytest

from bot.rules.causes import MAY_CONCERN_A_PART, OF_A_DOMAIN, OF_SOME_TARGET, OF_THE_FORM
from bot.vod import errors
from bot.vod.error_codes import ERROR_BY_CODE
from bot.vod.errors import OutcomeUnknown, VodError
from bot.words.english import ENGLISH
from bot.workflows.cloud_errors import CONCERNS_EVERY_CALL
from tests.helpers.vod_server import client_to, cloud, refusal

# Written a second time, by status and remedy, so that a slip in the table shows.
EXPECTED = {
    ("VOD.10053", 400): "BadRequest",
    ("VOD.10051", 403): "OutcomeUnknown",
    ("VOD.10051", 500): "OutcomeUnknown",
    ("VOD.10052", 403): "OutcomeUnknown",
    ("VOD.10052", 500): "OutcomeUnknown",
    ("VOD.10054", 403): "AuthenticationFailed",
    ("VOD.10055", 403): "AccountProblem",
    ("VOD.10056", 403): "AccountProblem",
    ("VOD.10057", 403): "ProjectMismatch",
    ("VOD.10058", 403): "BadRequest",
    ("VOD.10059", 403): "BadRequest",
    ("VOD.10060", 403): "AssetNotPublished",
    ("VOD.10061", 403): "AssetBusy",
    ("VOD.10062", 403): "AssetNotFound",
    ("VOD.10062", 400): "AssetNotFound",
    ("VOD.10063", 403): "BadRequest",
    ("VOD.10074", 403): "Forbidden",
    ("VOD.10078", 403): "TrialQuotaExhausted",
    ("VOD.10081", 400): "BadRequest",
    ("VOD.10081", 403): "BadRequest",
    ("VOD.10083", 403): "AssetBusy",
    ("VOD.10086", 403): "DailyQuotaExhausted",
    ("VOD.10088", 403): "CdnNotEnabled",
    ("VOD.10089", 403): "CdnNotEnabled",
    ("VOD.10098", 403): "CdnConfiguring",
    ("VOD.10099", 403): "AssetBlocked",
    ("VOD.10109", 403): "TooManyUrls",
    ("VOD.10110", 403): "CdnNotEnabled",
    ("VOD.10111", 403): "Forbidden",
    ("VOD.10120", 403): "AccountProblem",
    ("VOD.10127", 403): "Throttled",
    ("VOD.10132", 403): "AccountProblem",
    ("VOD.10133", 403): "Forbidden",
    ("VOD.10136", 403): "FeatureOffline",
    ("VOD.10138", 403): "Forbidden",
    ("VST.10001", 400): "BadRequest",
    ("VST.10002", 400): "OutcomeUnknown",
    ("VST.10002", 500): "OutcomeUnknown",
    ("VST.10004", 400): "AuthenticationFailed",
    ("APIGW.0101", 404): "WrongEndpoint",
    ("APIG.0101", 404): "WrongEndpoint",
    ("APIGW.0103", 404): "WrongEndpoint",
    ("APIGW.0104", 400): "WrongEndpoint",
    ("APIGW.0105", 400): "WrongEndpoint",
    ("APIGW.0106", 400): "WrongEndpoint",
    ("APIGW.0201", 400): "BadRequest",
    ("APIGW.0201", 413): "BadRequest",
    ("APIGW.0201", 414): "BadRequest",
    ("APIGW.0201", 494): "BadRequest",
    ("APIGW.0201", 502): "OutcomeUnknown",
    ("APIGW.0201", 504): "OutcomeUnknown",
    ("APIGW.0301", 401): "AuthenticationFailed",
    ("APIGW.0302", 403): "Forbidden",
    ("APIGW.0303", 401): "AuthenticationFailed",
    ("APIGW.0305", 401): "AuthenticationFailed",
    ("APIGW.0306", 403): "Forbidden",
    ("APIGW.0307", 401): "AuthenticationFailed",
    ("APIGW.0308", 429): "Throttled",
    ("APIG.0308", 429): "Throttled",
    ("APIGW.0310", 403): "ProjectMismatch",
    ("APIGW.0601", 500): "OutcomeUnknown",
    ("APIGW.0605", 500): "OutcomeUnknown",
    ("APIGW.0606", 500): "OutcomeUnknown",
    ("APIGW.0613", 503): "NotSent",
    ("APIGW.0705", 500): "OutcomeUnknown",
    ("APIGW.0802", 403): "Forbidden",
    ("IAM.0001", 401): "AuthenticationFailed",
    ("IAM.0002", 403): "Forbidden",
    ("IAM.0003", 403): "Forbidden",
    ("IAM.0004", 404): "ProjectNotFound",
    ("IAM.0006", 500): "OutcomeUnknown",
    ("IAM.0012", 429): "Throttled",
    ("IAM.0061", 401): "KeyLocked",
    ("IAM.0062", 401): "AuthenticationFailed",
    ("IAM.0066", 401): "AuthenticationFailed",
    ("IAM.0067", 401): "AuthenticationFailed",
    ("IAM.0080", 403): "Forbidden",
    ("IAM.0081", 403): "Forbidden",
    ("IAM.0082", 403): "Forbidden",
    ("VOD.99999", 400): "BadRequest",
    ("VOD.99999", 401): "AuthenticationFailed",
    ("VOD.99999", 403): "Refused",
    ("VOD.99999", 404): "Refused",
    ("VOD.99999", 408): "OutcomeUnknown",
    ("VOD.99999", 409): "Refused",
    ("VOD.99999", 429): "Throttled",
    ("VOD.99999", 500): "OutcomeUnknown",
    ("VOD.99999", 503): "OutcomeUnknown",
}
OF_NO_PART = {
    "AccountProblem",
    "AuthenticationFailed",
    "FeatureOffline",
    "Forbidden",
    "KeyLocked",
    "NotSent",
    "ProjectMismatch",
    "ProjectNotFound",
    "Throttled",
    "TrialQuotaExhausted",
    "WrongClock",
    "WrongEndpoint",
    # Of a code that nobody knows nobody knows whom it means: to ask in halves might meet it at each
    # of a hundred calls nineteen times.
    "Refused",
}
"""Proofs that nothing ran which a smaller call with some of the addresses would meet as well."""

KINDS = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, VodError)
]


async def failure(answer: httpx.Response | Exception) -> VodError:
    async with client_to(cloud(answer)) as client:
        with pytest.raises(VodError) as caught:
            await client.create_prefetch(asset_id="a" * 32)
    return caught.value


@pytest.mark.parametrize(("code", "status"), EXPECTED)
async def test_code_and_status_become_one_remedy(code: str, status: int) -> None:
    error = await failure(refusal(status, code, "as the service put it"))

    assert type(error).__name__ == EXPECTED[code, status]
    assert (error.code, error.status) == (code, status)
    assert error.message == "as the service put it"


def test_every_code_in_the_table_is_expected_above() -> None:
    assert set(ERROR_BY_CODE) <= {code for code, _ in EXPECTED}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(502, html="<h1>Bad gateway</h1>"), OutcomeUnknown),
        (httpx.Response(500), OutcomeUnknown),
        (httpx.Response(302, headers={"Location": "https://login.example.com/"}), OutcomeUnknown),
        (httpx.Response(304), OutcomeUnknown),
        (httpx.Response(404, html="<h1>Not here</h1>"), errors.Refused),
        (httpx.Response(403, json=["no"]), errors.Refused),
        (httpx.Response(400, json={"error_code": 7, "error_msg": None}), errors.BadRequest),
        (httpx.Response(400, content=b"[" * 100_000), errors.BadRequest),
    ],
)
async def test_answers_of_other_shapes_are_judged_by_status(
    answer: httpx.Response, kind: type[VodError]
) -> None:
    error = await failure(answer)

    assert type(error) is kind
    assert error.code is None


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"code": 401, "message": "wrong password", "title": "Unauthorized"}},
        {"error": {"code": "IAM.0062", "message": "wrong password"}},
        {"error_code": "IAM.0062", "error_msg": "wrong password"},
    ],
)
async def test_all_three_error_shapes_are_read(body: dict[str, object]) -> None:
    error = await failure(httpx.Response(401, json=body))

    assert error.message == "wrong password"
    assert error.code in {None, "IAM.0062"}


async def test_locked_key_is_told_from_a_wrong_one() -> None:
    message = (
        "Incorrect IAM authentication information: AK access failed to reach the limit,forbidden"
    )

    assert isinstance(await failure(refusal(401, "APIGW.0301", message)), errors.KeyLocked)


async def test_request_id_and_wait_are_kept() -> None:
    headers = {"X-Request-Id": "7f3k2", "Retry-After": "17"}
    error = await failure(httpx.Response(429, headers=headers, json={"error_code": "APIGW.0308"}))

    assert (error.request_id, error.retry_after) == ("7f3k2", 17.0)
    assert "request 7f3k2" in str(error)


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("too slow"),
        httpx.PoolTimeout("no connection is free"),
        httpx.ProxyError("407"),
        httpx.UnsupportedProtocol("gopher"),
        httpx.LocalProtocolError("bad header"),
    ],
)
async def test_failure_before_the_request_left_proves_that_nothing_ran(error: Exception) -> None:
    failed = await failure(error)

    assert type(failed) is errors.NotSent


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadTimeout("slow"),
        httpx.WriteTimeout("slow"),
        httpx.ReadError("reset"),
        httpx.WriteError("reset"),
        httpx.CloseError("reset"),
        httpx.RemoteProtocolError("closed without an answer"),
        httpx.DecodingError("not gzip"),
    ],
)
async def test_failure_on_the_way_proves_nothing(error: Exception) -> None:
    failed = await failure(error)

    assert type(failed) is OutcomeUnknown


def test_of_each_refusal_is_known_whether_a_part_of_the_call_may_have_brought_it_about() -> None:
    """Whoever adds a class decides whether a call that it refuses is sent in halves."""
    proofs = {kind.__name__ for kind in KINDS} - {"VodError", "OutcomeUnknown"}

    assert proofs == MAY_CONCERN_A_PART | OF_NO_PART
    assert MAY_CONCERN_A_PART.isdisjoint(OF_NO_PART)
    assert {kind.__name__ for kind in CONCERNS_EVERY_CALL} <= OF_NO_PART


def test_codes_of_a_domain_and_of_the_form_are_those_of_refusals_that_may_be_split() -> None:
    kinds = {ERROR_BY_CODE[code].__name__ for code in OF_A_DOMAIN | OF_THE_FORM}

    assert kinds <= OF_SOME_TARGET
    assert OF_A_DOMAIN.isdisjoint(OF_THE_FORM)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_says_what_to_do_next(kind: type[VodError]) -> None:
    advice = ENGLISH.causes.advice(kind.__name__)

    assert kind is VodError or advice != ENGLISH.causes.advice("VodError")
    assert advice.endswith(".")
    assert "!" not in advice


def test_every_error_is_drawn_in_the_tree() -> None:
    drawn = errors.__doc__ or ""

    assert [kind.__name__ for kind in KINDS if kind.__name__ not in drawn] == []


def test_error_survives_pickling_with_its_facts() -> None:
    error = errors.Throttled("slow down", code="APIGW.0308", status=429, retry_after=9.0)

    copy = pickle.loads(pickle.dumps(error))  # noqa: S301

    assert (type(copy), vars(copy)) == (type(error), vars(error))
