"""Media assets that the stand-in knows, with examples that hold what is awkward in real ones."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

AssetState: TypeAlias = Literal["published", "unpublished", "blocked", "cdn off", "missing"]

ERROR_BY_STATE: dict[AssetState, str] = {
    "unpublished": "VOD.10060",
    "blocked": "VOD.10099",
    "cdn off": "VOD.10110",
    "missing": "VOD.10062",
}
_WELL_FORMED = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Output:
    """One transcoded stream; a DASH output may come without a URL."""

    play_type: str
    url: str | None
    quality: str = "SD"


@dataclass(frozen=True, slots=True)
class Asset:
    asset_id: str
    title: str
    state: AssetState = "published"
    outputs: tuple[Output, ...] = ()
    description: str = ""
    category: str = "Other"
    create_time: str = "20240229120000"
    duration: int = 120
    size: int = 48_000_000

    @property
    def original_url(self) -> str:
        return f"https://1.cdn-vod.huaweicloud.com/asset/{self.asset_id}/source.mp4"

    @property
    def play_outputs(self) -> tuple[Output, ...]:
        return self.outputs or (Output("MP4", self.original_url, "original"),)

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(output.url for output in self.play_outputs if output.url is not None)

    @property
    def status(self) -> str:
        return "CREATED" if self.state == "unpublished" else "PUBLISHED"


@dataclass(slots=True)
class AssetShelf:
    fixtures: dict[str, Asset]

    @classmethod
    def holding(cls, assets: Iterable[Asset]) -> "AssetShelf":
        return cls({asset.asset_id: asset for asset in assets})

    def find(self, asset_id: str, *, any_asset_exists: bool) -> Asset:
        """Answer with a fixture, or invent one; what does not exist has the state `missing`."""
        if asset_id in self.fixtures:
            return self.fixtures[asset_id]
        if any_asset_exists and _WELL_FORMED.fullmatch(asset_id):
            return Asset(asset_id, f"Asset {asset_id[:8]}")
        return Asset(asset_id, "", "missing")

    def listed(self) -> list[Asset]:
        """Newest first."""
        present = [asset for asset in self.fixtures.values() if asset.state != "missing"]
        return sorted(present, key=lambda asset: asset.create_time, reverse=True)


def _play_url(asset_id: str, name: str) -> str:
    return f"https://1-cn-north-4.cdn-vod.huaweicloud.com/asset/{asset_id}/play_video/{name}"


# The asset of the API page's own example.
_EXAMPLE = "f488337c31c8e4622f1590735b134c65"
_LAUNCH = "6c61756e63686b65796e6f7465303031"
_OPENING = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"

EXAMPLE_ASSETS: tuple[Asset, ...] = (
    Asset(
        _LAUNCH,
        "Launch keynote",
        outputs=(
            Output("HLS", _play_url(_LAUNCH, "index.m3u8"), "FHD"),
            Output("HLS", _play_url(_LAUNCH, "launch_854X480_600_0.m3u8"), "SD"),
            Output("MP4", _play_url(_LAUNCH, "launch_1280X720_1000_0.mp4"), "HD"),
        ),
        description="The film shown at the spring launch",
        category="Launch",
        create_time="20240229180000",
    ),
    Asset(
        _OPENING,
        "开场视频 opening film",
        outputs=(
            Output("HLS", _play_url(_OPENING, "视频点播 VOD 视频_1_854X480_600_0.m3u8"), "SD"),
            Output("DASH", None, "SD"),
        ),
        description="视频点播",
        category="Launch",
        create_time="20240229170000",
    ),
    Asset("1111111111111111111111111111aaaa", "Draft trailer", "unpublished"),
    Asset("2222222222222222222222222222bbbb", "Blocked by review", "blocked"),
    Asset("3333333333333333333333333333cccc", "Internal training", "cdn off"),
    Asset("4444444444444444444444444444dddd", "Deleted last week", "missing"),
    Asset("5555555555555555555555555555eeee", "Product tour", create_time="20240229160000"),
    Asset(_EXAMPLE, "Teaser", create_time="20240229150000"),
)
