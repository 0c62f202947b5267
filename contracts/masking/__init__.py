"""Secrets: what they may look like, and hiding them."""
