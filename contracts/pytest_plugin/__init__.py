"""pytest around a run."""
