"""What Slack has refused about the card of a request."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The defaults stay: without them SQLite would make the table anew, which tasks refer to.
    op.add_column(
        "request", sa.Column("card_refusals", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("request", sa.Column("card_refusal", sa.String(), nullable=True))
    op.add_column(
        "request",
        sa.Column("card_given_up", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
