"""Named trouble: bringing it about, undoing it, and telling which holds now."""

from collections.abc import Iterator
from dataclasses import replace

from bot.sandbox.fakeslack.backend import Backend
from bot.sandbox.fakeslack.cast import LAUNCH
from bot.sandbox.fakeslack.faults import CALL_FAULTS, FAULTS

POSTING = "chat:write"
NEW_BLOCKS = ("data_table", "data_visualization")


class Troubles:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def bring_about(self, name: str, times: int | None = None) -> None:
        """For as many calls as FAULTS says, or `times`; a second time starts it anew."""
        if name not in FAULTS:
            message = f"no fault {name!r}; there are {', '.join(FAULTS)}"
            raise LookupError(message)
        self._backend.faults.clear(name)
        for fault in CALL_FAULTS.get(name, ()):
            self._backend.faults.add(replace(fault, name=name, times=times or fault.times))
        if name == "not-in-channel":
            self._backend.workspace.leave(LAUNCH, self._backend.app.bot_user_id)
        elif name == "channel-archived":
            self._backend.workspace.archive(LAUNCH)
        elif name == "missing-scope":
            self._backend.app.scopes.discard(POSTING)
        elif name == "no-charts":
            self._backend.app.unknown_blocks.update(NEW_BLOCKS)

    def undo(self, name: str | None = None) -> None:
        """Undo one, or all of them."""
        for one in (name,) if name else tuple(self.active()):
            self._backend.faults.clear(one)
            if one == "not-in-channel":
                self._backend.workspace.join(LAUNCH, self._backend.app.bot_user_id)
            elif one == "channel-archived":
                self._backend.workspace.unarchive(LAUNCH)
            elif one == "missing-scope":
                self._backend.app.scopes.add(POSTING)
            elif one == "no-charts":
                self._backend.app.unknown_blocks.clear()

    def active(self) -> dict[str, int | None]:
        """How many more calls each spoils; None stands for all of them."""
        return self._backend.faults.left() | dict.fromkeys(self._lasting())

    def _lasting(self) -> Iterator[str]:
        channel = self._backend.workspace.channels[LAUNCH]
        if self._backend.app.bot_user_id not in channel.members:
            yield "not-in-channel"
        if channel.is_archived:
            yield "channel-archived"
        if POSTING not in self._backend.app.scopes:
            yield "missing-scope"
        if self._backend.app.unknown_blocks:
            yield "no-charts"
