"""App Home."""

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks.home import home_unread
from bot.rules.refusals import HeldUp
from bot.service.prefetch_service import PrefetchService
from bot.words.refusals import sentence
from handlers.language import words_for
from handlers.opening import open_form
from handlers.payloads import asker, optional_text_at


async def show_home(args: AsyncArgs, service: PrefetchService) -> None:
    """Publish the viewer's own home; the messages tab needs none."""
    if optional_text_at(args.body, "event", "tab") == "messages":
        return
    viewer, words = asker(args), words_for(args.body)
    try:
        await service.homes.opened(viewer, words, args.client)
    except HeldUp as held_up:
        # Nobody wrote anything that an answer could go to, and an old view would look new.
        view = home_unread(words, sentence(words, held_up))
        await args.client.views_publish(user_id=viewer.user_id, view=view)


async def ask_from_home(args: AsyncArgs, service: PrefetchService) -> None:
    """*Prefetch…*: the form, with the channel still to be chosen."""
    await open_form(args, service, channel_id=None)
