"""Several replicas: who is alive, and who sent a task."""

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "executor",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("beat_at", UtcDateTime(), nullable=False),
    )
    op.add_column("task", sa.Column("sender", sa.String(), nullable=True))
