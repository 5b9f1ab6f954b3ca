"""What a look at the targets of a draft finds while its modal is open: advice, no decision."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.rules.address import plain_host, split_address
from bot.rules.looks import Answer, Fault, NotSeen
from bot.rules.target import Asset, Target, Url


class AssetState(StrEnum):
    """Whether the cloud would prefetch an asset; what it would refuse comes first."""

    MISSING = "missing"
    UNPUBLISHED = "unpublished"
    UNFINISHED = "unfinished"
    BROKEN = "broken"
    PUBLISHED = "published"
    OTHER = "other"
    NOT_TOLD = "not_told"


ASSET_STATES = {
    "PUBLISHED": AssetState.PUBLISHED,
    "CREATED": AssetState.UNPUBLISHED,
    "CANCELLED": AssetState.UNPUBLISHED,
    "CREATING": AssetState.UNFINISHED,
    "UNCREATED": AssetState.UNFINISHED,
    "WAITING_TRANSCODE": AssetState.UNFINISHED,
    "OBS_CREATING": AssetState.UNFINISHED,
    "OBS_CREATE_SUCCESS": AssetState.UNFINISHED,
    "FAILED": AssetState.BROKEN,
    "UPLOAD_FAILED": AssetState.BROKEN,
    "OBS_CREATE_FAILED": AssetState.BROKEN,
    "NO_ASSET": AssetState.MISSING,
    # As the example of the vendor's page writes it.
    "NOASSET": AssetState.MISSING,
    "DELETED": AssetState.MISSING,
    "DELETING": AssetState.MISSING,
}
"""By the cloud's words for the status of an asset in its call `asset/info`."""

REFUSED_BY_THE_CLOUD = frozenset(
    {AssetState.UNPUBLISHED, AssetState.UNFINISHED, AssetState.BROKEN, AssetState.MISSING}
)
"""Only a published asset is prefetched (VOD.10060, VOD.10062)."""


class AddressState(StrEnum):
    """What an address leads to, as seen by the bot; what warms nothing comes first."""

    ERROR = "error"
    PAGE = "page"
    EMPTY = "empty"
    NOT_CACHED = "not_cached"
    ELSEWHERE = "elsewhere"
    """It redirects to a host that the bot may not look at."""
    UNSEEN = "unseen"
    REDIRECTS = "redirects"
    FILE = "file"


WARMS_NOTHING = frozenset({AddressState.ERROR, AddressState.PAGE, AddressState.EMPTY})
"""What forbids caching is not among them: the rules of a domain may say otherwise."""

PAGES = frozenset({"text/html", "application/xhtml+xml"})
TOO_MANY_REQUESTS = 429
NO_FIRST_BYTE = 416
"""The answer for the first byte of a file that has none."""

NOT_LOOKED_AT = frozenset(
    {Fault.NOT_NAMED, Fault.OTHER_PORT, Fault.PRIVATE_HOST, Fault.UNKNOWN_HOST}
)
"""Of a redirect: it leads where the bot does not look, whatever there is."""

_DIRECTIVE = re.compile(r'([a-z-]+)\s*(?:=\s*("[^"]*"?|[^\s,]*))?', re.IGNORECASE)
_MARK = re.compile(r"[0-9a-f]{1,1800}")


@dataclass(frozen=True, slots=True)
class AssetFinding:
    """One asset as the cloud describes it; `status` is the cloud's word, empty where it says none.

    `title` is what somebody typed there, and has to be made harmless before it is shown.
    """

    asset: Asset
    state: AssetState
    title: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class AddressFinding:
    """One address as the bot sees it; what the server does not say is None or empty.

    `size` is in bytes. `host` is whose fault it was, or where the redirects led. The texts are the
    server's, and have to be made harmless before they are shown.
    """

    url: Url
    state: AddressState
    status: int = 0
    size: int | None = None
    content_type: str = ""
    cache_control: str = ""
    host: str = ""
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What was found about the targets of one draft, in the order in which they are sent.

    `unasked` counts further assets that nobody asked about, and `untried` further addresses.
    """

    assets: tuple[AssetFinding, ...] = ()
    unasked: int = 0
    addresses: tuple[AddressFinding, ...] = ()
    untried: int = 0

    @property
    def failing(self) -> frozenset[Target]:
        """The targets that would spend quota, or a call, and warm nothing."""
        assets = {it.asset for it in self.assets if it.state in REFUSED_BY_THE_CLOUD}
        addresses = {
            it.url
            for it in self.addresses
            # Being looked at too often says nothing of the file.
            if it.state in WARMS_NOTHING and it.status != TOO_MANY_REQUESTS
        }
        return frozenset(assets | addresses)

    def without(self, targets: Collection[Target]) -> "Look":
        """The same look for a draft without these targets."""
        return replace(
            self,
            assets=tuple(it for it in self.assets if it.asset not in targets),
            addresses=tuple(it for it in self.addresses if it.url not in targets),
        )

    @property
    def has_assets(self) -> bool:
        """Whether anything was found out about an asset."""
        return any(it.state is not AssetState.NOT_TOLD for it in self.assets)

    @property
    def has_found(self) -> bool:
        """Whether anything was found out at all."""
        return self.has_assets or bool(self.addresses)

    def __bool__(self) -> bool:
        """Whether there is anything to tell, be it that addresses were not tried."""
        return self.has_found or bool(self.untried)


def asset_state(status: str) -> AssetState:
    """A word that is new is no fault; one that is missing says nothing."""
    if not status:
        return AssetState.NOT_TOLD
    return ASSET_STATES.get(status.upper(), AssetState.OTHER)


def not_told(assets: Sequence[Asset]) -> list[AssetFinding]:
    """What is known of assets of which the cloud has said nothing."""
    return [AssetFinding(asset, AssetState.NOT_TOLD) for asset in assets]


def address_finding(url: Url, seen: Answer | NotSeen) -> AddressFinding:
    """What the answer of a server, or that there is none, says of an address."""
    if isinstance(seen, NotSeen):
        is_elsewhere = seen.redirects and seen.fault in NOT_LOOKED_AT
        state = AddressState.ELSEWHERE if is_elsewhere else AddressState.UNSEEN
        return AddressFinding(url, state, host=seen.host, fault=seen.fault)
    return AddressFinding(
        url,
        _state(seen),
        seen.status,
        seen.size,
        _media_type(seen),
        seen.cache_control or seen.pragma,
        plain_host(split_address(seen.final_url).host) if seen.redirects else "",
    )


def mark_of(targets: Sequence[Target], chosen: Collection[Target]) -> str:
    """Which of the targets are chosen, in hexadecimal: the bit of each place."""
    return f"{sum(1 << place for place, it in enumerate(targets) if it in chosen):x}"


def marked(targets: Sequence[Target], mark: str) -> frozenset[Target] | None:
    """The targets that `mark_of` was told; None for what is no mark of these targets."""
    if not _MARK.fullmatch(mark) or int(mark, 16) >> len(targets):
        return None
    bits = int(mark, 16)
    return frozenset(it for place, it in enumerate(targets) if bits >> place & 1)


def _state(seen: Answer) -> AddressState:
    if seen.status == NO_FIRST_BYTE:
        return AddressState.EMPTY
    if not 200 <= seen.status < 300:
        return AddressState.ERROR
    if _media_type(seen) in PAGES:
        return AddressState.PAGE
    if seen.size == 0:
        return AddressState.EMPTY
    if _forbids_caching(seen):
        return AddressState.NOT_CACHED
    return AddressState.REDIRECTS if seen.redirects else AddressState.FILE


def _media_type(seen: Answer) -> str:
    return seen.content_type.partition(";")[0].strip().lower()


def _forbids_caching(seen: Answer) -> bool:
    """By what a cache that many share has to obey (RFC 9111, 5.2.2)."""
    found = _DIRECTIVE.findall(seen.cache_control)
    says = {name.lower(): value.strip('"') for name, value in found}
    if not says:
        return "no-cache" in seen.pragma.lower()
    # With a value they speak of the fields that it names, and of nothing else.
    if any(says.get(name) == "" for name in ("no-store", "private", "no-cache")):
        return True
    age = says.get("s-maxage", says.get("max-age", ""))
    return age.isdigit() and int(age) == 0
