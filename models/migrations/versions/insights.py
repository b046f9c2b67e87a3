"""what the measured pages read, and triggers that note which conversation changed"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = 'insights'
down_revision = 'log'
branch_labels = None
depends_on = None

# Which changes matter to the counts. A later migration that rebuilds one of these tables on SQLite (batch mode) drops
# its triggers and must make them again: tests/insights/test_rollup.py sees it.
WATCHED = {
    'moments': '', 'promises': '', 'handovers': '', 'followups': ' OF status', 'outbox': ' OF status',
}
POSTGRESQL = """CREATE FUNCTION insights_note_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO insight_changes (conversation_id) VALUES (COALESCE(NEW.conversation_id, OLD.conversation_id));
    RETURN NULL; END $$"""


def _statements(dialect):
    if dialect == 'postgresql':
        yield POSTGRESQL
    for table, columns in WATCHED.items():
        for verb in ('INSERT', f'UPDATE{columns}', 'DELETE'):
            if table == 'outbox' and not verb.startswith('UPDATE'):
                continue  # a reply comes with its moment
            row = 'OLD' if verb == 'DELETE' else 'NEW'
            when = " WHEN (NEW.status = 'dead' OR NEW.attempts > 1)" if table == 'outbox' else ''
            name = f'insights_{table}_{verb.split()[0].lower()}'
            if dialect == 'sqlite':
                yield (f'CREATE TRIGGER {name} AFTER {verb} ON {table} FOR EACH ROW{when} BEGIN '
                       f'INSERT INTO insight_changes (conversation_id) VALUES ({row}.conversation_id); END')
            else:
                yield (f'CREATE TRIGGER {name} AFTER {verb} ON {table} FOR EACH ROW{when} '
                       'EXECUTE FUNCTION insights_note_change()')


def _names():
    return [(table, f'insights_{table}_{verb}') for table in WATCHED for verb in ('insert', 'update', 'delete')]


def upgrade() -> None:
    op.create_table('insight_cells',
    sa.Column('what', sa.String(length=16), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('locale', sa.String(length=8), nullable=False),
    sa.Column('issue', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('detail', sa.String(length=120), nullable=False),
    sa.Column('n', sa.BigInteger(), nullable=False),
    sa.Column('total', sa.Float(), nullable=False),
    sa.Column('squares', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('what', 'day', 'channel', 'locale', 'issue', 'kind', 'detail', name=op.f('pk_insight_cells'))
    )
    op.create_table('insight_changes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('conversation_id', sa.String(length=36), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_insight_changes'))
    )
    op.create_table('insight_shares',
    sa.Column('conversation_id', sa.String(length=36), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('cells', models.base.Json, nullable=False),
    sa.PrimaryKeyConstraint('conversation_id', name=op.f('pk_insight_shares'))
    )
    with op.batch_alter_table('insight_shares', schema=None) as batch_op:
        batch_op.create_index('ix_insight_shares_days', ['last_day', 'first_day'], unique=False)

    op.create_table('insight_studies',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('measure', sa.String(length=24), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('locale', sa.String(length=8), nullable=False),
    sa.Column('issue', sa.String(length=40), nullable=False),
    sa.Column('goal', sa.String(), nullable=False),
    sa.Column('locate', sa.String(), nullable=False),
    sa.Column('solve', sa.String(), nullable=False),
    sa.Column('review', sa.String(), nullable=False),
    sa.Column('changed_on', sa.Date(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('made_by', sa.String(length=120), nullable=False),
    sa.Column('created_at', models.base.Utc(timezone=True), nullable=False),
    sa.Column('updated_at', models.base.Utc(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_insight_studies'))
    )
    for statement in _statements(op.get_bind().dialect.name):
        op.execute(statement)
    # What was there before is counted too.
    op.execute('INSERT INTO insight_changes (conversation_id) SELECT id FROM conversations')


def downgrade() -> None:
    on = ' ON {}' if op.get_bind().dialect.name == 'postgresql' else ''
    for table, name in _names():
        op.execute(f'DROP TRIGGER IF EXISTS {name}' + on.format(table))
    if on:
        op.execute('DROP FUNCTION IF EXISTS insights_note_change')
    op.drop_table('insight_studies')
    with op.batch_alter_table('insight_shares', schema=None) as batch_op:
        batch_op.drop_index('ix_insight_shares_days')

    op.drop_table('insight_shares')
    op.drop_table('insight_changes')
    op.drop_table('insight_cells')
