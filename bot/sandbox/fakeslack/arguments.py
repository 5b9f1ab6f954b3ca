"""The arguments of a Web API call, whatever the encoding in which they came."""

import json
from collections.abc import Iterator, Mapping

from aiohttp import web

from bot.sandbox.fakeslack.json_types import Json
from bot.sandbox.fakeslack.refusals import ApiError, invalid_arguments

TRUE = {"1", "true", "True", True}


class Arguments(Mapping[str, object]):
    def __init__(self, given: Json) -> None:
        self.given = given

    def text(self, name: str, default: str = "") -> str:
        value = self.given.get(name)
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        value = self.given.get(name)
        if value is None or value == "":
            message = f"missing required field: {name}"
            raise invalid_arguments(message)
        return str(value)

    def flag(self, name: str) -> bool:
        return self.given.get(name) in TRUE

    def json(self, name: str) -> object:
        """Decode what a form can only carry as text."""
        value = self.given.get(name)
        if value is None:
            message = f"missing required field: {name}"
            raise invalid_arguments(message)
        if not isinstance(value, str):
            return value
        try:
            decoded: object = json.loads(value)
        except ValueError:
            message = f"must provide an object [json-pointer:/{name}]"
            raise invalid_arguments(message) from None
        return decoded

    def __getitem__(self, name: str) -> object:
        return self.given[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.given)

    def __len__(self) -> int:
        return len(self.given)


async def read_arguments(request: web.Request) -> Arguments:
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        given |= _json_object(await request.text())
    elif request.can_read_body:
        form = await request.post()
        given |= {name: value for name, value in form.items() if isinstance(value, str)}
    return Arguments(given)


def _json_object(body: str) -> Json:
    try:
        given = json.loads(body or "{}")
    except ValueError:
        raise ApiError("invalid_json") from None
    if not isinstance(given, dict):
        raise ApiError("json_not_object")
    return given
