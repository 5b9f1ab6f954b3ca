"""A call is charged to the day on which it goes out; an audit row cannot be replaced either."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit_event", "ledger_entry")


def upgrade() -> None:
    op.add_column("task", sa.Column("quota_date", sa.Date(), nullable=True))
    op.execute(
        "UPDATE task SET quota_date ="
        " (SELECT quota_date FROM request WHERE request.id = task.request_id)"
    )
    with op.batch_alter_table("task") as task:
        task.alter_column("quota_date", nullable=False)
    if op.get_bind().dialect.name == "sqlite":
        # INSERT OR REPLACE deletes the old row without asking the triggers on DELETE.
        for table in APPEND_ONLY:
            op.execute(
                f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"  # noqa: S608
                f" WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"
                f" BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
            )
