"""Each code that the cloud publishes, given by the stand-in and read by the real client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from bot.sandbox.fakevod import CODE_FAULTS, Account, FakeVod
from bot.vod import errors
from bot.vod.client import VodClient
from bot.vod.connecting import Project, connect
from bot.vod.signing import AccessKey
from bot.vod.tokens import IamUser
from bot.words.english import ENGLISH
from tests.helpers.vod_server import AK, PROJECT, SK

REGION = "ap-southeast-3"
REMEDIES: dict[str, tuple[type[errors.VodError], ...]] = {
    "again": (errors.NotSent,),
    "wait": (errors.Throttled,),
    "tomorrow": (errors.DailyQuotaExhausted,),
    "never": (
        errors.BadRequest,
        errors.TooManyUrls,
        errors.AssetNotFound,
        errors.AssetNotPublished,
        errors.AssetBusy,
        errors.Refused,
    ),
    "a person": (
        errors.AccountProblem,
        errors.AssetBlocked,
        errors.AuthenticationFailed,
        errors.CdnConfiguring,
        errors.CdnNotEnabled,
        errors.FeatureOffline,
        errors.Forbidden,
        errors.KeyLocked,
        errors.ProjectMismatch,
        errors.ProjectNotFound,
        errors.TrialQuotaExhausted,
        errors.WrongEndpoint,
    ),
    "a person, for it may have been sent": (errors.OutcomeUnknown,),
}
# Code, remedy, and of the advice what a person has to read. Written from the published tables,
# not from the client's, so that a slip in one of them shows.
EXPECTED = {
    "VOD.10051": ("a person, for it may have been sent", "may have been sent"),
    "VOD.10051-403": ("a person, for it may have been sent", "may have been sent"),
    "VOD.10052": ("a person, for it may have been sent", "may have been sent"),
    "VOD.10052-403": ("a person, for it may have been sent", "may have been sent"),
    "VOD.10053": ("never", "Correct what the message names"),
    "VOD.10054": ("a person", "check the access key"),
    "VOD.10055": ("a person", "account's status"),
    "VOD.10056": ("a person", "account's status"),
    "VOD.10057": ("a person", "belong together"),
    "VOD.10058": ("never", "Correct what the message names"),
    "VOD.10059": ("never", "Correct what the message names"),
    "VOD.10060": ("never", "Publish the asset"),
    "VOD.10061": ("never", "Wait until the asset is ready"),
    "VOD.10062": ("never", "Check the asset ID"),
    "VOD.10074": ("a person", "Ask an administrator"),
    "VOD.10078": ("a person", "trial allowance"),
    "VOD.10081": ("never", "Correct what the message names"),
    "VOD.10081-403": ("never", "Correct what the message names"),
    "VOD.10083": ("never", "Wait until the asset is ready"),
    "VOD.10086": ("tomorrow", "after the next reset"),
    "VOD.10087": ("never", "read its message"),
    "VOD.10088": ("a person", "acceleration domain"),
    "VOD.10089": ("a person", "acceleration domain"),
    "VOD.10098": ("a person", "being configured"),
    "VOD.10099": ("a person", "blocked"),
    "VOD.10109": ("never", "at most 10 URLs"),
    "VOD.10110": ("a person", "acceleration domain"),
    "VOD.10111": ("a person", "Ask an administrator"),
    "VOD.10120": ("a person", "settle the bill"),
    "VOD.10127": ("wait", "wait a minute"),
    "VOD.10132": ("a person", "account's status"),
    "VOD.10133": ("a person", "Ask an administrator"),
    "VOD.10136": ("a person", "offline for now"),
    "VOD.19999": ("never", "read its message"),
    "APIGW.0101": ("a person", "endpoint and the region"),
    "APIGW.0103": ("a person", "endpoint and the region"),
    "APIGW.0104": ("a person", "endpoint and the region"),
    "APIGW.0105": ("a person", "endpoint and the region"),
    "APIGW.0106": ("a person", "endpoint and the region"),
    "APIGW.0201": ("never", "Correct what the message names"),
    "APIGW.0201-400": ("never", "Correct what the message names"),
    "APIGW.0201-414": ("never", "Correct what the message names"),
    "APIGW.0201-494": ("never", "Correct what the message names"),
    "APIGW.0201-502": ("a person, for it may have been sent", "may have been sent"),
    "APIGW.0201-504": ("a person, for it may have been sent", "may have been sent"),
    "APIGW.0301": ("a person", "check the access key"),
    "APIGW.0302": ("a person", "Ask an administrator"),
    "APIGW.0303": ("a person", "check the access key"),
    "APIGW.0305": ("a person", "check the access key"),
    "APIGW.0306": ("a person", "Ask an administrator"),
    "APIGW.0307": ("a person", "check the access key"),
    "APIGW.0308": ("wait", "wait a minute"),
    "APIGW.0310": ("a person", "belong together"),
    "APIGW.0601": ("a person, for it may have been sent", "may have been sent"),
    "APIGW.0605": ("a person, for it may have been sent", "may have been sent"),
    "APIGW.0606": ("a person, for it may have been sent", "may have been sent"),
    "APIGW.0613": ("again", "try again in a few minutes"),
    "APIGW.0705": ("a person, for it may have been sent", "may have been sent"),
    "APIGW.0802": ("a person", "Ask an administrator"),
    # A login that fails in any way proves that the call itself was not sent.
    "IAM.0001": ("a person", "check the access key"),
    "IAM.0002": ("a person", "Ask an administrator"),
    "IAM.0003": ("a person", "Ask an administrator"),
    "IAM.0004": ("a person", "Write the project ID in the settings"),
    "IAM.0006": ("again", "try again in a few minutes"),
    "IAM.0012": ("wait", "wait a minute"),
    "IAM.0061": ("a person", "locked"),
    "IAM.0062": ("a person", "check the access key"),
    "IAM.0066": ("a person", "check the access key"),
    "IAM.0067": ("a person", "check the access key"),
    "IAM.0080": ("a person", "Ask an administrator"),
    "IAM.0081": ("a person", "Ask an administrator"),
    "IAM.0082": ("a person", "Ask an administrator"),
}


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def client_of(vod: FakeVod, *, by_token: bool) -> AsyncIterator[VodClient]:
    user = IamUser("films", SecretStr("a password"), "acme")
    project = Project(REGION, PROJECT, endpoint=vod.endpoint, iam_endpoint=vod.endpoint)
    credentials = user if by_token else AccessKey(AK, SecretStr(SK))
    async with connect(project, credentials, now=now) as client:
        yield client


def fake_vod() -> FakeVod:
    return FakeVod(
        Account(
            AK, SK, PROJECT, REGION, iam_user="films", iam_password="a password", iam_domain="acme"
        )
    )


@pytest.mark.integration
@pytest.mark.parametrize("code", CODE_FAULTS)
async def test_published_code_has_its_remedy_and_says_it(code: str) -> None:
    remedy, advice = EXPECTED[code]
    async with fake_vod() as vod, client_of(vod, by_token=code.startswith("IAM.")) as client:
        vod.set_fault(code)
        with pytest.raises(errors.VodError) as caught:
            await client.create_prefetch(urls=["https://cdn.example.com/a.mp4"])
        charged = vod.charged(vod.today)

    error = caught.value
    number, _, status = code.partition("-")
    assert type(error) in REMEDIES[remedy]
    assert advice in ENGLISH.causes.advice(type(error).__name__)
    assert (error.code, bool(error.message)) == (number, True)
    assert error.status == int(status or CODE_FAULTS[code].text.partition(":")[0])
    assert charged == 0


def test_no_code_is_left_out() -> None:
    assert set(EXPECTED) == set(CODE_FAULTS)


@pytest.mark.integration
async def test_refused_token_is_renewed_once_and_the_call_goes_through() -> None:
    async with fake_vod() as vod, client_of(vod, by_token=True) as client:
        vod.set_fault("APIGW.0307", times=1)

        assert await client.create_prefetch(urls=["https://cdn.example.com/a.mp4"])
        assert [call.operation for call in vod.calls].count("token") == 2
