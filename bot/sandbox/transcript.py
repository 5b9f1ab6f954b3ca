"""A conversation as one person reads it, written out for a terminal."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from rich.cells import cell_len

from bot.sandbox.fakeslack import FakeSlack, Message, Person, View
from bot.sandbox.plain_words import PlainWords

MODAL_WIDTH = 72


def transcript(slack: FakeSlack, person: Person, channel_id: str | None = None) -> str:
    """What this person sees now, in one channel or in all, with the modals that are open."""
    channels = [channel_id] if channel_id else list(slack.workspace.channels)
    parts = [_conversation(slack, person, channel) for channel in channels]
    words = PlainWords(slack.workspace)
    parts += [modal_box(view, words) for view in person.views]
    return "\n\n".join(part for part in parts if part)


def message_lines(message: Message, words: PlainWords) -> list[str]:
    """One message; the fallback text stands only where there are no blocks."""
    author = words.names.get(message.user_id, message.user_id)
    marks = [mark for mark, shown in _marks(message) if shown]
    lines = list(words.blocks(message.blocks)) if message.blocks else words.text(message.text)
    for attachment in message.attachments:
        lines = [*lines, *_indented(_attachment(attachment, words), "| ")]
    files = [f"[file {file.get('name', file.get('id'))}]" for file in message.files]
    indent = "    " if message.thread_ts not in (None, message.ts) else ""
    head = " ".join([f"{author}:", *marks])
    return _indented([head, *_indented([*lines, *files], "  ")], indent)


def modal_box(view: View, words: PlainWords) -> str:
    """A modal in a box: title, what it says and asks, its buttons."""
    body = list(words.blocks(view.blocks, values=view.values, errors=view.errors))
    buttons = [view.body.get(name) for name in ("close", "submit")]
    labels = [f"[{words.plain(button['text'])}]" for button in buttons if button]
    notice = [f"! {view.notice}"] if view.notice else []
    return "\n".join(_boxed(view.title, [*body, *notice, "", " ".join(labels)]))


def _conversation(slack: FakeSlack, person: Person, channel_id: str) -> str:
    words = PlainWords(slack.workspace)
    messages = _threaded(person.sees(channel_id))
    if not messages:
        return ""
    channel = slack.workspace.channels[channel_id]
    name = "direct message" if channel.is_im else f"#{channel.name}"
    lines = [line for message in messages for line in message_lines(message, words)]
    return "\n".join([name, "-" * len(name), *lines])


def _threaded(messages: Sequence[Message]) -> list[Message]:
    """Replies stand under the message that they answer."""
    return sorted(messages, key=lambda message: (message.thread_ts or message.ts, message.ts))


def _marks(message: Message) -> Iterator[tuple[str, bool]]:
    yield "(only visible to you)", message.is_ephemeral
    yield "(edited)", message.edited_ts is not None


def _attachment(attachment: dict[str, object], words: PlainWords) -> list[str]:
    blocks = attachment.get("blocks")
    if isinstance(blocks, list):
        return list(words.blocks(blocks))
    spoken = [attachment.get(name) for name in ("pretext", "title", "text")]
    return [line for part in spoken if part for line in words.text(str(part))]


def _indented(lines: Sequence[str], indent: str) -> list[str]:
    return [indent + line if line else line for line in lines]


def _boxed(title: str, lines: Sequence[str]) -> list[str]:
    inner = MODAL_WIDTH - 4
    folded = [piece for line in lines for piece in _folded(line, inner)]
    top = _padded(f"┌─ {title} ", MODAL_WIDTH - 1, "─") + "┐"
    rows = [f"│ {_padded(piece, inner, ' ')} │" for piece in folded]
    return [top, *rows, "└" + "─" * (MODAL_WIDTH - 2) + "┘"]


def _folded(line: str, width: int) -> list[str]:
    # A Chinese character is two cells wide, so a line of them folds at half the length.
    longest = width if cell_len(line) == len(line) else width // 2
    return wrap(line, longest) or [""]


def _padded(line: str, width: int, filling: str) -> str:
    return line + filling * (width - cell_len(line))
