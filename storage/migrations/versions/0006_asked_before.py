"""Which asset a call is for, and which requests held files of a new one already."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task", sa.Column("asset_id", sa.String(), nullable=True))
    asset = (
        "FROM target WHERE kind = 'asset' AND target.request_id = task.request_id"
        " AND target.task_position = task.position"
    )
    op.execute(
        f"UPDATE task SET asset_id = (SELECT MIN(name) {asset})"  # noqa: S608
        f" WHERE EXISTS (SELECT 1 {asset})"
    )
    op.create_index("task_asset_id", "task", ["asset_id"])
    # The default stays, for replicas of the version before.
    known = sa.Column("asked_before", sa.JSON(), nullable=False, server_default="[]")
    op.add_column("request", known)
