"""Playlists that were fetched, and what they name."""

import time
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.playlists import read_fetched_playlist
from bot.rules.playlists import MasterPlaylist, MediaPlaylist, Rendition, Track
from bot.rules.refusals import ListTooLong
from bot.rules.target import Reason, Url

PLACE = "https://v.example.com/p/index.m3u8?auth_key=1-2"


def media(*lines: str) -> MediaPlaylist:
    found = read_fetched_playlist("\n".join(["#EXTM3U", *lines, ""]).encode(), PLACE)
    assert isinstance(found, MediaPlaylist)
    return found


def master(*lines: str) -> MasterPlaylist:
    found = read_fetched_playlist("\n".join(["#EXTM3U", *lines, ""]).encode(), PLACE)
    assert isinstance(found, MasterPlaylist)
    return found


def addresses(found: MediaPlaylist) -> list[str]:
    return [it.address for it in found.targets.accepted if isinstance(it, Url)]


def test_segments_are_named_from_where_the_playlist_was_found() -> None:
    found = media(
        "#EXT-X-TARGETDURATION:6",
        "#EXTINF:6.0,",
        "1.ts",
        "#EXTINF:6.0,Title, with https://x.example.com/no.ts",
        "../q/2.ts?x=1",
        "#EXTINF:6.0,",
        "https://cdn.example.com/3.ts?auth_key=9-8",
        "#EXT-X-ENDLIST",
    )

    assert addresses(found) == [
        "https://v.example.com/p/1.ts",
        "https://v.example.com/q/2.ts?x=1",
        "https://cdn.example.com/3.ts?auth_key=9-8",
    ]
    assert not found.is_live


def test_initialization_files_are_named_and_keys_are_not() -> None:
    found = media(
        '#EXT-X-KEY:METHOD=AES-128,URI="key.bin"',
        '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="key.bin"',
        '#EXT-X-MAP:BYTERANGE="720@0",URI="init,1.mp4"',
        "#EXTINF:6,",
        "1.m4s",
        '#EXT-X-PART:DURATION=0.3,URI="1.part.m4s"',
        '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="2.part.m4s"',
    )

    assert addresses(found) == [
        "https://v.example.com/p/init,1.mp4",
        "https://v.example.com/p/1.m4s",
    ]


def test_file_of_many_byte_ranges_is_named_once() -> None:
    ranges = [f"#EXTINF:6,\n#EXT-X-BYTERANGE:100@{at}00\nall.ts" for at in range(50)]

    found = media(*ranges)

    assert addresses(found) == ["https://v.example.com/p/all.ts"]
    assert found.targets.duplicates == 0


def test_segment_that_the_playlist_says_to_be_missing_is_not_named() -> None:
    found = media("#EXTINF:6,", "#EXT-X-GAP", "1.ts", "#EXTINF:6,", "2.ts")

    assert addresses(found) == ["https://v.example.com/p/2.ts"]


def test_playlist_without_an_end_is_live() -> None:
    assert media("#EXTINF:6,", "1.ts").is_live


def test_each_entry_is_judged_as_a_pasted_address_is() -> None:
    found = media(
        "http://10.0.0.1/1.ts", "{$part}.ts", "s3://bucket/2.ts", "a/", "3.ts#t=1", "4.ts"
    )

    assert addresses(found) == ["https://v.example.com/p/4.ts"]
    assert [it.reason for it in found.targets.rejected] == [
        Reason.PRIVATE_HOST,
        Reason.PATTERN,
        Reason.STORE,
        Reason.DIRECTORY,
        Reason.FRAGMENT,
    ]


def test_master_playlist_names_its_renditions() -> None:
    found = master(
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English, 5.1",URI="en/index.m3u8"',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="In the video"',
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="中文",URI="zh.m3u8"',
        '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="CC",URI="cc.m3u8"',
        '#EXT-X-STREAM-INF:BANDWIDTH=5000000,CODECS="avc1,mp4a",RESOLUTION=1920x1080',
        "# a comment between the two",
        "1080.m3u8?auth_key=3-4",
        "#EXT-X-STREAM-INF:BANDWIDTH=many,RESOLUTION=large",
        "http://10.0.0.1/480.m3u8",
        "#EXT-X-STREAM-INF:PROGRAM-ID=1",
        "480.m3u8",
        '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=100,URI="iframes.m3u8"',
    )

    place = "https://v.example.com/p"
    assert found.renditions == (
        Rendition(Url(f"{place}/en/index.m3u8"), Track.AUDIO, name="English, 5.1"),
        Rendition(Url(f"{place}/zh.m3u8"), Track.SUBTITLES, name="中文"),
        Rendition(Url(f"{place}/1080.m3u8?auth_key=3-4"), Track.VIDEO, 5_000_000, "1920x1080"),
        Rendition(Url(f"{place}/480.m3u8"), Track.VIDEO),
    )
    assert [it.reason for it in found.rejected] == [Reason.PRIVATE_HOST]


def test_rendition_is_known_again_under_another_signature() -> None:
    lines = "#EXT-X-STREAM-INF:BANDWIDTH=5000000", "{}.m3u8?auth_key={}"
    (first,), (again,), (other,) = (
        master(lines[0], lines[1].format(*given)).renditions
        for given in ((1080, "1-2"), (1080, "3-4"), (720, "1-2"))
    )

    assert first.key == again.key != other.key


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Please log in</html>",
        b"1.ts\n2.ts",
        b"\xff\xfe#EXTM3U",
        b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n#EXTINF:6,\n1.ts\n",
    ],
)
def test_what_is_no_playlist_names_nothing(body: bytes) -> None:
    assert read_fetched_playlist(body, PLACE) is None


def test_byte_order_mark_and_carriage_returns_belong_to_no_name() -> None:
    found = read_fetched_playlist(b"\xef\xbb\xbf#EXTM3U\r\n#EXTINF:6,\r\n1.ts\r\n", PLACE)

    assert isinstance(found, MediaPlaylist)
    assert addresses(found) == ["https://v.example.com/p/1.ts"]


@pytest.mark.parametrize("last", ["2.ts", "2.t", '#EXT-X-MAP:URI="init.mp4"', "#EXT-X-ENDLI", " x"])
def test_last_line_that_may_be_cut_off_is_not_read(last: str) -> None:
    found = read_fetched_playlist(f"#EXTM3U\n#EXTINF:6,\n1.ts\n#EXTINF:6,\n{last}".encode(), PLACE)

    assert isinstance(found, MediaPlaylist)
    assert addresses(found) == ["https://v.example.com/p/1.ts"]
    assert found.is_cut


def test_last_rendition_that_may_be_cut_off_is_not_read() -> None:
    variant = "#EXT-X-STREAM-INF:BANDWIDTH=1"
    found = read_fetched_playlist(f"#EXTM3U\n{variant}\na.m3u8\n{variant}\nb.m3".encode(), PLACE)

    assert isinstance(found, MasterPlaylist)
    assert [it.playlist.address for it in found.renditions] == ["https://v.example.com/p/a.m3u8"]
    assert found.is_cut


@pytest.mark.parametrize(
    "end", ["1.ts\n#EXT-X-ENDLIST", "#EXT-X-ENDLIST\n1.ts", "1.ts\n", "1.ts\n\n "]
)
def test_file_that_says_its_end_or_ends_with_its_line_is_read_whole(end: str) -> None:
    found = read_fetched_playlist(f"\n#EXTM3U\n#EXTINF:6,\n{end}".encode(), PLACE)

    assert isinstance(found, MediaPlaylist)
    assert addresses(found) == ["https://v.example.com/p/1.ts"]
    assert not found.is_cut


def test_more_entries_than_a_list_may_have_are_refused() -> None:
    with pytest.raises(ListTooLong):
        media(*(f"{at}.ts" for at in range(5001)))
    with pytest.raises(ListTooLong):
        master(*(f"#EXT-X-STREAM-INF:BANDWIDTH=1\n{at}.m3u8" for at in range(5001)))


@pytest.mark.parametrize(
    "line", ["1.ts", "./{}.ts", "#EXT-X-STREAM-INF:BANDWIDTH=1\n{}.m3u8", '#EXT-X-MAP:URI="{}"']
)
def test_too_many_entries_are_counted_before_an_address_is_made_of_them(line: str) -> None:
    """Each would be as long as the base: 25,000 of 8,000 characters are 200 MB."""
    text = "#EXTM3U\n" + "".join(f"{line.format(at)}\n" for at in range(24_000))
    place = f"https://v.example.com/{'a/' * 4_000}index.m3u8"
    tracemalloc.start()

    with pytest.raises(ListTooLong):
        read_fetched_playlist(text.encode(), place)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 30_000_000


@given(st.lists(st.from_regex(r"[a-z0-9_~-]{1,20}\.(ts|m4s|mp4)", fullmatch=True), unique=True))
def test_names_come_back_in_their_order(names: list[str]) -> None:
    found = media(*(line for name in names for line in ("#EXTINF:4.0,", name)))

    assert addresses(found) == [f"https://v.example.com/p/{name}" for name in names]


@given(st.binary(max_size=300), st.text(max_size=300))
def test_no_body_makes_the_reader_fail(body: bytes, text: str) -> None:
    read_fetched_playlist(b"#EXTM3U\n" + body, PLACE)
    read_fetched_playlist(
        f"#EXTM3U\n#EXT-X-STREAM-INF:{text}\n{text}".encode(errors="ignore"), PLACE
    )


@pytest.mark.parametrize(
    "filling", ["A", "A=", 'A="', "A,", "../", "?", "# \n", "#EXT-X-MAP:URI=\n"]
)
def test_megabyte_of_hostile_text_is_read_in_time_that_grows_with_its_length(filling: str) -> None:
    """Against a plain search through the same text, so that a slow machine changes nothing."""
    text = "#EXTM3U\n#EXT-X-MEDIA:" + filling * (10**6 // len(filling))
    begun = time.process_time()
    for _ in range(200):
        text.count("\0")
    allowed, begun = (time.process_time() - begun) * 100, time.process_time()

    with suppress(ListTooLong):
        read_fetched_playlist(text.encode(), PLACE)

    assert time.process_time() - begun < allowed
