"""When a person chose the time in the modal, so that the last of two choices wins."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("draft", sa.Column("time_chosen_ts", sa.String()))
