"""a promise knows what the shop's systems showed of it already when it was made"""

import sqlalchemy as sa
from alembic import op

revision = "promise_proof"
down_revision = "weekly_counts"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("promises", sa.Column("shown_before", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("promises", "shown_before")
