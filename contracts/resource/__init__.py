"""Life of the object under test."""
