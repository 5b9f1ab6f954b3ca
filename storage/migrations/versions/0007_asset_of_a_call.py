"""Which asset a call is for, when its URLs have taken its place among the targets.

Calls of before need none: until then the asset itself is the target, and is found by its name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task", sa.Column("asset_id", sa.String(), nullable=True))
    op.create_index("task_asset_id", "task", ["asset_id"])
