"""what falls due is found by an index of what is pending; a customer's allowance is known to every process"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "what_falls_due"
down_revision = "staff"
branch_labels = depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversations") as table:
        table.add_column(sa.Column("allowance", sa.Float(), nullable=True))
        table.add_column(sa.Column("allowance_at", models.base.Utc(), nullable=True))
    with op.batch_alter_table("followups") as table:
        table.add_column(sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
        table.drop_index("ix_followups_status")
        table.drop_index("ix_followups_due_at")
    pending = sa.text("status = 'pending'")
    op.create_index("ix_followups_due", "followups", ["due_at"], postgresql_where=pending, sqlite_where=pending)


def downgrade() -> None:
    op.drop_index("ix_followups_due", "followups")
    with op.batch_alter_table("followups") as table:
        table.drop_column("tries")
        table.create_index("ix_followups_status", ["status"])
        table.create_index("ix_followups_due_at", ["due_at"])
    with op.batch_alter_table("conversations") as table:
        table.drop_column("allowance_at")
        table.drop_column("allowance")
