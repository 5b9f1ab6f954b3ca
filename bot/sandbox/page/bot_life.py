"""The bot process as the levers see it: starting, up or down."""

from typing import Literal

from bot.sandbox.fakeslack import CannotDoError
from bot.sandbox.stage import BotFailedToStart, Stage

State = Literal["starting", "up", "down"]
LAST_WORDS = 3


class BotLife:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._is_starting = False

    @property
    def state(self) -> State:
        if self._is_starting:
            return "starting"
        return "up" if self._stage.bot.is_running else "down"

    @property
    def exit_code(self) -> int | None:
        return self._stage.bot.exit_code

    def log(self, last: int) -> list[str]:
        return self._stage.bot.log[-last:]

    async def start(self) -> None:
        """Return when it is connected; CannotDoError when it runs already or gives up."""
        if self.state != "down":
            message = f"the bot is {self.state} already"
            raise CannotDoError(message)
        self._is_starting = True
        try:
            await self._stage.start_bot()
        except BotFailedToStart:
            message = f"the bot did not start: {' / '.join(self.log(LAST_WORDS))}"
            raise CannotDoError(message) from None
        except TimeoutError:
            message = "the bot runs, but has not connected to Slack"
            raise CannotDoError(message) from None
        finally:
            self._is_starting = False

    async def kill(self) -> None:
        """SIGKILL, and gone from Slack as well when this returns."""
        if not self._stage.bot.is_running:
            message = "the bot is down already"
            raise CannotDoError(message)
        await self._stage.bot.kill()
        await self._stage.slack.wait_until(lambda: not self._stage.slack.connections)
