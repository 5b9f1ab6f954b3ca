"""The app manifest as Slack takes it, for Socket Mode or for HTTP."""

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

PATH = "/slack/events"
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(
    rf"https://(?P<host>{_LABEL}(?:\.{_LABEL})+)(?::(?P<port>[0-9]+))?/?", re.IGNORECASE
)
_NUMBER = re.compile("[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
LAST_PORT = 65535
EXAMPLE = "https://prefetch.example.com"


class AddressWrong(ValueError):  # noqa: N818
    """Slack could not send requests to this address; the message says what one looks like."""


def manifest_for(
    shipped: Mapping[str, Any], *, command: str, address: str | None
) -> dict[str, Any]:
    """The manifest with this command; `address` as https://HOST turns Socket Mode off.

    Raises `AddressWrong`.
    """
    manifest = deepcopy(dict(shipped))
    manifest["features"]["slash_commands"][0]["command"] = command
    if address is not None:
        _send_to(manifest, request_url(address))
    return manifest


def request_url(address: str) -> str:
    """Where Slack sends its requests when the bot is reached at https://HOST."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        message = (
            "it has to be the bot's public address as Slack reaches it: https and a host name in"
            f" ASCII, without path or query, for instance {EXAMPLE}"
        )
        raise AddressWrong(message)
    # Whatever ends in a number is an IP address to those who follow the URL standard.
    if _NUMBER.fullmatch(found["host"].rpartition(".")[2]):
        message = f"Slack needs a host name here, not an IP address, for instance {EXAMPLE}"
        raise AddressWrong(message)
    if found["port"] and not _is_port(found["port"]):
        message = f"a port is a number from 1 to {LAST_PORT}, for instance {EXAMPLE}:8443"
        raise AddressWrong(message)
    return address.rstrip("/") + PATH


def _is_port(digits: str) -> bool:
    return len(digits) <= len(str(LAST_PORT)) and 1 <= int(digits) <= LAST_PORT


def _send_to(manifest: dict[str, Any], url: str) -> None:
    """Slack sends each kind to an address of its own, and those without one nowhere."""
    settings = manifest["settings"]
    settings["socket_mode_enabled"] = False
    settings["interactivity"]["request_url"] = url
    settings["event_subscriptions"] = {"request_url": url, **settings["event_subscriptions"]}
    for command in manifest["features"]["slash_commands"]:
        command["url"] = url
