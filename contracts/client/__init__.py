"""HTTP: the only room that opens a connection."""
