"""What an older copy of the database is recognised by."""

import secrets

import sqlalchemy as sa
from alembic import op

from storage.column_types import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    life = op.create_table(
        "life",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("steps", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("restored_at", UtcDateTime(), nullable=True),
        sa.Column("cards_due", sa.Boolean(), nullable=False),
    )
    op.bulk_insert(
        life, [{"id": 1, "identity": secrets.token_hex(16), "steps": 0, "cards_due": False}]
    )
