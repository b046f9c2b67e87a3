"""counts are kept by the week beside by the day, and lie in the order in which they are read"""

import sqlalchemy as sa
from alembic import op

revision = "weekly_counts"
down_revision = "promised_order"
branch_labels = depends_on = None

KEY = ["what", "day", "channel", "locale", "issue", "kind", "detail"]
VALUES = ["n", "total", "squares"]
MONDAY = {"sqlite": "date(day, '-6 days', 'weekday 1')", "postgresql": "date_trunc('week', day)::date"}


def _make(key: list[str]) -> None:
    types = {"what": sa.String(16), "days": sa.SmallInteger(), "day": sa.Date(), "channel": sa.String(16),
             "locale": sa.String(8), "issue": sa.String(40), "kind": sa.String(8), "detail": sa.String(120),
             "n": sa.BigInteger(), "total": sa.Float(), "squares": sa.Float()}  # fmt: skip
    op.create_table(
        "insight_cells",
        *(sa.Column(name, types[name], nullable=False) for name in [*key, *VALUES]),
        sa.PrimaryKeyConstraint(*key, name="pk_insight_cells"),
        sqlite_with_rowid="days" not in key,
    )


def upgrade() -> None:
    name = _set_aside()
    _make(["what", "days", *KEY[1:]])
    rest, sums = ", ".join(KEY[2:]), ", ".join(f"sum({value})" for value in VALUES)
    into = f"INSERT INTO insight_cells (what, days, {', '.join(KEY[1:])}, {', '.join(VALUES)})"
    monday = MONDAY[op.get_bind().dialect.name]
    op.execute(f"{into} SELECT what, 1, {', '.join(KEY[1:] + VALUES)} FROM {name}")
    op.execute(f"{into} SELECT what, 7, {monday}, {rest}, {sums} FROM {name} GROUP BY what, {monday}, {rest}")
    op.drop_table(name)


def downgrade() -> None:
    name = _set_aside()
    _make(KEY)
    columns = ", ".join(KEY + VALUES)
    op.execute(f"INSERT INTO insight_cells ({columns}) SELECT {columns} FROM {name} WHERE days = 1")
    op.drop_table(name)


def _set_aside() -> str:
    """Renames the table; PostgreSQL's key would keep its name, which is unique there."""
    op.rename_table("insight_cells", "insight_cells_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_insight_cells RENAME TO pk_insight_cells_before")
    return "insight_cells_before"
