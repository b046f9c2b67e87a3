"""All tables in one place, and bringing a database to the present schema."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from models import (
    attachments,
    audit,
    conversations,
    customers,
    desk,
    followups,
    handovers,
    insights,
    learning,
    log,
    messages,
    moments,
    orders,
    outbox,
    privacy,
    promises,
    search,
    settings,
    staff,
)
from models.base import Base
from models.session import Database

MIGRATIONS = Path(__file__).parent / "migrations"
metadata = Base.metadata
ONE_AT_A_TIME = 0x6B6169726F73  # the advisory lock of whoever migrates
TABLES = (
    attachments,
    audit,
    conversations,
    customers,
    desk,
    followups,
    handovers,
    insights,
    learning,
    log,
    messages,
    moments,
    orders,
    outbox,
    privacy,
    promises,
    search,
    settings,
    staff,
)


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; a connection in it is used instead of opening one."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


async def upgrade(database: Database, revision: str = "head") -> None:
    """Brings the schema to that revision (default: newest). Doing it again changes nothing."""
    async with database.engine.connect() as connection:
        await connection.run_sync(_upgrade, revision)
        await connection.commit()


def _upgrade(connection: Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql":  # processes that start together take turns
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ONE_AT_A_TIME})
    command.upgrade(alembic_config(connection), revision)
    if revision == "head":
        search.prepare(connection)  # also after a migration that made a table anew, and once the server has pg_trgm


async def downgrade(database: Database, revision: str) -> None:
    """Takes the schema back to that revision."""
    async with database.engine.connect() as connection:
        await connection.run_sync(lambda sync: command.downgrade(alembic_config(sync), revision))
        await connection.commit()
