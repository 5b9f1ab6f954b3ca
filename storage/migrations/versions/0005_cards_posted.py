"""How many cards of a request may stand: one too many, when the answer of a post was lost."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The default stays: without it SQLite would make the table anew, which tasks refer to.
    count = sa.Column("cards_posted", sa.Integer(), nullable=False, server_default="1")
    op.add_column("request", count)
