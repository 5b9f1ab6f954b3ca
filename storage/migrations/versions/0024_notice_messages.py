"""The messages that tell people what they have to hear."""

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_message",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("thread_ts", sa.String()),
        sa.Column("claimed_by", sa.String()),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("begun_at", UtcDateTime()),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("refusal", sa.String()),
        sa.Column("posted_channel", sa.String()),
        sa.Column("posted_ts", sa.String()),
        sa.Column("settled_at", UtcDateTime()),
        sa.Column("outcome", sa.String()),
    )
    op.create_index("notice_message_open", "notice_message", ["settled_at", "next_at"])
