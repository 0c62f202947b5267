"""The vendor's page, the OpenAPI specification derived from it, and the contract made of both."""
