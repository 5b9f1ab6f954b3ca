"""Which targets are playlists."""

import pytest

from bot.rules.playlists import is_playlist
from bot.rules.target import Asset, Url


@pytest.mark.parametrize(
    "address",
    [
        "https://v.example.com/a/index.m3u8",
        "https://v.example.com/a/INDEX.M3U8?auth_key=1",
        "https://v.example.com/a/list.m3u",
        "https://v.example.com/a/manifest.mpd?x=.mp4",
        "https://v.example.com/视频 1.m3u8",
    ],
)
def test_address_of_a_playlist_is_known_by_its_ending(address: str) -> None:
    assert is_playlist(Url(address))


@pytest.mark.parametrize(
    "target",
    [
        Url("https://v.example.com/a/film.mp4"),
        Url("https://v.example.com/a/film.mp4?from=index.m3u8"),
        Url("https://v.example.com/index.m3u8/film.ts"),
        Url("https://v.example.com/a/m3u8"),
        Asset("5199337c31c8e4622f1590735b13a263"),
    ],
)
def test_what_else_an_address_holds_makes_no_playlist(target: Url | Asset) -> None:
    assert not is_playlist(target)
