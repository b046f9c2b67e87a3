"""a promise knows which order it was made for"""

import sqlalchemy as sa
from alembic import op

revision = "promised_order"
down_revision = "privacy"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("promises", sa.Column("order_number", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("promises", "order_number")
