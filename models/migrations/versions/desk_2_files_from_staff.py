"""files from staff, and what was delivered"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = 'desk_2'
down_revision = 'insights'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('attachments', schema=None) as batch_op:
        batch_op.add_column(sa.Column('staff_id', sa.String(length=36), server_default='', nullable=False))

    with op.batch_alter_table('staff_sends', schema=None) as batch_op:
        batch_op.add_column(sa.Column('files', models.base.Json, server_default='[]', nullable=False))

    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('delivered_seq', sa.Integer(), server_default='0', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.drop_column('delivered_seq')

    with op.batch_alter_table('staff_sends', schema=None) as batch_op:
        batch_op.drop_column('files')

    with op.batch_alter_table('attachments', schema=None) as batch_op:
        batch_op.drop_column('staff_id')
