"""the replies of one conversation and the handovers of one member of staff are found by an index"""

from alembic import op

revision = "of_one"
down_revision = "quicker_counts"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_index("ix_outbox_conversation_id", "outbox", ["conversation_id"])
    op.create_index("ix_handovers_agent", "handovers", ["agent_id", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_handovers_agent", "handovers")
    op.drop_index("ix_outbox_conversation_id", "outbox")
