"""Two hundred addresses on one server of files: ten of each kind of answer that there is."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address

from bot.fetching.fetcher import Reach
from bot.rules.preflight import AddressState
from bot.rules.public_addresses import IpAddress
from bot.rules.target import Url
from tests.helpers.hostile_files import (
    HostileFiles,
    any_port,
    hostile_files,
    plain,
    public_or_loopback,
)

OF_EACH = 10
INSIDE = "127.0.0.2"
"""Stands for the inside of a network: the rule for tests lets the bot reach 127.0.0.1 alone."""

NAMED = "v.example.com,cdn.example.com,inside.example.com,gone.example.com,fickle.example.com"
EVIL = "evil.example.net"

Answer = bytes | Sequence[bytes | None]
FILM = plain(body=b"x" * 1000, content_type="video/mp4")


@dataclass(frozen=True)
class Kind:
    """What the server answers, and which states are right for it."""

    answers: dict[str, Answer]
    right: set[AddressState]
    host: str = "v.example.com"


@dataclass
class FickleNames:
    """Knows the hosts of the test; one of them lies on either side, turn by turn."""

    asked: list[str] = field(default_factory=list)

    async def __call__(self, host: str, _port: int) -> Sequence[IpAddress]:
        self.asked.append(host)
        fickle = ("127.0.0.1", INSIDE)[self.asked.count(host) % 2]
        known = {"inside.example.com": INSIDE, "fickle.example.com": fickle}
        known |= {"v.example.com": "127.0.0.1", "cdn.example.com": "127.0.0.1", EVIL: "127.0.0.1"}
        return [ip_address(known[host])] if host in known else []


@dataclass
class TwoHundred:
    """The server that may be looked at, what is inside, and who tells where they are."""

    files: HostileFiles
    names: FickleNames
    reached_inside: list[str]
    kinds: dict[str, Kind]

    @property
    def reach(self) -> Reach:
        return Reach(resolve=self.names, may_reach=public_or_loopback, may_use=any_port)

    def urls(self, *names: str) -> list[Url]:
        """Ten of each of these kinds, turn by turn; of all kinds when none is named."""
        return [
            Url(self.files.url(f"/{name}/{place}.mp4", self.kinds[name].host))
            for place in range(OF_EACH)
            for name in names or self.kinds
        ]

    def kind_of(self, url: Url) -> Kind:
        return self.kinds[url.address.split("/")[3]]


@asynccontextmanager
async def two_hundred_addresses() -> AsyncIterator[TwoHundred]:
    reached: list[str] = []

    async def reach_inside(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(str(writer.get_extra_info("peername")))
        writer.close()

    async with hostile_files() as files:
        inside = await asyncio.start_server(reach_inside, INSIDE, files.port)
        kinds = _kinds(files)
        for name, kind in kinds.items():
            for place in range(OF_EACH):
                for method, answer in kind.answers.items():
                    files.answers[f"{method}/{name}/{place}.mp4"] = answer
        files.answers["/film.mp4"] = FILM
        yield TwoHundred(files, FickleNames(), reached, kinds)
        inside.close()


def _kinds(files: HostileFiles) -> dict[str, Kind]:
    state = AddressState
    no_head: dict[str, Answer] = {"HEAD ": plain("405 No")}
    return {
        "film": Kind({"": FILM}, {state.FILE}),
        "ranged": Kind(
            no_head | {"": plain("206 Partial Content", b"x", content_range="bytes 0-0/123")},
            {state.FILE},
        ),
        "missing": Kind({"": plain("404 Not Found")}, {state.ERROR}),
        "forbidden": Kind({"": plain("403 Forbidden")}, {state.ERROR}),
        "gone": Kind({"": plain("410 Gone")}, {state.ERROR}),
        "unwell": Kind({"": plain("503 Unavailable")}, {state.ERROR}),
        "page": Kind({"": plain(body=b"<p>", content_type="text/html; charset=x")}, {state.PAGE}),
        "empty": Kind({"": plain(content_type="video/mp4")}, {state.EMPTY}),
        "nostore": Kind({"": plain(body=b"x", cache_control="No-Store")}, {state.NOT_CACHED}),
        "private": Kind({"": plain(body=b"x", cache_control="private")}, {state.NOT_CACHED}),
        "moved": Kind(
            {"": plain("302 Found", location=files.url("/film.mp4", "cdn.example.com"))},
            {state.REDIRECTS},
        ),
        "off_the_list": Kind(
            {"": plain("302 Found", location=files.url("/film.mp4", EVIL))}, {state.ELSEWHERE}
        ),
        "to_the_inside": Kind(
            {"": plain("302 Found", location=files.url("/film.mp4", "inside.example.com"))},
            {state.ELSEWHERE},
        ),
        "for_ever": Kind({"": plain("302 Found", location="?again")}, {state.UNSEEN}),
        "endless": Kind(
            no_head | {"": [plain(content_length="99999999"), b"x" * 1000, None]}, {state.FILE}
        ),
        "wrong_length": Kind({"HEAD ": plain(body=b"x" * 1000, content_length="5")}, {state.FILE}),
        "no_http": Kind({"": [b"SSH-2.0-OpenSSH_9.2\r\n\r\n"]}, {state.UNSEEN}),
        "nowhere": Kind({}, {state.UNSEEN}, "gone.example.com"),
        "inside": Kind({}, {state.UNSEEN}, "inside.example.com"),
        "fickle": Kind({"": FILM}, {state.FILE, state.UNSEEN}, "fickle.example.com"),
    }
