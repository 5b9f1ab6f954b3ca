"""Finding the requests that hold a target already: by URL, and by the asset of a call."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task", sa.Column("asset_id", sa.String(), nullable=True))
    op.execute(
        "UPDATE task SET asset_id = (SELECT MIN(name) FROM target WHERE kind = 'asset'"
        " AND target.request_id = task.request_id AND target.task_position = task.position)"
    )
    op.create_index("task_asset_id", "task", ["asset_id"])
    op.create_index("target_name", "target", ["name"], postgresql_using="hash")
