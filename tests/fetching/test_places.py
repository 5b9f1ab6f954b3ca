"""Where an address leads, and what leads nowhere."""

import pytest

from bot.fetching.places import Place, place_of


@pytest.mark.parametrize(
    ("url", "place", "authority"),
    [
        ("http://v.example.com/a.mp4", Place("http", "v.example.com", 80, "/a.mp4"), ""),
        ("HTTPS://V.Example.COM./a", Place("https", "v.example.com", 443, "/a"), "v.example.com"),
        (
            "https://v.example.com:8443/a?b=%2F&c=~*'(",
            Place("https", "v.example.com", 8443, "/a?b=%2F&c=~*'("),
            "v.example.com:8443",
        ),
        ("http://v.example.com:80?a", Place("http", "v.example.com", 80, "/?a"), ""),
        (
            "http://视频.example/片 一.mp4",
            Place("http", "xn--cy2a840a.example", 80, "/%E7%89%87%20%E4%B8%80.mp4"),
            "",
        ),
        ("http://[2001:db8::1]/a", Place("http", "2001:db8::1", 80, "/a"), "[2001:db8::1]"),
        ("http://v.example.com/a/../b", Place("http", "v.example.com", 80, "/a/../b"), ""),
    ],
)
def test_address_leads_to_its_host_and_is_asked_for_as_written(
    url: str, place: Place, authority: str
) -> None:
    found = place_of(url)

    assert found == place
    assert found.authority == (authority or place.host)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "v.example.com/a.mp4",
        "ftp://v.example.com/a",
        "file:///etc/passwd",
        "http:///a",
        "http://v.example.com:0/a",
        "http://v.example.com:65536/a",
        "http://v.example.com:8o/a",
        "http://mei@v.example.com/a",
        "http://v.example.com@evil.example/a",
        "http://v.exa mple.com/a",
        "http://v.example.com\r\nHost: evil.example/a",
        "http://v.example.com%2f.evil.example/a",
        "http://v..example.com/a",
        "http://[fe80::1%25eth0]/a",
        "http://[::1/a",
        f"http://{'v' * 64}.example.com/a",
        f"http://{'v.' * 127}example/a",
        f"http://v.example.com/{'a' * 4076}",
        "http://v.example.com/\ud800",
    ],
)
def test_what_leads_to_no_server_is_no_place(url: str) -> None:
    assert place_of(url) is None


def test_address_may_be_as_long_as_one_that_a_person_pastes() -> None:
    assert place_of(f"http://v.example.com/{'a' * 4075}") is not None


def test_line_end_in_a_path_does_not_reach_the_request() -> None:
    found = place_of("http://v.example.com/a\r\nX: y")

    assert found is not None
    assert found.target == "/a%0D%0AX:%20y"
