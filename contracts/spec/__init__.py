"""Vendor page to OpenAPI to contract."""
