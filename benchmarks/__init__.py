"""Benchmarks: what the desk costs and how long people wait, measured on the real processes."""
