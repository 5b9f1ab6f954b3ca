"""The time zone in which the days of the quota are counted."""

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quota_zone",
        sa.Column("tenant", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
    )
