"""Finding the requests that hold a target; apart, as no replica may wait for two tables at once."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("target_name", "target", ["name"], postgresql_using="hash")
