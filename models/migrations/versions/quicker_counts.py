"""weeks are also counted over all channels, languages, issues and kinds; from a figure to its conversations leads an
index that need not be followed into the table (PostgreSQL)
"""

from alembic import op

revision = "quicker_counts"
down_revision = "oldest_first"
branch_labels = depends_on = None

BEHIND, COLUMNS = "ix_insight_shares_behind", ["what", "day", "conversation_id", "detail"]
BESIDE = ["channel", "locale", "issue", "kind", "n"]


def upgrade() -> None:
    op.execute(
        "INSERT INTO insight_cells (what, days, day, channel, locale, issue, kind, detail, n, total, squares) "
        "SELECT what, days, day, '', '', '', '', detail, sum(n), sum(total), sum(squares) "
        "FROM insight_cells WHERE days = 7 GROUP BY what, days, day, detail"
    )
    _make_index(BESIDE)


def downgrade() -> None:
    op.execute("DELETE FROM insight_cells WHERE days = 7 AND channel = ''")
    _make_index([])


def _make_index(beside: list[str]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index(BEHIND, "insight_shares")
        op.create_index(BEHIND, "insight_shares", COLUMNS, postgresql_include=beside)
