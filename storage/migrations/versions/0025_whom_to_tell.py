"""Whom to tell of the end of a request, and of which ends."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request", sa.Column("tell", sa.String()))
    op.add_column("request", sa.Column("also_tell", sa.JSON()))
