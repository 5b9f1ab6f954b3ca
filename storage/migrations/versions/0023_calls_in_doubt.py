"""Finding the calls in doubt, of which there are few among very many."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_WHERE = sa.text("status = 'unknown'")


def upgrade() -> None:
    op.create_index(
        "task_in_doubt", "task", ["request_id"], sqlite_where=_WHERE, postgresql_where=_WHERE
    )
