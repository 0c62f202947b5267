"""`conformance.yaml`: a record in short, for a registry of reports: who, what, when, and the outcomes. Pure."""

from dataclasses import asdict
from datetime import UTC

import yaml

from contracts.report.model import Report

FILE_NAME = "conformance.yaml"


def to_yaml(report: Report, digest: str) -> str:
    """The summary as YAML, ending in a newline; `digest` is the record's that it stands for."""
    outcomes: dict[str, list[str]] = {}
    for requirement in report.requirements:
        outcomes.setdefault(str(requirement.outcome), []).append(requirement.id)
    summary = {
        "apiVersion": "pytorchjob-contract/v1",
        "kind": "ConformanceReport",
        "verdict": str(report.verdict),
        "date": report.started_at.astimezone(UTC).isoformat(timespec="seconds"),
        "implementation": asdict(report.implementation),
        "target": {"url": report.target.url, "namespace": report.target.namespace},
        "profile": report.profile,
        "document": {"title": report.document.title, "updated": report.document.updated},
        "suite": {"version": report.suite.version, "commit": report.suite.commit},
        "seed": report.seed,
        "outcomes": outcomes,
        "record": {"file": "conformance.json", "digest": digest},
    }
    return yaml.safe_dump(summary, sort_keys=False, allow_unicode=True, width=120)
