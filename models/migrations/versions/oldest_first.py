"""conversations are taken out the oldest first by an index"""

from alembic import op

revision = "oldest_first"
down_revision = "shares_as_rows"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_index("ix_conversations_created_at", "conversations", ["created_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_conversations_created_at", "conversations")
