"""Why the cloud refuses every call, and when one is made to see whether it still does."""

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "obstacle",
        sa.Column("tenant", sa.String(), primary_key=True),
        sa.Column("cause", sa.String()),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("probes", sa.Integer(), nullable=False),
        sa.Column("next_probe_at", UtcDateTime(), nullable=False),
        sa.Column("tried_by", sa.String()),
        sa.Column("tried_at", UtcDateTime()),
        sa.Column("over_at", UtcDateTime()),
    )
