"""Where a card stands that takes no edit any longer, until it is deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request", sa.Column("outdated_card_channel", sa.String(), nullable=True))
    op.add_column("request", sa.Column("outdated_card_ts", sa.String(), nullable=True))
