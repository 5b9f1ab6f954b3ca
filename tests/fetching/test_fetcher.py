"""Looks at a real server on loopback, which answers what no server should."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.fetching.fetcher import AT_ONCE, USER_AGENT, Fetcher, Patience, Reach
from bot.rules.looks import Answer, Content, Fault, NotSeen
from tests.helpers.hostile_files import (
    HostileFiles,
    Names,
    any_port,
    hostile_files,
    plain,
    public_or_loopback,
)

pytestmark = pytest.mark.integration

NAMED = {"v.example.com", "cdn.example.com", "inside.example.com", "gone.example.com"}
CERTIFICATE = Path(__file__).with_name("v.example.com.pem")
"""A certificate that signs itself, for this one name, with its key."""
IMPATIENT = Patience(in_all=0.6, each_step=0.3)
PATIENT = Patience(in_all=60, each_step=60)


@asynccontextmanager
async def looking(
    names: Names | None = None, patience: Patience = PATIENT
) -> AsyncIterator[Fetcher]:
    reach = Reach(resolve=names or Names(), may_reach=public_or_loopback, may_use=any_port)
    fetcher = Fetcher(NAMED.__contains__, reach=reach, patience=patience)
    try:
        yield fetcher
    finally:
        await fetcher.close()


@pytest.fixture
async def files() -> AsyncIterator[HostileFiles]:
    async with hostile_files() as files:
        yield files


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with looking() as fetcher:
        yield fetcher


@pytest.fixture
async def impatient() -> AsyncIterator[Fetcher]:
    async with looking(patience=IMPATIENT) as fetcher:
        yield fetcher


async def test_look_tells_what_the_server_says_and_takes_no_body(
    files: HostileFiles, fetcher: Fetcher
) -> None:
    files.answers["/a.mp4"] = plain(
        body=b"x" * 1000,
        content_type="video/mp4",
        cache_control="no-store",
        pragma="no-cache",
        expires="0",
    )

    found = await fetcher.look(files.url("/a.mp4?sig=1"))

    assert found == Answer(
        200, 1000, "video/mp4", "no-store", "no-cache", "0", files.url("/a.mp4?sig=1")
    )
    assert files.targets == ["HEAD /a.mp4?sig=1"]


@pytest.mark.parametrize("status", ["404 Not Found", "401 Unauthorized", "503 Unavailable"])
async def test_answer_that_is_no_file_has_no_size(
    files: HostileFiles, fetcher: Fetcher, status: str
) -> None:
    files.answers["/a.mp4"] = plain(status, b"a page that says so")

    found = await fetcher.look(files.url("/a.mp4"))

    assert isinstance(found, Answer)
    assert (found.status, found.size) == (int(status[:3]), None)


@pytest.mark.parametrize("status", ["403 Forbidden", "405 No", "501 Not Implemented"])
async def test_first_byte_is_asked_for_where_head_is_refused(
    files: HostileFiles, fetcher: Fetcher, status: str
) -> None:
    files.answers["HEAD /a.mp4"] = plain(status)
    files.answers["/a.mp4"] = plain(
        "206 Partial Content", b"x", content_range="bytes 0-0/123456", content_type="video/mp4"
    )

    found = await fetcher.look(files.url("/a.mp4"))

    assert isinstance(found, Answer)
    assert (found.status, found.size, found.content_type) == (206, 123456, "video/mp4")
    assert files.targets == ["HEAD /a.mp4", "GET /a.mp4"]
    assert files.asked[1].headers["range"] == "bytes=0-0"


async def test_first_byte_of_a_server_without_ranges_is_all_that_is_taken(
    files: HostileFiles, impatient: Fetcher
) -> None:
    files.answers["HEAD /a.mp4"] = plain("405 No")
    files.answers["/a.mp4"] = [plain(content_length="99999999"), b"x" * 1000, None]

    found = await impatient.look(files.url("/a.mp4"))

    assert isinstance(found, Answer)
    assert (found.status, found.size) == (200, 99999999)


async def test_refusal_that_stands_is_told_as_it_is(files: HostileFiles, fetcher: Fetcher) -> None:
    files.answers["/a.mp4"] = plain("403 Forbidden")

    found = await fetcher.look(files.url("/a.mp4"))

    assert isinstance(found, Answer)
    assert found.status == 403


async def test_request_says_nothing_of_the_bot_but_its_name(
    files: HostileFiles, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://mei:geheim@127.0.0.1:9")
    files.answers["/a"] = plain(body=b"x", set_cookie="track=1")
    files.answers["/b"] = plain("302 Found", location="/a", set_cookie="track=2")

    await fetcher.look(files.url("/a"))
    await fetcher.look(files.url("/b"))
    await fetcher.read(files.url("/a"), max_bytes=10)

    assert len(files.asked) == 4
    for asked in files.asked:
        assert asked.headers == {
            "host": f"v.example.com:{files.port}",
            "user-agent": USER_AGENT,
            "accept": "*/*",
            "accept-encoding": "identity",
        }


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://v.example.net/a", Fault.NOT_NAMED),
        ("http://127.0.0.1/a", Fault.NOT_NAMED),
        ("ftp://v.example.com/a", Fault.NOT_AN_ADDRESS),
        ("http://mei@v.example.com/a", Fault.NOT_AN_ADDRESS),
    ],
)
async def test_host_that_is_not_named_is_not_even_resolved(url: str, fault: Fault) -> None:
    names = Names(v_example_net="127.0.0.1")
    async with looking(names) as fetcher:
        looked, read = await fetcher.look(url), await fetcher.read(url, max_bytes=10)
        may = fetcher.may_look_at(url)

    assert isinstance(looked, NotSeen)
    assert looked.fault == fault
    assert read == looked
    assert not may
    assert names.asked == []


@pytest.mark.parametrize(
    "told",
    ["10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "::"],
)
async def test_name_that_leads_inside_is_not_connected_to(files: HostileFiles, told: str) -> None:
    for known in (told, f"127.0.0.1 {told}"):  # one such address among others is enough
        async with looking(Names(v_example_com=known)) as fetcher:
            found = await fetcher.look(files.url("/a.mp4"))

        assert found == NotSeen(Fault.PRIVATE_HOST, "v.example.com")
    assert files.connections == 0


async def test_no_other_port_of_a_named_host_is_reached(files: HostileFiles) -> None:
    names = Names()
    fetcher = Fetcher(NAMED.__contains__, reach=Reach(names, public_or_loopback))
    looked = await fetcher.look(files.url("/a.mp4"))
    read = await fetcher.read(files.url("/a.mp4", scheme="https"), max_bytes=10)
    may = [it for it in ("", ":80", ":443", ":22", ":8443")
           if fetcher.may_look_at(f"https://v.example.com{it}/a")]  # fmt: skip
    await fetcher.close()

    assert looked == read == NotSeen(Fault.OTHER_PORT, "v.example.com")
    assert may == ["", ":80", ":443"]
    assert (names.asked, files.connections) == ([], 0)


async def test_redirect_to_another_port_is_not_followed(files: HostileFiles) -> None:
    there = f"http://v.example.com:{files.port + 1}/b"
    files.answers["/a"] = plain("302 Found", location=there)
    reach = Reach(Names(), public_or_loopback, may_use={files.port}.__contains__)
    fetcher = Fetcher(NAMED.__contains__, reach=reach, patience=PATIENT)

    found = await fetcher.look(files.url("/a"))

    await fetcher.close()
    assert found == NotSeen(Fault.OTHER_PORT, "v.example.com", 1)


async def test_look_that_gets_no_connection_of_the_bot_blames_no_server(
    files: HostileFiles,
) -> None:
    files.answers["/slow"] = [plain(content_length="99999999"), b"x", None]
    async with looking(patience=Patience(in_all=60, each_step=0.3)) as fetcher:
        slow = [
            asyncio.create_task(fetcher.read(files.url("/slow"), max_bytes=10**9))
            for _ in range(AT_ONCE)
        ]
        await files.was_asked(AT_ONCE)
        found = await fetcher.look(files.url("/a.mp4"))
        for each in slow:
            each.cancel()
        await asyncio.gather(*slow, return_exceptions=True)

    assert found == NotSeen(Fault.BUSY, "v.example.com")


async def test_name_without_an_address_is_told(fetcher: Fetcher) -> None:
    found = await fetcher.look("http://gone.example.com/a")

    assert found == NotSeen(Fault.UNKNOWN_HOST, "gone.example.com")


async def test_connection_goes_to_the_address_that_was_checked(files: HostileFiles) -> None:
    """A name that says something else at each question is asked once for each connection."""

    class Turning(Names):
        async def __call__(self, host: str, port: int):  # type: ignore[no-untyped-def]  # noqa: ANN204
            found = await super().__call__(host, port)
            self.known[host] = "10.0.0.1"
            return found

    files.answers["/a.mp4"] = plain(body=b"x", connection="close")
    async with looking(names := Turning()) as fetcher:
        first = await fetcher.look(files.url("/a.mp4"))
        second = await fetcher.look(files.url("/a.mp4"))

    assert isinstance(first, Answer)
    assert second == NotSeen(Fault.PRIVATE_HOST, "v.example.com")
    assert names.asked == ["v.example.com", "v.example.com"]
    assert files.connections == 1


async def test_the_next_address_of_a_host_is_tried_when_one_takes_no_connection(
    files: HostileFiles,
) -> None:
    files.answers["/a.mp4"] = plain(body=b"x")
    names = Names(v_example_com="127.0.0.2 127.0.0.1")
    reach = Reach(resolve=names, may_reach=lambda address: address.is_loopback, may_use=any_port)
    fetcher = Fetcher(NAMED.__contains__, reach=reach, patience=PATIENT)

    found = await fetcher.look(files.url("/a.mp4"))

    await fetcher.close()
    assert isinstance(found, Answer)
    assert found.status == 200


async def test_redirect_within_the_list_is_followed(files: HostileFiles, fetcher: Fetcher) -> None:
    there = files.url("/b%2f.mp4?x=1", host="cdn.example.com")
    files.answers["/a.mp4"] = plain("302 Found", location=there)
    files.answers["/b%2f.mp4"] = plain(body=b"12345")

    found = await fetcher.look(files.url("/a.mp4"))

    assert isinstance(found, Answer)
    assert (found.status, found.size, found.final_url, found.redirects) == (200, 5, there, 1)


@pytest.mark.parametrize(
    ("location", "stopped"),
    [
        ("http://evil.example/a.mp4", NotSeen(Fault.NOT_NAMED, "evil.example", 1)),
        ("//evil.example/a.mp4", NotSeen(Fault.NOT_NAMED, "evil.example", 1)),
        ("http://127.0.0.1:{port}/b.mp4", NotSeen(Fault.NOT_NAMED, "127.0.0.1", 1)),
        ("http://0x7f000001:{port}/b.mp4", NotSeen(Fault.NOT_NAMED, "0x7f000001", 1)),
        ("http://[::1]:{port}/b.mp4", NotSeen(Fault.NOT_NAMED, "::1", 1)),
        ("http://inside.example.com/b", NotSeen(Fault.PRIVATE_HOST, "inside.example.com", 1)),
        ("http://v.example.com@evil.example/", NotSeen(Fault.NOT_AN_ADDRESS, "evil.example", 1)),
        ("file:///etc/passwd", NotSeen(Fault.NOT_AN_ADDRESS, "", 1)),
        ("http://[::1/", NotSeen(Fault.NOT_AN_ADDRESS, "", 1)),
        ("a.mp4", NotSeen(Fault.TOO_MANY_REDIRECTS, "v.example.com", 3)),
    ],
)
async def test_redirect_that_breaks_a_rule_ends_the_look(
    files: HostileFiles, location: str, stopped: NotSeen
) -> None:
    files.answers["/a.mp4"] = plain("302 Found", location=location.format(port=files.port))
    async with looking(Names(inside_example_com="10.0.0.1")) as fetcher:
        looked = await fetcher.look(files.url("/a.mp4"))
        read = await fetcher.read(files.url("/a.mp4"), max_bytes=10)

    assert isinstance(looked, NotSeen)
    assert (looked.fault, looked.redirects) == (stopped.fault, stopped.redirects)
    assert looked == read
    assert looked.host == ("" if stopped.fault is Fault.NOT_AN_ADDRESS else stopped.host)
    assert {target.split()[1] for target in files.targets} == {"/a.mp4"}


async def test_read_gives_the_whole_file(files: HostileFiles, fetcher: Fetcher) -> None:
    files.answers["/a.m3u8"] = plain("301 Moved", location="b.m3u8?x=1")
    files.answers["/b.m3u8"] = plain(body=b"#EXTM3U\n", content_type="application/x-mpegURL")

    found = await fetcher.read(files.url("/a.m3u8"), max_bytes=8)

    assert found == Content(b"#EXTM3U\n", "application/x-mpegURL", files.url("/b.m3u8?x=1"))


@pytest.mark.parametrize("status", ["404 Not Found", "206 Partial Content", "204 No Content"])
async def test_read_takes_nothing_but_a_whole_file(
    files: HostileFiles, fetcher: Fetcher, status: str
) -> None:
    files.answers["/a.m3u8"] = plain(status)

    found = await fetcher.read(files.url("/a.m3u8"), max_bytes=10)

    assert found == NotSeen(Fault.STATUS, "v.example.com", status=int(status[:3]))


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ([plain(body=b"x" * 101)], Fault.TOO_LARGE),
        ([plain(content_length="101"), None], Fault.TOO_LARGE),
        ([plain(connection="close", transfer_encoding="chunked"), b"5\r\n12345\r\n", None],
         Fault.TOO_LARGE),
        ([b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 1000, None], Fault.TOO_LARGE),
        ([plain(content_length="50"), b"x" * 49], Fault.BROKEN),
        ([plain(content_length="-1")], Fault.BROKEN),
        ([plain(content_length="1e3")], Fault.BROKEN),
        ([plain(content_length="9" * 5000)], Fault.BROKEN),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"], Fault.BROKEN),
        ([b"HTTP/1.1 200 OK\r\n", b"X-Flood: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n" * 500, None],
         Fault.BROKEN),
        ([b"HTTP/1.1 200 " + b"O" * 200_000], Fault.BROKEN),
        ([b"220 mail.example.com ESMTP\r\n"], Fault.BROKEN),
        ([b""], Fault.BROKEN),
        ([plain(body=gzip.compress(b"x" * 10), content_encoding="gzip")], Fault.PACKED),
        ([plain(body=b"x", content_encoding="br")], Fault.PACKED),
    ],
    ids=range(15),
)  # fmt: skip
async def test_answer_beyond_the_bounds_is_not_read(
    files: HostileFiles, fetcher: Fetcher, answer: list[bytes | None], fault: Fault
) -> None:
    files.answers["/a.m3u8"] = answer

    found = await fetcher.read(files.url("/a.m3u8"), max_bytes=100)

    assert found == NotSeen(fault, "v.example.com")


@pytest.mark.parametrize(
    "answer",
    [
        [b"", None],
        [b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", None],
        [b"", b"HTTP/1.1 100 Continue\r\n\r\n", None],
    ],
    ids=["silence", "headers without an end", "provisional answers without an end"],
)
async def test_slow_answer_is_given_up(
    files: HostileFiles, impatient: Fetcher, answer: list[bytes | None]
) -> None:
    files.answers["/a.mp4"] = answer

    looked = await impatient.look(files.url("/a.mp4"))
    read = await impatient.read(files.url("/a.mp4"), max_bytes=100)

    assert looked == read == NotSeen(Fault.TOO_SLOW, "v.example.com")


async def test_body_that_drips_is_given_up_after_the_time_for_all(
    files: HostileFiles, impatient: Fetcher
) -> None:
    files.answers["/a.m3u8"] = [plain(content_length="99999999"), b"x", None]

    found = await impatient.read(files.url("/a.m3u8"), max_bytes=10**9)

    assert found == NotSeen(Fault.TOO_SLOW, "v.example.com")


async def test_server_that_is_not_there_is_told(files: HostileFiles, fetcher: Fetcher) -> None:
    async with hostile_files() as other:
        url = other.url("/a.mp4")

    assert await fetcher.look(url) == NotSeen(Fault.NO_CONNECTION, "v.example.com")


async def test_body_behind_an_answer_to_head_spoils_no_later_look(
    files: HostileFiles, fetcher: Fetcher
) -> None:
    files.answers["HEAD /a.mp4"] = plain(body=b"not to be sent")
    files.answers["/b.mp4"] = plain(body=b"12345")

    await fetcher.look(files.url("/a.mp4"))
    found = await fetcher.look(files.url("/b.mp4"))

    assert isinstance(found, Answer)
    assert found.size == 5


async def test_connection_that_was_closed_meanwhile_costs_no_look(
    files: HostileFiles, fetcher: Fetcher
) -> None:
    files.answers["/a.mp4"] = [plain(body=b"")]  # it does not say that it closes, and does

    for _ in range(3):
        assert isinstance(await fetcher.look(files.url("/a.mp4")), Answer)


async def test_certificate_is_verified_for_the_name_and_not_for_the_ip_address() -> None:
    """The certificate names v.example.com, and both names lead to the same server."""
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(CERTIFICATE)
    trusted = ssl.create_default_context(cafile=CERTIFICATE)
    reach = Reach(resolve=Names(), may_reach=public_or_loopback, tls=trusted, may_use=any_port)
    fetcher = Fetcher(NAMED.__contains__, reach=reach, patience=PATIENT)
    async with hostile_files(served) as files:
        files.answers["/a.mp4"] = plain(body=b"12345")
        right = await fetcher.look(files.url("/a.mp4", scheme="https"))
        wrong = await fetcher.look(files.url("/a.mp4", host="cdn.example.com", scheme="https"))
        async with looking() as distrustful:
            unknown = await distrustful.look(files.url("/a.mp4", scheme="https"))
        await fetcher.close()

    assert isinstance(right, Answer)
    assert right.size == 5
    assert wrong == NotSeen(Fault.NO_CONNECTION, "cdn.example.com")
    assert unknown == NotSeen(Fault.NO_CONNECTION, "v.example.com")
    assert files.targets == ["HEAD /a.mp4"]


async def test_many_looks_share_a_few_connections(files: HostileFiles, fetcher: Fetcher) -> None:
    files.answers["/a.mp4"] = plain(body=b"12345")

    found = await asyncio.gather(*(fetcher.look(files.url(f"/a.mp4?{n}")) for n in range(100)))

    assert all(isinstance(each, Answer) for each in found)
    assert files.connections <= AT_ONCE


async def test_look_that_is_given_up_from_outside_leaves_a_fetcher_that_works(
    files: HostileFiles, fetcher: Fetcher
) -> None:
    files.answers["/slow.mp4"] = [b"", None]
    files.answers["/a.mp4"] = plain(body=b"12345")
    looks = [asyncio.create_task(fetcher.look(files.url("/slow.mp4"))) for _ in range(AT_ONCE * 2)]
    await files.was_asked(AT_ONCE)

    for look in looks:
        look.cancel()
    await asyncio.gather(*looks, return_exceptions=True)

    assert isinstance(await fetcher.look(files.url("/a.mp4")), Answer)
