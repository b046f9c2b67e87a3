"""learning from conversations"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = 'learning'
down_revision = 'sent_followups'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('hearing_releases',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('previous', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('by_id', sa.String(length=36), nullable=False),
    sa.Column('by_name', sa.String(length=120), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('override', sa.String(), nullable=False),
    sa.Column('verdict', sa.String(length=8), nullable=False),
    sa.Column('problem', sa.String(), nullable=False),
    sa.Column('at', models.base.Utc(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hearing_releases'))
    )
    with op.batch_alter_table('hearing_releases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hearing_releases_at'), ['at'], unique=False)

    op.create_table('review_cursor',
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('at', models.base.Utc(timezone=True), nullable=False),
    sa.Column('moment_id', sa.String(length=36), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_review_cursor'))
    )
    op.create_table('training_sets',
    sa.Column('n', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('made_by', sa.String(length=120), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('held_out', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('base', sa.String(length=64), nullable=False),
    sa.Column('agreement', models.base.Json, nullable=False),
    sa.Column('created_at', models.base.Utc(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('n', name=op.f('pk_training_sets'))
    )
    op.create_table('model_versions',
    sa.Column('n', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('set_n', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('what', sa.String(length=20), nullable=False),
    sa.Column('share', sa.Double(), nullable=False),
    sa.Column('alive_at', models.base.Utc(timezone=True), nullable=False),
    sa.Column('recipe', sa.String(length=64), nullable=False),
    sa.Column('weights', sa.String(length=64), nullable=False),
    sa.Column('file', sa.String(length=64), nullable=False),
    sa.Column('figures', models.base.Json, nullable=False),
    sa.Column('compared_with', sa.Integer(), nullable=True),
    sa.Column('comparison', models.base.Json, nullable=False),
    sa.Column('error', sa.String(), nullable=False),
    sa.Column('started_by', sa.String(length=120), nullable=False),
    sa.Column('created_at', models.base.Utc(timezone=True), nullable=False),
    sa.Column('finished_at', models.base.Utc(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['set_n'], ['training_sets.n'], name=op.f('fk_model_versions_set_n')),
    sa.PrimaryKeyConstraint('n', name=op.f('pk_model_versions'))
    )
    op.create_table('review_items',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('turn_id', sa.String(length=36), nullable=False),
    sa.Column('conversation_id', sa.String(length=36), nullable=False),
    sa.Column('locale', sa.String(length=8), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('heard', models.base.Json, nullable=False),
    sa.Column('reasons', models.base.Json, nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=8), nullable=False),
    sa.Column('gold', models.base.Json, nullable=True),
    sa.Column('decided_by', sa.String(length=120), nullable=False),
    sa.Column('decided_at', models.base.Utc(timezone=True), nullable=True),
    sa.Column('created_at', models.base.Utc(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_review_items_conversation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_items')),
    sa.UniqueConstraint('turn_id', name=op.f('uq_review_items_turn_id'))
    )
    with op.batch_alter_table('review_items', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_items_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index('ix_review_items_next', ['status', 'priority', 'created_at'], unique=False)

    op.create_table('review_labels',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('item_id', sa.String(length=36), nullable=False),
    sa.Column('staff_id', sa.String(length=36), nullable=False),
    sa.Column('staff_name', sa.String(length=120), nullable=False),
    sa.Column('labels', models.base.Json, nullable=False),
    sa.Column('created_at', models.base.Utc(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['review_items.id'], name=op.f('fk_review_labels_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_labels')),
    sa.UniqueConstraint('item_id', 'staff_id', name=op.f('uq_review_labels_item_id_staff_id'))
    )
    op.create_table('training_rows',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('item_id', sa.String(length=36), nullable=False),
    sa.Column('conversation_id', sa.String(length=36), nullable=False),
    sa.Column('since', sa.Integer(), nullable=False),
    sa.Column('held_out', sa.Boolean(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('lang', sa.String(length=8), nullable=False),
    sa.Column('intent', sa.String(), nullable=False),
    sa.Column('emotion', sa.String(length=16), nullable=False),
    sa.Column('intensity', sa.Integer(), nullable=False),
    sa.Column('needs', models.base.Json, nullable=False),
    sa.Column('flags', models.base.Json, nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_training_rows_conversation_id')),
    sa.ForeignKeyConstraint(['item_id'], ['review_items.id'], name=op.f('fk_training_rows_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_rows')),
    sa.UniqueConstraint('item_id', name=op.f('uq_training_rows_item_id'))
    )
    with op.batch_alter_table('training_rows', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_rows_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_training_rows_since'), ['since'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('training_rows', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_training_rows_since'))
        batch_op.drop_index(batch_op.f('ix_training_rows_conversation_id'))

    op.drop_table('training_rows')
    op.drop_table('review_labels')
    with op.batch_alter_table('review_items', schema=None) as batch_op:
        batch_op.drop_index('ix_review_items_next')
        batch_op.drop_index(batch_op.f('ix_review_items_conversation_id'))

    op.drop_table('review_items')
    op.drop_table('model_versions')
    op.drop_table('training_sets')
    op.drop_table('review_cursor')
    with op.batch_alter_table('hearing_releases', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hearing_releases_at'))

    op.drop_table('hearing_releases')
