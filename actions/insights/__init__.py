"""Measures: what happened, counted by day and kind, and what can be learnt from it."""
