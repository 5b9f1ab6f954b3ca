"""Addresses that may be one file are pointed out, and others are not."""

import pytest

from bot.rules.look_alikes import first_of_each, look_alikes
from bot.rules.target import Asset, Url

ASSET = Asset("5" * 32)


@pytest.mark.parametrize(
    "alike",
    [
        ("https://h/海.mp4", "https://h/%E6%B5%B7.mp4"),
        ("https://h/a b.mp4", "https://h/a%20b.mp4"),
        ("https://h/a.mp4", "http://h/a.mp4"),
        ("http://h:80/海.mp4", "https://h:443/%e6%b5%b7.mp4"),
        ("https://h/a.mp4?auth_key=19-a-0-aa", "https://h/a.mp4?auth_key=20-b-0-bb"),
        ("https://h/a.mp4?Expires=1&Signature=a&v=2", "https://h/a.mp4?v=2&Expires=3&Signature=b"),
        ("https://h/a.mp4?t=1&exper=0&us=k&sign=a", "https://h/a.mp4?t=2&exper=0&us=l&sign=b"),
        ("https://h/a.mp4?X-Amz-Date=1&X-Amz-Signature=a", "https://h/a.mp4?X-Amz-Signature=b"),
        ("https://h/a.mp4?hdnts=exp=1~hmac=a", "https://h/a.mp4?hdnts=exp=2~hmac=b"),
        ("https://h/a.mp4?auth_key=19-a-0-aa", "https://h/a.mp4"),
        (f"https://h/190000000000/{'a' * 32}/a.mp4", f"https://h/190000000001/{'b' * 32}/a.mp4"),
    ],
)
def test_addresses_that_may_be_one_file_are_pointed_out(alike: tuple[str, str]) -> None:
    first, second = map(Url, alike)
    other = Url("https://h/other.mp4")

    assert look_alikes([first, ASSET, other, second]) == ((first, second),)
    assert first_of_each([first, ASSET, other, second, ASSET]) == (first, ASSET, other, ASSET)


@pytest.mark.parametrize(
    "distinct",
    [
        ("https://h/Reel.MP4", "https://h/reel.mp4"),
        ("https://h/p+q.mp4", "https://h/p%20q.mp4"),
        ("https://h/d%2Fe.mp4", "https://h/d/e.mp4"),
        ("https://h/a.mp4", "https://h:8080/a.mp4"),
        ("https://h/a.mp4?v=1", "https://h/a.mp4?v=2"),
        ("https://h/a.mp4?t=1", "https://h/a.mp4?t=2"),
        ("https://h/a.mp4?v=1&sign=a", "https://h/a.mp4?v=2&sign=a"),
        ("https://h/a.mp4", "https://i/a.mp4"),
    ],
)
def test_other_addresses_are_files_of_their_own(distinct: tuple[str, str]) -> None:
    targets = tuple(map(Url, distinct))

    assert look_alikes(targets) == ()
    assert first_of_each(targets) == targets
