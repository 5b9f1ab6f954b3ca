"""Trouble on demand: what Slack answers instead of the right thing, and how often."""

from dataclasses import dataclass, replace

RATE_LIMITED = 429
ALWAYS = 1_000_000
FEW = ALWAYS // 2


@dataclass(frozen=True, slots=True)
class Fault:
    """`error` None only delays. `applied` means that the call takes effect and its answer is lost.

    `method` "*" means any method; `times` counts down with each call that it spoils.
    `retry_after_s` may be any text that Slack or a proxy before it writes into the header; with
    None there is no such header. `page` is HTML that comes instead of JSON.
    `name` is the one of FAULTS that brought it about.
    """

    method: str
    error: str | None = "ratelimited"
    status: int = 200
    retry_after_s: float | str | None = 1
    times: int = 1
    latency_s: float = 0.0
    applied: bool = False
    page: str | None = None
    name: str = ""

    @property
    def http_status(self) -> int:
        return RATE_LIMITED if self.error == "ratelimited" else self.status


# The names that `--fault` of the command line knows.
FAULTS: dict[str, str] = {
    "slack-429": "Slack answers 429 to the first two posts and the first two edits",
    "slack-500": "Slack answers 500 to the first two posts and the first two edits",
    "slack-slow": "every call to Slack takes two seconds",
    "not-in-channel": "the bot is not a member of #launch",
    "channel-archived": "#launch has been archived",
    "missing-scope": "the app was installed without chat:write",
    "no-charts": "the workspace has no charts and no tables yet",
    "trigger-expired": "Slack refuses the first two modals as too late",
}
CALL_FAULTS: dict[str, tuple[Fault, ...]] = {
    "slack-429": (Fault("chat.postMessage", times=2), Fault("chat.update", times=2)),
    "slack-500": (
        Fault("chat.postMessage", "internal_error", status=500, times=2),
        Fault("chat.update", "internal_error", status=500, times=2),
    ),
    "slack-slow": (Fault("*", None, latency_s=2.0, times=ALWAYS),),
    "trigger-expired": (Fault("views.open", "expired_trigger_id", times=2),),
}


class FaultPlan:
    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def take(self, method: str) -> Fault | None:
        """The next fault for this method, used up by one."""
        for position, fault in enumerate(self._faults):
            if fault.method in (method, "*"):
                self._use_up(position, fault)
                return fault
        return None

    def clear(self, name: str) -> None:
        """Forget the faults that came about by this name."""
        self._faults = [fault for fault in self._faults if fault.name != name]

    def forget(self, method: str) -> None:
        self._faults = [fault for fault in self._faults if fault.method != method]

    def left(self) -> dict[str, int | None]:
        """How many more calls each named fault spoils; None stands for all of them."""
        counts: dict[str, int | None] = {}
        for fault in self._faults:
            if fault.name and fault.times >= FEW:
                counts[fault.name] = None
            elif fault.name:
                counts[fault.name] = (counts.get(fault.name) or 0) + fault.times
        return counts

    def _use_up(self, position: int, fault: Fault) -> None:
        if fault.times <= 1:
            del self._faults[position]
        else:
            self._faults[position] = replace(fault, times=fault.times - 1)
