"""Why a card does not stand in its channel: Slack's code instead of the sentence of that time."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

REQUEST = sa.table("request", sa.column("id", sa.String()), sa.column("card_reason", sa.String()))
CODES = {
    (
        "The bot is not a member there; type `/invite @prefetch-bot` in that channel."
    ): "not_in_channel",
    (
        "The bot is not a member there. If it is a private channel, type `/invite @prefetch-bot` in"
        " that channel. A message among people takes no bot."
    ): "channel_not_found",
    # In a direct message, as the request's own channel tells.
    (
        "It was asked for in a direct message between people, and no bot can join one."
    ): "channel_not_found",
    "The channel is archived.": "is_archived",
    # Slack has four codes for what this sentence said.
    "The workspace lets the bot post there no longer.": "restricted_action",
    "The channel is read-only.": "restricted_action_read_only_channel",
    "The channel takes replies only.": "restricted_action_thread_only_channel",
    "The channel takes no replies.": "restricted_action_non_threadable_channel",
    "The thread is locked.": "restricted_action_thread_locked",
}
OTHER = re.compile(r"Slack takes no message of the bot there \(`(?P<code>[^`]*)`\)\.")


def upgrade() -> None:
    connection = op.get_bind()
    # In the order of the key, as 0019 takes its rows.
    rows = connection.execute(
        sa.select(REQUEST).where(REQUEST.c.card_reason.is_not(None)).order_by(REQUEST.c.id)
    ).all()
    for request_id, reason in rows:
        code = code_in(reason)
        if code is not None:
            connection.execute(
                sa.update(REQUEST)
                # A replica of the earlier version may have written another sentence meanwhile.
                .where(REQUEST.c.id == request_id, REQUEST.c.card_reason == reason)
                .values(card_reason=code)
            )


def code_in(sentence: str) -> str | None:
    """The code that the sentence was made of; None when it is not recognised for certain."""
    if sentence in CODES:
        return CODES[sentence]
    found = OTHER.fullmatch(sentence)
    return found and found["code"]
