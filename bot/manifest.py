"""The app manifest as Slack takes it, for Socket Mode or for HTTP."""

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

PATH = "/slack/events"
_ADDRESS = re.compile(
    r"https://(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::[0-9]{1,5})?/?", re.IGNORECASE
)


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
    if not _ADDRESS.fullmatch(address):
        message = (
            "it has to be the bot's public address as Slack reaches it: https and a host name in"
            " ASCII, without path or query, for instance https://prefetch.example.com"
        )
        raise AddressWrong(message)
    return address.rstrip("/") + PATH


def _send_to(manifest: dict[str, Any], url: str) -> None:
    """Slack sends each kind to an address of its own, and those without one nowhere."""
    settings = manifest["settings"]
    settings["socket_mode_enabled"] = False
    settings["interactivity"]["request_url"] = url
    settings["event_subscriptions"] = {"request_url": url, **settings["event_subscriptions"]}
    for command in manifest["features"]["slash_commands"]:
        command["url"] = url
