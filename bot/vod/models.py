"""The answers of the API as values: fields unknown to us are ignored, new statuses are kept."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _or_empty(value: object) -> object:
    return "" if value is None else value


def _or_none_of_them(value: object) -> object:
    return () if value is None else value


# Java services write null where a text or a list is empty.
Text = Annotated[str, BeforeValidator(_or_empty)]
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
NullIsEmpty = BeforeValidator(_or_none_of_them)


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class PrefetchResult(_Value):
    """`status` is as it came; one that is neither `succeed` nor `failed` is not done.

    An answer with control characters is none that could be stored or shown.
    """

    url: str = Field(pattern=PRINTABLE)
    status: Text = Field("", pattern=PRINTABLE)


class CreatedTask(_Value):
    """Only an ID that a person can copy is usable; spaces and control characters are not."""

    task_id: str = Field(pattern=r"^[!-~]{1,128}$")


class PrefetchResults(_Value):
    preheating_results: Annotated[tuple[PrefetchResult, ...], NullIsEmpty]


class AssetBase(_Value):
    """`title` is what somebody typed: it may hold anything."""

    title: Text = ""


def _or_empty_base(value: object) -> object:
    return AssetBase() if value is None else value


class AssetInfo(_Value):
    """`status` is as it came; only `PUBLISHED` can be prefetched."""

    asset_id: str
    status: Text = ""
    base_info: Annotated[AssetBase, BeforeValidator(_or_empty_base)] = AssetBase()


class AssetInfos(_Value):
    asset_info_array: Annotated[tuple[AssetInfo, ...], NullIsEmpty]
