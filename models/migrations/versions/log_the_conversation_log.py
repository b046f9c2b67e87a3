"""the conversation log"""

import sqlalchemy as sa
from alembic import op

import models.base
from models import search

revision = 'log'
down_revision = 'telegram'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('log_exports',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('staff_id', sa.String(length=36), nullable=False),
    sa.Column('staff_name', sa.String(length=120), nullable=False),
    sa.Column('form', sa.String(length=8), nullable=False),
    sa.Column('filters', models.base.Json, nullable=False),
    sa.Column('redacted', sa.Boolean(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('created_at', models.base.Utc(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_log_exports'))
    )
    op.create_table('saved_searches',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('staff_id', sa.String(length=36), nullable=False),
    sa.Column('staff_name', sa.String(length=120), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('query', models.base.Json, nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('created_at', models.base.Utc(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_searches'))
    )
    with op.batch_alter_table('saved_searches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_saved_searches_staff_id'), ['staff_id'], unique=False)

    op.create_table('log_export_subjects',
    sa.Column('export_id', sa.String(length=36), nullable=False),
    sa.Column('customer_id', sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_log_export_subjects_customer_id')),
    sa.ForeignKeyConstraint(['export_id'], ['log_exports.id'], name=op.f('fk_log_export_subjects_export_id')),
    sa.PrimaryKeyConstraint('export_id', 'customer_id', name=op.f('pk_log_export_subjects'))
    )
    with op.batch_alter_table('log_export_subjects', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_log_export_subjects_customer_id'), ['customer_id'], unique=False)

    op.create_table('log_comments',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('conversation_id', sa.String(length=36), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=True),
    sa.Column('staff_id', sa.String(length=36), nullable=False),
    sa.Column('staff_name', sa.String(length=120), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('created_at', models.base.Utc(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_log_comments_conversation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_log_comments'))
    )
    with op.batch_alter_table('log_comments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_log_comments_conversation_id'), ['conversation_id'], unique=False)

    op.create_table('message_search',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('message_id', sa.String(length=36), nullable=False),
    sa.Column('conversation_id', sa.String(length=36), nullable=False),
    sa.Column('folded', sa.String(), nullable=False),
    sa.Column('said_at', models.base.Utc(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_message_search_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_search')),
    sa.UniqueConstraint('message_id', name=op.f('uq_message_search_message_id'))
    )
    with op.batch_alter_table('message_search', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_search_conversation_id'), ['conversation_id'], unique=False)

    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conversations_updated_at'), ['updated_at'], unique=False)
    search.prepare(op.get_bind())


def downgrade() -> None:
    search.take_away(op.get_bind())
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_conversations_updated_at'))

    with op.batch_alter_table('message_search', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_message_search_conversation_id'))

    op.drop_table('message_search')
    with op.batch_alter_table('log_comments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_log_comments_conversation_id'))

    op.drop_table('log_comments')
    with op.batch_alter_table('log_export_subjects', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_log_export_subjects_customer_id'))

    op.drop_table('log_export_subjects')
    with op.batch_alter_table('saved_searches', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_saved_searches_staff_id'))

    op.drop_table('saved_searches')
    op.drop_table('log_exports')
