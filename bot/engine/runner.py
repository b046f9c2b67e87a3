"""Runs a loaded model's graph node by node. Dask, which Rasa runs it with, plans every run anew to spread it over
workers: for the small graphs of one message that takes longer than all their nodes but our own.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.runner.dask import DaskGraphRunner


class StraightRunner(DaskGraphRunner):  # type: ignore[misc]
    """Rasa's runner without dask: each node once, after those that it needs, in the caller's thread."""

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """The outputs of the targets, by their names. Raises what a node raises."""
        nodes = self._graph_schema.nodes
        done: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}

        def output(name: str) -> tuple[str, Any]:
            if name not in done:
                needed = [output(need) for need in nodes[name].needs.values()]
                done[name] = self._instantiated_nodes[name](*needed)
            return done[name]

        return dict(output(name) for name in targets or self._graph_schema.target_names)
