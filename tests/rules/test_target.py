"""Targets: the host by which a policy judges a URL."""

import pytest

from bot.rules.target import Url, host


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://CDN.Example.com.:8443/a?b", "cdn.example.com"),
        ("https://mei:secret@h/a", "h"),
        ("https://视频.EXAMPLE.com/a", "xn--cy2a840a.example.com"),
        ("https://xn--cy2a840a.example.com/a", "xn--cy2a840a.example.com"),
        ("https://cdn。example．com/a", "cdn.example.com"),
        ("https://[2001:DB8::1]:80/a", "2001:db8::1"),
        ("https://[2001:DB8::1]/a", "2001:db8::1"),
        ("https://h?x@y", "h"),
        ("nothing", ""),
    ],
)
def test_host_is_comparable(address: str, name: str) -> None:
    assert host(Url(address)) == name
