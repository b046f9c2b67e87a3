"""what a conversation added to the counts is a row for each: from a figure to its conversations leads an index"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "shares_as_rows"
down_revision = "promise_proof"
branch_labels = depends_on = None

COLUMNS = ("what", "day", "channel", "locale", "issue", "kind", "detail", "n", "total", "squares")
SPREAD = {
    "sqlite": ("json_each(share.cells) AS cell", "json_extract(cell.value, '$[{}]')"),
    "postgresql": ("jsonb_array_elements(share.cells) AS cell", "(cell.value ->> {})"),
}
GATHER = {
    "sqlite": "json_group_array(json_array({}))", "postgresql": "jsonb_agg(jsonb_build_array({}))",
}  # fmt: skip
CASTS = {"day": "::date", "n": "::bigint", "total": "::float", "squares": "::float"}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.drop_index("ix_insight_shares_days", "insight_shares")
    _set_aside()
    op.create_table(
        "insight_shares",
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("issue", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("detail", sa.String(120), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.Float(), nullable=False),
        sa.Column("squares", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint(
            "conversation_id", "what", "day", "issue", "kind", "detail", name="pk_insight_shares"
        ),
        sqlite_with_rowid=False,
    )
    rows, at = SPREAD[dialect]
    values = [at.format(place) + (CASTS.get(name, "") if dialect == "postgresql" else "")
              for place, name in enumerate(COLUMNS)]  # fmt: skip
    op.execute(
        f"INSERT INTO insight_shares (conversation_id, {', '.join(COLUMNS)}) "
        f"SELECT share.conversation_id, {', '.join(values)} FROM insight_shares_before share, {rows}"
    )
    op.drop_table("insight_shares_before")
    op.create_index("ix_insight_shares_behind", "insight_shares", ["what", "day", "conversation_id", "detail"])


def downgrade() -> None:
    op.drop_index("ix_insight_shares_behind", "insight_shares")
    _set_aside()
    op.create_table(
        "insight_shares",
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("cells", models.base.Json, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_insight_shares"),
    )
    cells = GATHER[op.get_bind().dialect.name].format(", ".join(COLUMNS))
    op.execute(
        "INSERT INTO insight_shares (conversation_id, first_day, last_day, cells) "
        f"SELECT conversation_id, min(day), max(day), {cells} FROM insight_shares_before GROUP BY conversation_id"
    )
    op.drop_table("insight_shares_before")
    op.create_index("ix_insight_shares_days", "insight_shares", ["last_day", "first_day"])


def _set_aside() -> None:
    """Renames the table; PostgreSQL's key would keep its name, which is unique there."""
    op.rename_table("insight_shares", "insight_shares_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_insight_shares RENAME TO pk_insight_shares_before")
