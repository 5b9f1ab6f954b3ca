"""One open tab: who looks, and what has been told to them."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.fakeslack import Delivery, Person
from bot.sandbox.page.conversations import Conversations
from bot.sandbox.page.news import Calls, Hello, Home, Ledger, Modals, News, Records, Status
from bot.sandbox.page.scene import Scene
from bot.sandbox.page.shown import Shown


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action came to: how Slack got it to the app, or something to show."""

    delivery: Delivery | None = None
    result: object = None


class Tab:
    def __init__(self, scene: Scene, person: Person) -> None:
        self.scene = scene
        self.person = person
        self.conversations = Conversations(scene.slack, person.id)
        self._news: tuple[News, ...] = (
            Hello(scene, person),
            Status(scene),
            self.conversations,
            Modals(person),
            Home(person),
            Records(scene),
            Calls(scene),
            Ledger(scene),
        )

    def news(self) -> Iterator[Shown]:
        """Every frame that is due, hello first."""
        for part in self._news:
            yield from part.look()
