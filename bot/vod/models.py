"""The answers of the API as values: fields unknown to us are ignored, new statuses are kept."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

PROCESSING = "processing"
SUCCEED = "succeed"
FAILED = "failed"


def _or_empty(value: object) -> object:
    return "" if value is None else value


def _or_none_of_them(value: object) -> object:
    return () if value is None else value


# Java services write null where a text or a list is empty.
Text = Annotated[str, BeforeValidator(_or_empty)]
NullIsEmpty = BeforeValidator(_or_none_of_them)


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class PrefetchResult(_Value):
    """`status` is as it came; one that is neither succeed nor failed is not done."""

    url: str
    status: Text = ""

    @property
    def is_final(self) -> bool:
        # The purge API writes its statuses in capitals.
        return self.status.lower() in {SUCCEED, FAILED}


class AssetSummary(_Value):
    """`duration` is in seconds, `create_time` as the service wrote it."""

    asset_id: str
    title: Text = ""
    asset_status: Text = ""
    media_type: Text = ""
    create_time: Text = ""
    duration: float | None = None


class AssetPage(_Value):
    """`total` stops counting at 20,000."""

    total: int = 0
    assets: Annotated[tuple[AssetSummary, ...], NullIsEmpty]


class PlayInfo(_Value):
    """One transcoded output; some DASH outputs come without a URL."""

    url: Text = ""
    play_type: Text = ""


class BaseInfo(_Value):
    title: Text = ""
    video_url: Text = ""


class AssetInfo(_Value):
    """`status` is as it came, NO_ASSET or NOASSET for an unknown asset."""

    asset_id: str
    status: Text = ""
    base_info: BaseInfo | None = None
    play_info_array: Annotated[tuple[PlayInfo, ...], NullIsEmpty] = ()

    @property
    def title(self) -> str:
        return self.base_info.title if self.base_info else ""

    @property
    def play_urls(self) -> tuple[str, ...]:
        """URLs of the transcoded outputs, each once, in the service's order."""
        return tuple(dict.fromkeys(info.url for info in self.play_info_array if info.url))


class CreatedTask(_Value):
    """Only an ID that a person can copy is usable; spaces and control characters are not."""

    task_id: str = Field(pattern=r"^[!-~]{1,128}$")


class PrefetchResults(_Value):
    preheating_results: Annotated[tuple[PrefetchResult, ...], NullIsEmpty]


class AssetInfos(_Value):
    asset_info_array: Annotated[tuple[AssetInfo, ...], NullIsEmpty]
