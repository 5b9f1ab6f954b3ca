"""What signs an address or proves who asks is hidden in typed text and in answers alike."""

import pytest

from bot.rules.free_text import as_text
from bot.vod.answers import safe_text

MD5 = "0123456789abcdef" * 2
SECRET = "5ec2e7Q"

# Names of the query and of headers, as Huawei's, Alibaba's, Tencent's, Akamai's, Amazon's and
# Google's CDN and this bot's own calls have them.
NAMES = [
    "auth_key", "auth_info", "authorization", "token", "__token__", "bcdn_token", "auth_token",
    "access_token", "accessToken", "security_token", "subject_token", "X-Auth-Token",
    "X-Subject-Token", "X-Security-Token", "x-obs-security-token", "signature", "X-Amz-Signature",
    "X-Goog-Signature", "X-Amz-Credential", "sign", "sig", "hmac", "Policy", "secret", "urlsecret",
    "wsSecret", "wsTime", "txSecret", "txTime", "hwSecret", "hwTime", "password", "passwd",
    "pwd", "ak", "sk",
    "access_key", "secret_key", "api_key", "private_key", "credential", "hdnts", "hdntl", "hdnea",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("written", ["{name}={value}", "{name}%3D{value}", "x=1&{name}={value}"])
def test_value_of_a_name_that_signs_is_hidden(name: str, written: str) -> None:
    text = written.format(name=name, value=SECRET)

    assert SECRET not in as_text(text)
    assert SECRET not in safe_text(text)


@pytest.mark.parametrize(
    "path",
    [
        f"/202611241200/{MD5}/film.mp4",
        f"/1732420800/{MD5}/film.mp4",
        f"/{MD5}/5f8a1b2c/film.mp4",
        f"/{MD5}/1732420800/film.mp4",
        f"/hdnts=exp=1~acl=/{MD5}/*~hmac={MD5}/film.m3u8",
        f"/token={MD5}/film.mp4",
        f"/20241124120000/{MD5}/film.mp4",
        f"/202411241200/{MD5}{MD5}/film.mp4",
        f"/{MD5}{MD5}/5f8a1b2c/film.mp4",
        f"/__token__=exp=1~acl=/{MD5}/*~hmac={MD5}/film.m3u8",
        f"/hdnts%3Dexp%3D1~acl%3D/{MD5}/*~hmac%3D{MD5}/film.m3u8",
    ],
)
def test_signature_in_a_path_is_hidden(path: str) -> None:
    address = f"https://v.example.com{path}"

    assert MD5 not in as_text(address)
    assert MD5 not in safe_text(address)


def test_name_with_escaped_letters_hides_no_signature() -> None:
    shown = as_text(f"https://v.example.com/%68dnts=exp=1~acl=/*~hmac={MD5}/film.m3u8")

    assert MD5 not in shown


@pytest.mark.parametrize("text", ["files=3 monkey=7", "https://v.example.com/asset/" + MD5 + "/a"])
def test_what_does_not_sign_is_shown(text: str) -> None:
    assert as_text(text) == text
    assert safe_text(text) == text
