"""The calls that a prefetch needs, and the look at assets before it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from bot.vod.errors import NotSent, OutcomeUnknown, VodError
from bot.vod.exchange import ADVICE, Authentication, exchange, is_advice, unusable
from bot.vod.models import AssetInfo, AssetInfos, CreatedTask, PrefetchResult, PrefetchResults
from bot.vod.signing import query_string

Shape = TypeVar("Shape", bound=BaseModel)

MAX_URLS = 10
MAX_ASSETS = 10
"""The most that one call describes."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the cloud last answered to any call, in a few words without secret or address."""

    words: str
    at: datetime


class VodClient:
    """Makes each call once, or once more after a refused IAM token; the rest the caller decides.

    `last_answer` is None until the first call has ended.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        endpoint: str,
        project_id: str,
        auth: Authentication,
        now: Callable[[], datetime],
    ) -> None:
        self.last_answer: Heard | None = None
        self._now = now
        self._http = http
        self._root = f"{endpoint.rstrip('/')}/v1.0/{project_id}"
        self._auth = auth
        self._headers = {
            "Content-Type": "application/json",
            "X-Project-Id": project_id,
            # A compressed answer could grow a thousandfold between two looks at its size.
            "Accept-Encoding": "identity",
        }

    async def create_prefetch(self, *, asset_id: str = "", urls: Sequence[str] = ()) -> str:
        """The task_id of one call, for an asset or for 1 to 10 URLs, which are sent as they are.

        The task is then queued, and takes three to five minutes.
        """
        request = self._http.build_request(
            "POST",
            f"{self._root}/asset/preheating",
            content=json.dumps(_body(asset_id, urls)).encode(),
            headers=self._headers,
        )
        return (await self._read(request, CreatedTask)).task_id

    def try_again(self) -> None:
        """Send the next call although the key or the password was refused a moment ago."""
        self._auth.try_again()

    async def show_prefetch(self, task_id: str) -> tuple[PrefetchResult, ...]:
        """One result for each URL; none at all means not done."""
        # The whole URL is built here: httpx keeps it byte for byte, but would spell `params`
        # in another way than the signature does.
        url = f"{self._root}/asset/preheating?{query_string([('task_id', task_id)])}"
        request = self._http.build_request("GET", url, headers=self._headers)
        return (await self._read(request, PrefetchResults)).preheating_results

    async def show_assets(self, asset_ids: Sequence[str]) -> tuple[AssetInfo, ...]:
        """What the cloud knows of 1 to 10 assets; it may leave out those that it does not know."""
        if not 1 <= len(asset_ids) <= MAX_ASSETS:
            message = f"{len(asset_ids)} assets, but one call takes 1 to {MAX_ASSETS}"
            raise ValueError(message)
        # Repeated names, as the vendor's own SDK writes them.
        query = query_string([("asset_id", asset_id) for asset_id in asset_ids])
        url = f"{self._root}/asset/info?{query}"
        request = self._http.build_request("GET", url, headers=self._headers, extensions=ADVICE)
        return (await self._read(request, AssetInfos)).asset_info_array

    async def _read(self, request: httpx.Request, shape: type[Shape]) -> Shape:
        try:
            answer = await exchange(self._http, request, self._auth)
        except VodError as error:
            self._note(request, _words_of(error))
            raise
        self._note(request, f"{answer.status} {_phrase(answer.status)}".rstrip())
        try:
            return shape.model_validate_json(answer.content)
        except ValidationError as error:
            missing = ".".join(str(part) for part in error.errors()[0]["loc"])
            why = f"the answer holds no usable {missing}" if missing else "not a JSON object"
        # Outside the except clause: pydantic's error quotes the answer, URLs and all.
        raise unusable(answer, why)

    def _note(self, request: httpx.Request, words: str | None) -> None:
        if words is not None and not is_advice(request):
            self.last_answer = Heard(words, self._now())


def _body(asset_id: str, urls: Sequence[str]) -> dict[str, str | list[str]]:
    if bool(asset_id.strip()) == bool(urls):
        raise ValueError("either an asset ID or URLs are needed")
    if len(urls) > MAX_URLS:
        message = f"{len(urls)} URLs, but one call takes 1 to {MAX_URLS}"
        raise ValueError(message)
    return {"urls": list(urls)} if urls else {"asset_id": asset_id}


def _words_of(error: VodError) -> str | None:
    """None for a call that was not made, because its key is spared after a refusal."""
    if error.status is not None:
        return f"HTTP {error.status}" + (f" ({error.code})" if error.code else "")
    if isinstance(error, OutcomeUnknown):
        return "no answer"
    return "not reached" if isinstance(error, NotSent) else None


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase.lower() if status in {*HTTPStatus} else ""
