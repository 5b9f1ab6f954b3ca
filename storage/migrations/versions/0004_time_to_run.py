"""A request may be sent later: when, on the request and on the draft that proposed it."""

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("draft", "request"):
        op.add_column(table, sa.Column("run_at", UtcDateTime(), nullable=True))
