"""Benchmarks: what a run costs over its bare requests, and what it finds for them. Not run by pytest."""
