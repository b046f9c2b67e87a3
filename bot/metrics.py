"""Figures for machines, in Prometheus' text form at /metrics."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

TURN_SECONDS = Histogram("kairos_turn_seconds", "From taking up a turn until it is settled",
                         buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10))  # fmt: skip
MESSAGES = Counter("kairos_messages_total", "Customer messages recorded", ["channel"])
FALLBACKS = Counter("kairos_fallbacks_total", "Turns that the engine did not settle", ["kind"])
ERRORS = Counter("kairos_channel_errors_total", "Errors told to clients", ["code"])
DELIVERIES = Counter("kairos_deliveries_total", "Attempts to deliver, by what came of them", ["channel", "outcome"])
SOCKETS = Gauge("kairos_sockets", "Web chat sockets open")
COMEBACKS = Counter("kairos_comebacks_total", "Times the assistant came back on its own", ["kind"])
LATENESS = Histogram("kairos_comeback_lateness_seconds", "From the time a job was due until it was done",
                     buckets=(0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600))  # fmt: skip
