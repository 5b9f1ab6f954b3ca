"""Files in Slack, from and to Slack's own host alone."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from yarl import URL

from bot.rules.target import Reason
from bot.slack.client import SlackClient
from bot.slack.errors import LACKING, NotSlacksAnswer, code_of
from bot.slack.troubles import SlackFailed, in_a_word

log = logging.getLogger(__name__)

READING, WRITING = "files:read", "files:write"
HOSTS = ("https://files.slack.com", "https://files.slack-gov.com")
"""Where Slack keeps files; what stands in for Slack keeps them at the address of its Web API."""

SLACKS = ("slack.com", "slack-gov.com")
"""At these hosts, and below them, Slack's Web API does what it is asked by whoever has a token."""

WITHIN_S = 10.0
TAKEN_BACK_WITHIN_S = 3.0
"""Of a time of its own, and short: the bot may be stopping."""

MOST_REDIRECTS = 2
CHUNK = 64 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PAGE = "text/html"
CANVAS = "application/vnd.slack-docs"

OF_INFO = {
    LACKING: Reason.FILE_SCOPE,
    "file_deleted": Reason.FILE_GONE,
    "file_not_found": Reason.FILE_NOT_SHOWN,
    "access_denied": Reason.FILE_NOT_SHOWN,
}
OF_STATUS = {
    401: Reason.FILE_NOT_SHOWN,
    403: Reason.FILE_NOT_SHOWN,
    404: Reason.FILE_GONE,
    410: Reason.FILE_GONE,
}


class FileNotFetched(Exception):  # noqa: N818
    """Slack did not give the file; `why` can be told to the person who named it."""

    def __init__(self, why: Reason) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole file."""

    name: str
    content: bytes


class SlackFiles:
    """`session` must leave packed bodies as they are: unpacked, a small one may be endless."""

    def __init__(
        self, client: SlackClient, session: aiohttp.ClientSession, *, within_s: float = WITHIN_S
    ) -> None:
        self._client = client
        self._session = session
        self._within_s = within_s
        api = URL(client.base_url)
        keeping = HOSTS if _is_slack_itself(api) else (*HOSTS, client.base_url)
        self._origins = frozenset(_origin(URL(it)) for it in keeping)
        self._api = _steps(api)

    @property
    def is_granted(self) -> bool:
        """Whether the bot was given the optional scope without which Slack shows it no file."""
        return self._client.bot_token.grants(READING)

    @property
    def may_write(self) -> bool:
        """Whether the bot was given the optional scope with which it may send files."""
        return self._client.bot_token.grants(WRITING)

    async def send(
        self, user_id: str, name: str, content: bytes, message: Mapping[str, Any]
    ) -> None:
        """Post the message to the person alone, and the file below it.

        A file can be shared in a conversation only by the ID of that conversation (bolt-js #2115),
        which the post tells; a file that one person alone sees in a channel does not exist. Raises
        what a call of Slack raises, and then the message is deleted again, after a timeout and on
        cancellation too. It stands without its file where the process is killed between the two
        calls, where Slack posts it and does not say so in time, and where it is not deleted within
        `TAKEN_BACK_WITHIN_S`. The file may stand alone: Slack can share it and not say so.
        """
        posted = None
        try:
            async with asyncio.timeout(self._within_s):
                place = await self._client.files_getUploadURLExternal(
                    filename=name, length=len(content)
                )
                url, file_id = _place_in(place)
                await self._upload(url, content)
                posted = await self._client.chat_postMessage(channel=user_id, **message)
                await self._client.files_completeUploadExternal(
                    files=[{"id": file_id, "title": name}], channel_id=str(posted["channel"])
                )
        except BaseException:
            if posted is not None:
                await self._take_back(str(posted["channel"]), str(posted["ts"]))
            raise

    async def fetch(self, file_id: str, *, most_bytes: int, address: str = "") -> Fetched:
        """The file with this ID, as Slack has it now; raises `FileNotFetched`.

        `address` is where a payload says that the file is. It is tried where Slack says nothing of
        the file, since nobody states that it does so of a file that lies in no channel.
        """
        try:
            async with asyncio.timeout(self._within_s):
                return await self._fetch(file_id, address, most_bytes)
        except FileNotFetched as error:
            log.info("file %s is not read: %s", file_id, error.why)
            raise
        except (*SlackFailed, ValueError) as error:
            # The error's own text may hold the file's address, or a proxy's password.
            log.warning("file %s cannot be fetched: %s", file_id, in_a_word(error))
            raise FileNotFetched(Reason.FILE_UNREACHED) from None

    async def _take_back(self, channel_id: str, ts: str) -> None:
        try:
            async with asyncio.timeout(TAKEN_BACK_WITHIN_S):
                await self._client.chat_delete(channel=channel_id, ts=ts)
        except SlackFailed as error:
            log.warning("a message stands without its file: %s", in_a_word(error))

    async def _upload(self, url: URL, content: bytes) -> None:
        """The address itself is the permission, so it gets no token."""
        if not self._is_slacks(url):
            message = "the address for an upload is none of Slack's"
            raise NotSlacksAnswer(message)
        async with self._session.post(
            url,
            data=content,
            headers={"Content-Type": "application/octet-stream"},
            allow_redirects=False,
            proxy=self._client.proxy_for(str(url)),
        ) as response:
            if response.status != 200:
                message = f"the upload is answered by HTTP {response.status}"
                raise NotSlacksAnswer(message)

    async def _fetch(self, file_id: str, address: str, most_bytes: int) -> Fetched:
        try:
            info = await self._info(file_id)
        except FileNotFetched as error:
            if not address or error.why is not Reason.FILE_NOT_SHOWN:
                raise
            info = {"url_private": address}
        why = _why_not(info, most_bytes)
        if why is not None:
            raise FileNotFetched(why)
        url = info.get("url_private_download") or info.get("url_private")
        content = await self._download(str(url), most_bytes)
        return Fetched(str(info.get("name") or info.get("title") or ""), content)

    async def _info(self, file_id: str) -> Mapping[str, object]:
        """Asked anew for each file: a payload may be old, and of a shared channel it is empty."""
        try:
            answer = await self._client.files_info(file=file_id)
        except SlackApiError as error:
            if why := OF_INFO.get(code_of(error)):
                raise FileNotFetched(why) from None
            raise
        file = answer.get("file")
        return file if isinstance(file, Mapping) else {}

    async def _download(self, address: str, most_bytes: int) -> bytes:
        """Follows Slack from one of its own addresses to another, and nowhere else."""
        url = URL(address)
        if not self._is_slacks(url):
            raise FileNotFetched(Reason.FILE_ELSEWHERE)
        for _ in range(1 + MOST_REDIRECTS):
            async with self._session.get(
                url,
                headers={
                    "Authorization": f"Bearer {self._client.token}",
                    "Accept-Encoding": "identity",
                },
                allow_redirects=False,
                proxy=self._client.proxy_for(str(url)),
            ) as response:
                if response.status not in REDIRECTS:
                    return await self._content(response, most_bytes)
                url = url.join(URL(response.headers.get("Location", "")))
            if not self._is_slacks(url):
                break
        # The sign-in page has another host than the files.
        raise FileNotFetched(self._why_hidden)

    async def _content(self, response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
        if response.status != 200:
            raise FileNotFetched(OF_STATUS.get(response.status, Reason.FILE_UNREACHED))
        if response.content_type == PAGE:
            raise FileNotFetched(self._why_hidden)
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise FileNotFetched(Reason.FILE_UNREACHED)
        content = bytearray()
        async for chunk in response.content.iter_chunked(CHUNK):
            content += chunk
            if len(content) > most_bytes:
                raise FileNotFetched(Reason.FILE_TOO_LARGE)
        return bytes(content)

    @property
    def _why_hidden(self) -> Reason:
        return Reason.FILE_NOT_SHOWN if self.is_granted else Reason.FILE_SCOPE

    def _is_slacks(self, url: URL) -> bool:
        """Whether the token may go there: to files of Slack's, and to no method of its Web API."""
        return url.user is None and _origin(url) in self._origins and not self._is_a_method(url)

    def _is_a_method(self, url: URL) -> bool:
        """A GET with the token calls it; a path that leads back may end at any method."""
        steps, api = _steps(url), self._api
        return ".." in steps or steps[:1] == ["api"] or (bool(api) and steps[: len(api)] == api)


def _why_not(info: Mapping[str, object], most_bytes: int) -> Reason | None:
    """Why a file is not even asked for."""
    mode, kind, size = (info.get(key) for key in ("mode", "mimetype", "size"))
    if mode == "tombstone":
        return Reason.FILE_GONE
    if mode == "hidden_by_limit":
        return Reason.FILE_NOT_SHOWN
    if info.get("is_external") or mode == "external":
        return Reason.FILE_ELSEWHERE
    if kind in (PAGE, CANVAS):
        return Reason.FILE_KIND
    if isinstance(size, int) and size > most_bytes:
        return Reason.FILE_TOO_LARGE
    if not (info.get("url_private_download") or info.get("url_private")):
        return Reason.FILE_NOT_SHOWN
    return None


def _place_in(answer: AsyncSlackResponse) -> tuple[URL, str]:
    """Where the bytes of a new file go, and its ID; raises `NotSlacksAnswer`."""
    address, file_id = answer.get("upload_url"), answer.get("file_id")
    try:
        url = URL(address) if isinstance(address, str) else URL()
    except ValueError:
        url = URL()
    if not url.absolute or not isinstance(file_id, str):
        message = "no place for an upload is told"
        raise NotSlacksAnswer(message)
    return url, file_id


def _is_slack_itself(url: URL) -> bool:
    host = (url.host or "").rstrip(".")
    return any(host == it or host.endswith(f".{it}") for it in SLACKS)


def _steps(url: URL) -> list[str]:
    """The names in the path, however they are written: escaped, doubly so, or with more slashes."""
    path = unquote(url.path).replace("\\", "/").lower()
    return [step for step in path.split("/") if step not in ("", ".")]


def _origin(url: URL) -> tuple[str, str | None, int | None]:
    """Scheme, host and port alone decide where the token goes; the port may be left out."""
    return url.scheme, url.host, url.port
