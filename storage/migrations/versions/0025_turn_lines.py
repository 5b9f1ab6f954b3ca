"""Who waits in each replica for a turn, so that turns are shared between requests."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "turn_line",
        sa.Column("tenant", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("replica", sa.String(), primary_key=True),
        sa.Column("served_at", sa.Float(), nullable=False),
        sa.Column("asks_until", sa.Float(), nullable=False),
    )
