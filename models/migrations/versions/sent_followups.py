"""what a customer was sent lately is found by an index of its own, also in a table that was never analysed"""

import sqlalchemy as sa
from alembic import op

revision = "sent_followups"
down_revision = "desk_2"
branch_labels = depends_on = None


def upgrade() -> None:
    sent = sa.text("status = 'sent'")
    op.create_index(
        "ix_followups_sent", "followups", ["conversation_id", "closed_at"], postgresql_where=sent, sqlite_where=sent
    )


def downgrade() -> None:
    op.drop_index("ix_followups_sent", "followups")
