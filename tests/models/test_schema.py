from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from models import schema, search
from models.session import Database


def _tables(connection: Connection) -> set[str]:
    found = set(inspect(connection).get_table_names()) - {"alembic_version"}
    return {name for name in found if not search.is_ours(name)}


def _differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "include_name": lambda name, _kind, _parents: not search.is_ours(name)}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), schema.metadata))


async def test_the_schema_goes_up_and_down_and_up_again(empty_database_url: str):
    database = Database(empty_database_url)
    ours = set(schema.metadata.tables)
    for step, expected in (("up", ours), ("down", set()), ("up", ours)):
        await (schema.upgrade(database) if step == "up" else schema.downgrade(database, "base"))
        async with database.engine.connect() as connection:
            assert await connection.run_sync(_tables) == expected
    await database.close()


async def test_bringing_an_up_to_date_schema_up_changes_nothing(database: Database):
    async with database.engine.connect() as connection:
        before = await connection.run_sync(_tables)
    await schema.upgrade(database)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_tables) == before


async def test_the_migrations_make_exactly_the_tables_that_the_models_describe(database: Database):
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


@pytest.mark.fast
def test_the_migrations_form_one_line():
    assert len(ScriptDirectory.from_config(schema.alembic_config()).get_heads()) == 1
