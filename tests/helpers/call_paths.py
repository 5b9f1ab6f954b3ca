"""Which functions of the bot lead to a call: what is on the stack, and who started each task."""

import asyncio
import sys
from collections.abc import Collection, Coroutine, Generator, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

from tests.helpers.running_bot import ROOT

PACKAGES = tuple(f"{ROOT / name}/" for name in ("bot", "handlers", "storage"))
NO_PRODUCT = f"{ROOT / 'bot' / 'sandbox'}/"

CallPath = tuple[str, ...]
"""Functions as `file:name`, the outermost first."""


class CallPaths:
    """The path to each call of the functions that are watched, in the order of the calls."""

    def __init__(self, watched: Collection[CodeType]) -> None:
        self.found: dict[CodeType, list[CallPath]] = {code: [] for code in watched}
        self._started_by: dict[asyncio.Task[Any], CallPath] = {}

    @contextmanager
    def watch(self) -> Iterator[None]:
        """For the running event loop and the thread that it runs in."""
        loop = asyncio.get_running_loop()
        loop.set_task_factory(self._start)
        sys.setprofile(self._note)
        try:
            yield
        finally:
            sys.setprofile(None)
            loop.set_task_factory(None)

    def _start(
        self,
        loop: asyncio.AbstractEventLoop,
        work: Coroutine[Any, Any, Any] | Generator[Any, None, Any],
        **options: Any,  # noqa: ANN401  # as asyncio calls it
    ) -> asyncio.Task[Any]:
        task = asyncio.Task(work, loop=loop, **options)
        self._started_by[task] = self._path_to(sys._getframe())
        return task

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code in self.found:
            self.found[frame.f_code].append(self._path_to(frame))

    def _path_to(self, frame: FrameType | None) -> CallPath:
        names = []
        while frame is not None:
            if _is_a_function_of_the_bot(frame.f_code):
                file = frame.f_code.co_filename.removeprefix(f"{ROOT}/")
                names.append(f"{file}:{frame.f_code.co_qualname}")
            frame = frame.f_back
        task = asyncio.current_task()
        before = self._started_by.get(task, ()) if task else ()
        return (*before, *reversed(names))


def _is_a_function_of_the_bot(code: CodeType) -> bool:
    is_product = code.co_filename.startswith(PACKAGES)
    is_comprehension = code.co_name.startswith("<") and code.co_name != "<lambda>"
    return is_product and not code.co_filename.startswith(NO_PRODUCT) and not is_comprehension
