"""The result of a run and its writers; nothing here sends a request or imports another room."""
