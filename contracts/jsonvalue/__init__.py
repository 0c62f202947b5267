"""JSON values: paths, equality, layout, strict text."""
