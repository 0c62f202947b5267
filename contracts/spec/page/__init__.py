"""The vendor's page."""
