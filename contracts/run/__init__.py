"""One run, from preflight to result."""
