"""privacy"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = 'privacy'
down_revision = 'learning'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('erasures',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('customer_id', sa.String(length=36), nullable=False),
    sa.Column('by_id', sa.String(length=36), nullable=False),
    sa.Column('by_name', sa.String(length=120), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('removed', models.base.Json, nullable=False),
    sa.Column('remaining', sa.Integer(), nullable=False),
    sa.Column('files', sa.Integer(), nullable=False),
    sa.Column('files_gone', sa.Boolean(), nullable=False),
    sa.Column('exports', models.base.Json, nullable=False),
    sa.Column('versions', models.base.Json, nullable=False),
    sa.Column('applied', sa.Integer(), nullable=False),
    sa.Column('previous', sa.String(length=64), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('at', models.base.Utc(timezone=True), nullable=False),
    sa.Column('applied_at', models.base.Utc(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasures')),
    sa.UniqueConstraint('customer_id', name=op.f('uq_erasures_customer_id'))
    )


def downgrade() -> None:
    op.drop_table('erasures')
