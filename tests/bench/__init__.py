"""Benchmarks: run by hand through make, never by the tests. docs/benchmarks.md says what was seen."""
