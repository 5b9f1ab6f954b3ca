"""What a process writes to see whether the database takes it."""

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "probe",
        sa.Column("replica", sa.String(), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
