"""What a person does at their Slack client."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.sandbox.fakeslack import payloads
from bot.sandbox.fakeslack.acks import (
    read_suggestions,
    show_command_ack,
    show_submission_ack,
    tell,
)
from bot.sandbox.fakeslack.backend import StepRun
from bot.sandbox.fakeslack.composer import check_length, escaped, rich_text
from bot.sandbox.fakeslack.delivery import Delivery
from bot.sandbox.fakeslack.forms import Typed, check_complete, files_in, filled
from bot.sandbox.fakeslack.gestures import (
    Surface,
    chosen,
    clicked,
    is_reported_at_once,
    on_screen,
    reported,
    suggestions,
    touched,
)
from bot.sandbox.fakeslack.identifiers import new_token
from bot.sandbox.fakeslack.json_types import Blocks, Json
from bot.sandbox.fakeslack.refusals import CannotDoError, IncompleteFormError
from bot.sandbox.fakeslack.senders import Sender
from bot.sandbox.fakeslack.views import View
from bot.sandbox.fakeslack.workspace import Channel, Message


class Person(Sender):
    """Only does what the Slack client would let this person do; else CannotDoError."""

    def act_in(self, team_id: str) -> None:
        """Switch to another workspace; only one of the same organisation offers that."""
        app = self._backend.app
        if team_id != self.user.team_id and (
            app.organisation_of(team_id) is None
            or app.organisation_of(team_id) != app.organisation_of(self.user.team_id)
        ):
            message = f"{self.user.name} has no account in {team_id}"
            raise CannotDoError(message)
        self.user = replace(self.user, acting_in=team_id)

    async def command(self, channel_id: str, command: str, text: str = "") -> Delivery:
        check_length(f"{command} {text}")
        channel = self._writable(channel_id)
        offered = self._backend.app.command(command)
        if offered is None:
            tell(self._backend, channel_id, self.id, f"{command} is not a valid command.")
            return Delivery({}, error="invalid_command")
        typed = escaped(text) if offered.get("should_escape") else text
        payload = payloads.slash_command(self._backend.app, self.user, channel, command, typed)
        payload["response_url"] = self._response_url("commands", channel_id)
        payload["trigger_id"] = self._trigger(channel_id)
        delivery = await self._courier.deliver("slash_commands", payload, answerable=True)
        show_command_ack(self._backend, delivery)
        return self._told(delivery)

    async def message_shortcut(
        self, callback_id: str, channel_id: str, message_ts: str
    ) -> Delivery:
        self._check_offered("message", callback_id)
        message = self._seen(channel_id, message_ts)
        payload = payloads.message_action(
            self._backend.app,
            self.user,
            self._backend.workspace.channels[channel_id],
            message,
            callback_id=callback_id,
            action_ts=self._backend.ids.timestamp(),
        )
        payload["response_url"] = self._response_url("app", channel_id)
        return await self._interact(payload | {"trigger_id": self._trigger(channel_id)})

    async def global_shortcut(self, callback_id: str) -> Delivery:
        self._check_offered("global", callback_id)
        action_ts = self._backend.ids.timestamp()
        payload = payloads.global_shortcut(self._backend.app, self.user, callback_id, action_ts)
        return await self._interact(payload | {"trigger_id": self._trigger()})

    async def click(
        self,
        surface: Surface,
        action_id: str,
        block_id: str | None = None,
        value: str | None = None,
    ) -> Delivery:
        """Press a button or pick from an overflow menu; a confirmation dialog is accepted."""
        shown = on_screen(self._backend, self.user, surface)
        block, element = touched(shown, action_id, block_id, value)
        action = clicked(block, element, value, self._backend.ids.timestamp())
        return await self._interact(reported(self._backend, self.user, shown, action))

    async def choose(
        self, surface: Surface, action_id: str, value: object, block_id: str | None = None
    ) -> Delivery | None:
        """Choose in a select, a picker or checkboxes; None when Slack keeps it to itself."""
        shown = on_screen(self._backend, self.user, surface)
        block, element = touched(shown, action_id, block_id, None)
        shown, action = chosen(self._backend, self.user, shown, block, element, value=value)
        self._backend.changes.announce()
        if not is_reported_at_once(block, element):
            return None
        return await self._interact(reported(self._backend, self.user, shown, action))

    async def suggest(self, view: View, block_id: str, action_id: str, text: str) -> Delivery:
        """Type into an external select; the answered options can be chosen afterwards."""
        shown = self._modal(view)
        payload = payloads.block_suggestion(
            self._backend.app,
            self.user,
            shown,
            block_id=block_id,
            action_id=action_id,
            value=text,
        )
        delivery = await self._interact(payload)
        options = read_suggestions(self._backend, delivery)
        self._backend.suggestions[(view.id, block_id, action_id)] = options
        return delivery

    async def submit(self, view: View, values: Typed | None = None) -> Delivery:
        """Fill in the modal and submit it; IncompleteFormError when the client keeps it open."""
        shown = self._modal(view)
        if shown.body["submit"] is None:
            message = f"the modal {shown.title!r} has no submit button"
            raise CannotDoError(message)
        submitted = self._filled_in(shown, values or {})
        self._backend.workspace.handed_in |= files_in(submitted.values)
        urls = self._conversation_urls(submitted)
        payload = payloads.view_submission(self._backend.app, self.user, submitted, urls)
        delivery = await self._interact(payload | {"trigger_id": self._trigger(view=submitted)})
        show_submission_ack(self._backend, delivery, submitted)
        return self._told(delivery)

    async def close(self, view: View) -> Delivery | None:
        """Press Close; None when the view did not ask Slack to report it."""
        shown = self._modal(view)
        cleared = bool(shown.body["clear_on_close"])
        if cleared:
            self._backend.views.clear(self.id)
        else:
            self._backend.views.close(shown)
        self._backend.changes.announce()
        if not shown.body["notify_on_close"]:
            return None
        payload = payloads.view_closed(self._backend.app, self.user, shown, is_cleared=cleared)
        return await self._interact(payload)

    async def open_home(self, tab: str = "home") -> Delivery | None:
        """Open the app's home; None when the manifest does not subscribe to app_home_opened."""
        channel = self._backend.workspace.direct_message(self.id)
        event_ts = self._backend.ids.timestamp()
        event = payloads.app_home_opened(self.user, channel.id, tab=tab, event_ts=event_ts)
        if tab == "home" and (home := self.home):
            event["view"] = payloads.view_body(self._backend.app, self.user, home)
        return await self._tell_app(event)

    async def run_step(self, callback_id: str, inputs: Mapping[str, Any]) -> StepRun:
        """Run the app's Workflow Builder step; `slack.step_runs` holds how it ends."""
        step = self._backend.app.step(callback_id)
        if step is None:
            message = f"the manifest offers no step {callback_id}"
            raise CannotDoError(message)
        run = StepRun(self._backend.ids.new("Fx"), callback_id)
        self._backend.step_runs[run.id] = run
        token = new_token("xwfp", "900800700")
        self._backend.app.workflow_tokens.add(token)
        event = {
            "type": "function_executed",
            "function": payloads.step_function(self._backend.app, callback_id, step),
            "inputs": dict(inputs),
            "function_execution_id": run.id,
            "event_ts": self._backend.ids.timestamp(),
            "bot_access_token": token,
        }
        await self._tell_app(event)
        return run

    async def say(
        self,
        channel_id: str,
        text: str,
        blocks: Blocks | None = None,
        attachments: Blocks | None = None,
        files: Blocks | None = None,
        thread_ts: str | None = None,
    ) -> Message:
        channel = self._writable(channel_id)
        if thread_ts is not None:
            thread_ts = self._thread(channel_id, thread_ts)
        message = self._backend.workspace.post(
            channel.id,
            self.id,
            escaped(text),
            blocks=blocks or rich_text(text, self._backend.ids.short()),
            attachments=attachments or [],
            files=files or [],
            thread_ts=thread_ts,
        )
        self._backend.changes.announce()
        return message

    def _writable(self, channel_id: str) -> Channel:
        channel = self._backend.workspace.channels[channel_id]
        if channel.is_archived or self.id not in channel.members:
            why = "it is archived" if channel.is_archived else "they are not a member"
            message = f"{self.user.name} cannot write in #{channel.name}: {why}"
            raise CannotDoError(message)
        return channel

    def _thread(self, channel_id: str, ts: str) -> str:
        """The message on which the thread hangs: a reply has no thread of its own."""
        for message in self.sees(channel_id):
            if message.ts == ts and not message.is_ephemeral:
                return message.thread_ts or message.ts
        text = f"{self.user.name} finds no message {ts} to answer"
        raise CannotDoError(text)

    def _seen(self, channel_id: str, ts: str) -> Message:
        message = self._backend.workspace.message(channel_id, ts)
        if message is None or message not in self.sees(channel_id) or message.is_ephemeral:
            text = f"{self.user.name} finds no message {ts} to answer or use a shortcut on"
            raise CannotDoError(text)
        return message

    def _modal(self, view: View) -> View:
        shown = on_screen(self._backend, self.user, view)
        if not isinstance(shown, View) or shown.body["type"] != "modal":
            message = "that is not a modal"
            raise CannotDoError(message)
        return shown

    def _filled_in(self, view: View, typed: Typed) -> View:
        options: dict[str, Json] = {}
        for block_id, inputs in typed.items():
            for action_id in inputs:
                options |= suggestions(self._backend, view, block_id, action_id)
        values = filled(view.blocks, view.values, typed, options.get)
        submitted = self._backend.views.keep(replace(view, values=values, errors={}, notice=None))
        try:
            check_complete(submitted.blocks, values)
        except IncompleteFormError as error:
            self._backend.views.keep(replace(submitted, errors={error.block_id: error.message}))
            raise
        return submitted
