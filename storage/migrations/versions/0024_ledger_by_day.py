"""Finding what a quota day came to, by person and channel."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ledger_entry_day", "ledger_entry", ["tenant", "day"])
