"""Files: what the app is told of them, and how it gets or gives their bytes.

What a download answers is as reported: to nobody known it answers 302 to the sign-in page of the
workspace (deno-slack-sdk #285), without the scope 200 with that page (vercel/eve #1531). What it
answers about a file that is gone or not shown to the app is inferred.
"""

import re
from dataclasses import replace
from urllib.parse import quote, urlsplit

from aiohttp import web

from bot.sandbox.fakeslack.arguments import Arguments
from bot.sandbox.fakeslack.backend import Backend
from bot.sandbox.fakeslack.json_types import Json
from bot.sandbox.fakeslack.method import Method
from bot.sandbox.fakeslack.refusals import ApiError, invalid_arguments
from bot.sandbox.fakeslack.workspace import File, Upload

READING, WRITING = "files:read", "files:write"
CONVERSATION = re.compile("^[CGDZ][A-Z0-9]{8,}$")
SIGN_IN = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head></html>"


def file_info(backend: Backend, arguments: Arguments) -> Json:
    """Of a file in a channel without the app Slack says the same as of one that never was."""
    file = backend.workspace.files.get(arguments.required("file"))
    if file is None or not backend.workspace.shows_to_app(file):
        raise ApiError("file_not_found")
    if file.is_deleted:
        raise ApiError("file_deleted")
    return {"file": file_body(backend, file), "comments": []}


def file_body(backend: Backend, file: File) -> Json:
    """The file as messages, inputs and files.info carry it."""
    place = f"{backend.base_url}/files-pri/{backend.app.team_id}-{file.id}"
    body: Json = {
        "id": file.id,
        "created": int(backend.now()),
        "timestamp": int(backend.now()),
        "name": file.name,
        "title": file.name,
        "mimetype": file.mimetype,
        "filetype": file.name.rpartition(".")[2],
        "user": file.user_id,
        "user_team": backend.app.team_id,
        "size": len(file.content),
        "mode": "external" if file.elsewhere else "hosted",
        "is_external": bool(file.elsewhere),
        "external_type": "gdrive" if file.elsewhere else "",
        "is_public": False,
        "file_access": "visible",
    }
    if file.elsewhere:
        return body | {"url_private": file.elsewhere}
    return body | {
        "url_private": f"{place}/{quote(file.name)}",
        "url_private_download": f"{place}/download/{quote(file.name)}",
    }


def upload_url(backend: Backend, arguments: Arguments) -> Json:
    """Where the bytes of a file go, which is shown to nobody before the upload is completed."""
    name, length = arguments.required("filename"), arguments.required("length")
    if not (length.isdecimal() and int(length) > 0):
        raise invalid_arguments("must be greater than 0 [json-pointer:/length]")
    file = File(backend.ids.new("F"), name, "text/plain", b"", backend.app.bot_user_id)
    backend.uploads[file.id] = Upload(file, int(length))
    return {"upload_url": f"{backend.base_url}/upload/v1/{file.id}", "file_id": file.id}


def complete_upload(backend: Backend, arguments: Arguments) -> Json:
    """Share uploaded files in a conversation; it takes no person's ID (bolt-js #2115)."""
    wanted, channel_id = arguments.json("files"), arguments.text("channel_id")
    if channel_id and not CONVERSATION.fullmatch(channel_id):
        pattern = CONVERSATION.pattern
        message = f"input must match regex pattern: {pattern} [json-pointer:/channel_id]"
        raise invalid_arguments(message)
    listed = wanted if isinstance(wanted, list) else []
    found = [backend.uploads.get(str(one.get("id"))) for one in listed if isinstance(one, dict)]
    files = [upload.file for upload in found if upload and upload.is_whole]
    if not files or len(files) != len(listed):
        raise ApiError("file_not_found")
    if channel_id:
        channel = backend.workspace.channels.get(channel_id)
        if channel is None or backend.app.bot_user_id not in channel.members:
            raise ApiError("channel_not_found")
    for file in files:
        del backend.uploads[file.id]
        backend.workspace.files[file.id] = file
    bodies = [file_body(backend, file) for file in files]
    if channel_id:
        text = arguments.text("initial_comment")
        backend.workspace.post(channel_id, backend.app.bot_user_id, text, files=bodies)
    return {"files": bodies}


class Downloads:
    """Takes and serves the bytes of files, and the sign-in page to whoever may not have them."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def join(self, application: web.Application) -> None:
        application.router.add_get("/files-pri/{place}/{name:.+}", self._download)
        application.router.add_post("/upload/v1/{file_id}", self._upload)
        application.router.add_get("/", self._sign_in)

    async def _download(self, request: web.Request) -> web.Response:
        file_id = request.match_info["place"].rpartition("-")[2]
        file = self._backend.workspace.files.get(file_id)
        is_known = request.headers.get("Authorization") == f"Bearer {self._backend.app.bot_token}"
        self._backend.log.add("download", file_id, is_known=is_known)
        self._backend.changes.announce()
        if not is_known:
            return self._to_sign_in(request)
        if READING not in self._backend.app.scopes:
            return web.Response(text=SIGN_IN, content_type="text/html")
        if file is None or file.is_deleted or file.elsewhere:
            return web.Response(status=404)
        if not self._backend.workspace.shows_to_app(file):
            return self._to_sign_in(request)
        return web.Response(body=file.content, headers={"Content-Type": file.mimetype})

    async def _upload(self, request: web.Request) -> web.Response:
        """The address alone is the permission; what is answered to a wrong length is inferred."""
        upload = self._backend.uploads.get(request.match_info["file_id"])
        content = await request.read()
        with_token = "Authorization" in request.headers
        self._backend.log.add("upload", request.match_info["file_id"], with_token=with_token)
        if upload is None or len(content) != upload.length:
            return web.Response(status=400, text="Bad Request")
        whole = replace(upload.file, content=content)
        self._backend.uploads[whole.id] = replace(upload, file=whole, is_whole=True)
        return web.Response(text=f"OK - {len(content)}")

    async def _sign_in(self, request: web.Request) -> web.Response:
        with_token = "Authorization" in request.headers
        self._backend.log.add("download", "sign-in", with_token=with_token)
        return web.Response(text=SIGN_IN, content_type="text/html")

    def _to_sign_in(self, request: web.Request) -> web.Response:
        """The workspace has a host of its own, as it has in Slack."""
        port = urlsplit(self._backend.base_url).port
        where = f"http://localhost:{port}/?redir={quote(request.path, safe='')}"
        return web.Response(status=302, headers={"Location": where})


FILE_METHODS = {
    "files.info": Method(file_info, (READING,)),
    "files.getUploadURLExternal": Method(upload_url, (WRITING,)),
    "files.completeUploadExternal": Method(complete_upload, (WRITING,)),
}
