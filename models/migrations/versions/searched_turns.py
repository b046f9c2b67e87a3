"""what the log is searched for of a turn is found by an index that holds all of it"""

from alembic import op

revision = "searched_turns"
down_revision = "of_one"
branch_labels = depends_on = None


def upgrade() -> None:
    searched = ["conversation_id", "emotion", "intensity", "stage", "kind", "outcome", "expectation", "issue", "touchpoint"]
    op.create_index("ix_moments_searched", "moments", searched)
    op.drop_index("ix_moments_conversation_id", "moments")


def downgrade() -> None:
    op.create_index("ix_moments_conversation_id", "moments", ["conversation_id"])
    op.drop_index("ix_moments_searched", "moments")
