"""What people are told once, stored with its cause."""

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String()),
        sa.Column("request_id", sa.String()),
        sa.Column("reply_to", sa.String()),
        sa.Column("bundle", sa.String()),
        sa.Column("is_direct", sa.Boolean(), nullable=False),
        sa.Column("maybe_told", sa.Boolean(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("dropped_at", UtcDateTime()),
        sa.Column("message_id", sa.String()),
    )
    op.create_index("notice_waiting", "notice", ["message_id", "due_at"])
    op.create_index("notice_request", "notice", ["request_id"])
