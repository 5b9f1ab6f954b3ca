"""What a reference means that stands in a file."""

import pytest

from bot.rules.address import resolved

BASE = "https://v.example.com:8443/a/b/index.m3u8?sig=1/2"


@pytest.mark.parametrize(
    ("reference", "address"),
    [
        ("1.ts", "https://v.example.com:8443/a/b/1.ts"),
        ("c/1.ts?x=1", "https://v.example.com:8443/a/b/c/1.ts?x=1"),
        ("/1.ts?c#d", "https://v.example.com:8443/1.ts?c#d"),
        ("//cdn.example.com/1.ts", "https://cdn.example.com/1.ts"),
        ("http://cdn.example.com/x/../1%2f.ts", "http://cdn.example.com/x/../1%2f.ts"),
        ("../1.ts", "https://v.example.com:8443/a/1.ts"),
        ("../../../1.ts", "https://v.example.com:8443/1.ts"),
        ("./1.ts", "https://v.example.com:8443/a/b/1.ts"),
        ("片 1.ts", "https://v.example.com:8443/a/b/片 1.ts"),
        ("1.ts?back=../..", "https://v.example.com:8443/a/b/1.ts?back=../.."),
        ("?x=1", "https://v.example.com:8443/a/b/index.m3u8?x=1"),
        ("data:text/plain,1", "data:text/plain,1"),
        ("seg:1.ts", "seg:1.ts"),
    ],
)
def test_reference_is_resolved_against_where_it_was_found(reference: str, address: str) -> None:
    assert resolved(reference, BASE) == address


@pytest.mark.parametrize("place", ["/a/./b/../c/x", "/a//b/../x", "/../a/x", "/..", "/a/.."])
@pytest.mark.parametrize("reference", ["1.ts", "../1.ts", "..", "./", "", "/b/../1.ts"])
def test_base_that_is_split_once_means_what_all_of_the_path_means(
    place: str, reference: str
) -> None:
    folder = "" if reference.startswith("/") else place[: place.rfind("/") + 1]
    host = "https://v.example.com"
    whole = resolved(folder + reference, host) if reference else host + place

    assert resolved(reference, f"{host}{place}?sig=1") == whole


def test_reference_in_a_file_without_a_path_begins_at_the_host() -> None:
    assert resolved("1.ts", "https://v.example.com?x=1") == "https://v.example.com/1.ts"
