"""Which faults are switched on, and for how many more calls."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.sandbox.fakevod.codes import EVERY_FAULT
from bot.sandbox.fakevod.faults import FAULTS, Fault, Moment
from bot.sandbox.fakevod.wire import VOD_OPERATIONS, Operation


@dataclass(frozen=True, slots=True)
class Ordered:
    """A fault that is switched on; left None means until it is cleared."""

    name: str
    since: datetime
    left: int | None
    operations: frozenset[Operation]

    @property
    def fault(self) -> Fault:
        return EVERY_FAULT[self.name]


@dataclass(slots=True)
class FaultBoard:
    active: dict[str, Ordered] = field(default_factory=dict)

    def order(
        self, name: str, *, since: datetime, times: int | None, only: Operation | None
    ) -> None:
        fault = EVERY_FAULT.get(name)
        if fault is None:
            problem = (
                f"no fault is named {name!r}; choose from {', '.join(FAULTS)} or an error code"
            )
            raise ValueError(problem)
        if fault.moment == "socket" and (times, only) != (None, None):
            problem = f"{name} takes neither times nor only: a refused connection says nothing"
            raise ValueError(problem)
        if only is not None and fault.operations != VOD_OPERATIONS and only not in fault.operations:
            problem = f"{name} concerns {', '.join(fault.operations)} calls alone"
            raise ValueError(problem)
        if times is not None and times < 1:
            problem = f"times must be 1 or more, not {times}"
            raise ValueError(problem)
        operations = fault.operations if only is None else frozenset({only})
        self.active[name] = Ordered(name, since, times, operations)

    def clear(self, name: str | None = None) -> None:
        if name is None:
            self.active.clear()
        else:
            self.active.pop(name, None)

    def take_at(self, moment: Moment, operation: Operation) -> Ordered | None:
        """Find the first fault that acts here, and count it down."""
        for ordered in self.active.values():
            if ordered.fault.moment == moment and operation in ordered.operations:
                return self._counted(ordered)
        return None

    def take(self, name: str) -> Ordered | None:
        ordered = self.active.get(name)
        return None if ordered is None else self._counted(ordered)

    def _counted(self, ordered: Ordered) -> Ordered:
        if ordered.left == 1:
            del self.active[ordered.name]
        elif ordered.left is not None:
            self.active[ordered.name] = replace(ordered, left=ordered.left - 1)
        return ordered
