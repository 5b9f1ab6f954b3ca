"""Getting one payload to the app: the first attempt, and the later ones when it stays silent."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.sandbox.fakeslack.changes import Changes
from bot.sandbox.fakeslack.journal import Journal, masked_envelope
from bot.sandbox.fakeslack.json_types import Json

ACK_SECONDS = 3.0
# At once, after one minute, after five, as the Events API documents its three retries.
RETRY_PAUSES = (0.0, 60.0, 300.0)
TIMED_OUT = "operation_timeout"
UNREACHABLE = "dispatch_failed"


@dataclass(frozen=True, slots=True)
class Acked:
    payload: Json | None


@dataclass(frozen=True, slots=True)
class TimedOut:
    pass


@dataclass(frozen=True, slots=True)
class Refused:
    """The app answered with an HTTP status other than 200, or could not be reached."""

    why: str
    retry: bool = True


@dataclass(frozen=True, slots=True)
class NobodyThere:
    """No socket was open; Slack does not keep what it could not send."""


Answer = Acked | TimedOut | Refused | NobodyThere


class Transport(Protocol):
    async def send(self, envelope: Json, within_s: float) -> Answer: ...

    def repeats(self, envelope_type: str, /) -> bool:
        """Whether Slack sends this type of envelope again when nobody acknowledges it."""
        ...


@dataclass(slots=True)
class Delivery:
    """One payload on its way; `attempts` goes on counting while Slack redelivers.

    `error` is what the person is told of: operation_timeout, dispatch_failed, or the reason why
    what the app answered could not be shown.
    """

    envelope: Json
    payload: Json | None = None
    seconds: float | None = None
    error: str | None = None
    attempts: int = 0

    @property
    def is_acked(self) -> bool:
        return self.seconds is not None


class Courier:
    def __init__(
        self,
        transport: Transport,
        *,
        log: Journal,
        changes: Changes,
        ack_seconds: float = ACK_SECONDS,
        retry_pauses: Sequence[float] = RETRY_PAUSES,
    ) -> None:
        self.transport = transport
        self._log = log
        self._changes = changes
        self._ack_seconds = ack_seconds
        self._retry_pauses = retry_pauses
        self._retries: set[asyncio.Task[None]] = set()
        self._last: Json | None = None

    async def deliver(self, envelope_type: str, payload: Json, *, answerable: bool) -> Delivery:
        """Return at the acknowledgement or when the person would be told that there is none."""
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "type": envelope_type,
            "payload": payload,
            "accepts_response_payload": answerable,
        }
        if envelope_type == "events_api":
            envelope |= {"retry_attempt": 0, "retry_reason": ""}
        self._last = envelope
        delivery = Delivery(envelope)
        answer = await self._attempt(delivery, envelope)
        if _wants_retry(answer) and self.transport.repeats(envelope_type):
            self._retry_in_background(delivery)
        return delivery

    async def redeliver_last(self) -> Delivery:
        """Send the last envelope once more at once, as Slack does when it missed an ack."""
        if self._last is None:
            message = "nothing has been delivered yet"
            raise LookupError(message)
        delivery = Delivery(self._last)
        await self._attempt(delivery, _again(self._last, attempt=1))
        return delivery

    async def close(self) -> None:
        for retry in self._retries:
            retry.cancel()
        await asyncio.gather(*self._retries, return_exceptions=True)

    async def _attempt(self, delivery: Delivery, envelope: Json) -> Answer:
        delivery.attempts += 1
        self._log.add("envelope", envelope["type"], envelope=masked_envelope(envelope))
        clock = asyncio.get_running_loop()
        started = clock.time()
        answer = await self.transport.send(envelope, self._ack_seconds)
        self._settle(delivery, answer, clock.time() - started)
        return answer

    def _settle(self, delivery: Delivery, answer: Answer, seconds: float) -> None:
        facts = {"envelope_id": delivery.envelope["envelope_id"], "seconds": seconds}
        match answer:
            case Acked(payload):
                delivery.payload, delivery.seconds = payload, seconds
                self._log.add("ack", delivery.envelope["type"], payload=payload, **facts)
            case TimedOut():
                delivery.error = delivery.error or TIMED_OUT
                self._log.add("trouble", TIMED_OUT, **facts)
            case Refused(why):
                delivery.error = delivery.error or UNREACHABLE
                self._log.add("trouble", UNREACHABLE, why=why, **facts)
            case NobodyThere():
                delivery.error = delivery.error or UNREACHABLE
                self._log.add("trouble", UNREACHABLE, why="no socket is open", **facts)
        self._changes.announce()

    def _retry_in_background(self, delivery: Delivery) -> None:
        retry = asyncio.create_task(self._retry(delivery))
        self._retries.add(retry)
        retry.add_done_callback(self._retries.discard)

    async def _retry(self, delivery: Delivery) -> None:
        for attempt, pause in enumerate(self._retry_pauses, start=1):
            await asyncio.sleep(pause)
            envelope = _again(delivery.envelope, attempt=attempt)
            if not _wants_retry(await self._attempt(delivery, envelope)):
                return


def _again(envelope: Json, *, attempt: int) -> Json:
    return {**envelope, "retry_attempt": attempt, "retry_reason": "timeout"}


def _wants_retry(answer: Answer) -> bool:
    return isinstance(answer, TimedOut) or (isinstance(answer, Refused) and answer.retry)
