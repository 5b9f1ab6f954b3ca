"""Finding the requests that hold a target."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("target_name", "target", ["name"], postgresql_using="hash")
