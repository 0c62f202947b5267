"""Contract tests for one documented Kubernetes-style operation, run against any endpoint."""

__version__ = "0.1.0"
