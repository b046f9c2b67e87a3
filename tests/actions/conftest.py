from __future__ import annotations

import pytest

from models.session import Database
from tests.actions.world import World


@pytest.fixture
def world(database: Database) -> World:
    """A shop on each kind of database."""
    return World(database)
