"""How a person's Slack client tells the app what the person does."""

from bot.sandbox.fakeslack import payloads
from bot.sandbox.fakeslack.backend import Backend
from bot.sandbox.fakeslack.delivery import Courier, Delivery
from bot.sandbox.fakeslack.json_types import Json
from bot.sandbox.fakeslack.onlookers import Onlooker
from bot.sandbox.fakeslack.refusals import CannotDoError
from bot.sandbox.fakeslack.views import View

ANSWERABLE = frozenset({"block_suggestion", "view_submission"})
"""Of what is interactive; recorded envelopes of shortcuts and clicks take no answer."""


class Sender(Onlooker):
    """Sends to the app only what the manifest lets it hear of."""

    def __init__(self, backend: Backend, courier: Courier, user_id: str) -> None:
        super().__init__(backend, user_id)
        self._courier = courier

    def _conversation_urls(self, view: View) -> list[Json]:
        urls = []
        for block in view.blocks:
            element = block.get("element") or {}
            if element.get("response_url_enabled"):
                held = view.values[block["block_id"]][element["action_id"]]
                channel_id = str(held.get("selected_conversation") or held["selected_channel"])
                urls.append(
                    {
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "channel_id": channel_id,
                        "response_url": self._response_url("app", channel_id),
                    }
                )
        return urls

    def _check_offered(self, kind: str, callback_id: str) -> None:
        if self._backend.app.shortcut(kind, callback_id) is None:
            message = f"the manifest offers no {kind} shortcut {callback_id}"
            raise CannotDoError(message)

    def _response_url(self, kind: str, channel_id: str) -> str:
        return self._backend.response_urls.issue(kind, channel_id=channel_id, user_id=self.id)

    def _trigger(self, channel_id: str | None = None, view: View | None = None) -> str:
        if view is not None:
            return self._backend.triggers.issue(
                self.id, channel_id=view.channel_id, view_id=view.id
            )
        return self._backend.triggers.issue(self.id, channel_id=channel_id)

    async def _interact(self, payload: Json) -> Delivery:
        if not self._backend.app.is_interactive:
            message = "interactivity is off in the manifest, so Slack would not tell the app"
            raise CannotDoError(message)
        answerable = payload["type"] in ANSWERABLE
        return await self._courier.deliver("interactive", payload, answerable=answerable)

    async def _tell_app(self, event: Json) -> Delivery | None:
        if not self._backend.app.hears(event["type"]):
            return None
        payload = payloads.event_callback(
            self._backend.app,
            self.user,
            event,
            self._backend.ids.new("Ev"),
            is_shared=not self._backend.app.is_colleague(self.user.team_id),
        )
        return await self._courier.deliver("events_api", payload, answerable=False)

    def _told(self, delivery: Delivery) -> Delivery:
        self._backend.changes.announce()
        return delivery
