"""Which requests held files of a new one already, when it was confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The default stays, for replicas of the version before.
    known = sa.Column("asked_before", sa.JSON(), nullable=False, server_default="[]")
    op.add_column("request", known)
