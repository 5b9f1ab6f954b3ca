"""What was left out of a list, as a text file and the message above it."""

from collections.abc import Sequence

from bot.blocks.modals import plain_text_of
from bot.blocks.text import Block, place_of_item, section
from bot.rules.target import Rejected
from bot.words.language import Words

FILE_NAME = "not-sent.txt"


def file_of(words: Words, rejected: Sequence[Rejected]) -> str:
    """Each reason once, and below it in the list's own order everything that it is for.

    As on the screen an address stands here without what signs it.
    """
    reasons: dict[str, list[str]] = {}
    for item in rejected:
        name = " ".join((item.text or words.rejections.FILE_WITHOUT_NAME).splitlines())
        place = plain_text_of(words, place_of_item(words, item.at))
        reasons.setdefault(words.rejections.reason(item), []).append(f"{name}{place}")
    parts = [
        "\n".join([plain_text_of(words, reason), *(f"    {name}" for name in names)])
        for reason, names in reasons.items()
    ]
    return "\n\n".join(parts) + "\n"


def message_of(words: Words, rejected: Sequence[Rejected]) -> Block:
    text = words.answers.left_out(len(rejected))
    return {"text": text, "blocks": [section(text)]}
