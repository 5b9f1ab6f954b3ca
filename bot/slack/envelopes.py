"""What Bolt answers to an envelope of Socket Mode, as the socket carries it."""

import json
import logging

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.connection import Json

log = logging.getLogger(__name__)


async def acknowledgement(app: AsyncApp, envelope: Json) -> Json | None:
    """None where Bolt failed: Slack then sends the envelope again."""
    request = SocketModeRequest.from_dict(envelope)
    if request is None:
        log.warning("Slack sent an envelope without a payload")
        return None
    response = await run_async_bolt_app(app, request)
    if response.status != 200:
        log.warning("Bolt answered %d to an envelope", response.status)
        return None
    acknowledged: Json = {"envelope_id": envelope["envelope_id"]}
    # To an envelope that takes no answer Slack would have to guess what one means.
    if not response.body or not envelope.get("accepts_response_payload"):
        return acknowledged
    kind = response.headers.get("content-type", [""])[0]
    is_json = kind.startswith("application/json")
    return acknowledged | {
        "payload": json.loads(response.body) if is_json else {"text": response.body}
    }
