"""The manifest that the command line prints is one that Slack takes and serves wholly."""

import pytest

from bot.manifest import AddressWrong, manifest_for, request_url
from bot.sandbox.manifest import lint
from tests.helpers.running_bot import HTTP_MANIFEST, MANIFEST

WRONG = (
    "http://bot.example.com",
    "bot.example.com",
    "https://",
    "https://localhost",
    "https://bot.example.com/slack",
    "https://bot.example.com/slack/events",
    "https://bot.example.com?a=b",
    "https://bot.example.com#a",
    "https://me:pass@bot.example.com",
    "https://bot.example.com:port",
    "https://bot .example.com",
    "https://bot.example.com\n",
    "https://böt.example.com",
    "https://bot..example.com",
    "https://-bot.example.com",
    "https://bot-.example.com",
    f"https://{'b' * 64}.example.com",
    "https://[2001:db8::7]",
    "",
)
PORTS = ("0", "00", "65536", "99999", "100000", "9" * 5000)
IP_ADDRESSES = ("203.0.113.7", "203.0.113.7:8443", "127.1", "10.0.0.0x7", "bot.example.123")


def test_manifest_for_sockets_is_the_shipped_one() -> None:
    assert manifest_for(MANIFEST, command="/prefetch", address=None) == MANIFEST


def test_manifest_for_http_has_every_kind_sent_to_the_bot() -> None:
    settings = HTTP_MANIFEST["settings"]

    assert lint(HTTP_MANIFEST) == []
    assert settings["socket_mode_enabled"] is False
    assert {
        HTTP_MANIFEST["features"]["slash_commands"][0]["url"],
        settings["interactivity"]["request_url"],
        settings["event_subscriptions"]["request_url"],
    } == {"https://bot.example.com/slack/events"}
    assert settings["event_subscriptions"]["bot_events"] == ["app_home_opened"]


def test_shipped_manifest_would_deliver_nothing_over_http() -> None:
    """What the tests over HTTP used before; it is the address that makes the difference."""
    off = {**MANIFEST, "settings": {**MANIFEST["settings"], "socket_mode_enabled": False}}

    assert len(lint(off)) == 3


def test_command_of_the_settings_stands_in_the_manifest() -> None:
    made = manifest_for(MANIFEST, command="/cdn", address="https://bot.example.com")

    assert made["features"]["slash_commands"][0]["command"] == "/cdn"
    assert lint(made) == []
    assert MANIFEST["features"]["slash_commands"][0]["command"] == "/prefetch"


@pytest.mark.parametrize("address", ["https://bot.example.com/", "https://BOT.example.com:8443"])
def test_address_may_end_with_a_slash_or_name_a_port(address: str) -> None:
    assert request_url(address) == address.rstrip("/") + "/slack/events"


@pytest.mark.parametrize("address", WRONG)
def test_address_that_slack_cannot_reach_is_refused(address: str) -> None:
    with pytest.raises(AddressWrong, match=r"for instance https://prefetch\.example\.com"):
        request_url(address)


@pytest.mark.parametrize("port", PORTS, ids=lambda port: port[:6])
def test_port_that_is_none_is_refused_in_words(port: str) -> None:
    with pytest.raises(AddressWrong, match="a port is a number from 1 to 65535, for instance"):
        request_url(f"https://bot.example.com:{port}")


@pytest.mark.parametrize("port", ["1", "443", "8443", "65535"])
def test_every_port_may_be_named(port: str) -> None:
    address = f"https://bot.example.com:{port}"

    assert request_url(address) == f"{address}/slack/events"


@pytest.mark.parametrize("host", IP_ADDRESSES)
def test_ip_address_is_refused_in_words(host: str) -> None:
    with pytest.raises(AddressWrong, match="a host name here, not an IP address, for instance"):
        request_url(f"https://{host}/")


@pytest.mark.parametrize("host", ["bot.1e100.net", "7.example.com", "xn--bt-fka.example.com"])
def test_host_name_may_hold_digits(host: str) -> None:
    assert request_url(f"https://{host}") == f"https://{host}/slack/events"
