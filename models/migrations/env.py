"""Alembic runs inside the application, on the connection that ``models.schema`` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from models import search
from models.base import Json
from models.schema import metadata


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Our JSON type by its name: spelled out it would need imports that a migration does not have."""
    if kind == "type" and item is Json:
        return "models.base.Json"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    compare_type=True,
    include_name=lambda name, _kind, _parents: not search.is_ours(name),
)
with context.begin_transaction():
    context.run_migrations()
