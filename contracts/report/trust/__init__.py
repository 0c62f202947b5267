"""Whether a record can be trusted: its digest, signature, suite, and what is written beside it."""
