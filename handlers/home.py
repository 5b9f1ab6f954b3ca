"""App Home."""

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks.home import home
from bot.service import PrefetchService
from handlers.opening import open_form
from handlers.payloads import asker, optional_text_at


async def show_home(args: AsyncArgs, service: PrefetchService) -> None:
    """Publish the viewer's own home; the messages tab needs none."""
    if optional_text_at(args.body, "event", "tab") == "messages":
        return
    viewer = asker(args)
    view = home(await service.quota(), await service.recent(viewer), now=service.now())
    await args.client.views_publish(user_id=viewer.user_id, view=view)


async def ask_from_home(args: AsyncArgs, service: PrefetchService) -> None:
    """*Prefetch…*: the form, with the channel still to be chosen."""
    await open_form(args, service, channel_id=None)
