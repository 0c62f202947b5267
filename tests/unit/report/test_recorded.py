"""What an answer calls its request, and how a finding is said."""

import pytest

from contracts.report.recorded import RecordedFinding, RequestId, request_id
from contracts.report.sources import Source


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({"x-request-id": "1"}, "x-request-id"),
        ({"Audit-Id": "1", "X-Correlation-ID": "2", "X-Amzn-RequestId": "3"}, "X-Amzn-RequestId"),
        ({"Audit-Id": "1", "X-Correlation-ID": "2"}, "X-Correlation-ID"),
        ({"traceparent": "0", "AUDIT-ID": "1"}, "AUDIT-ID"),
        ({"cf-ray": "1"}, "cf-ray"),
        ({"x-request-id": "", "x-ms-correlation-request-id": "2"}, "x-ms-correlation-request-id"),
        ({"X-Request-Identity": "1", "client-id": "2", "X-Kubernetes-Pf-Flowschema-Uid": "3"}, ""),
        ({}, ""),
    ],
)
def test_a_request_is_known_by_the_header_that_names_it(headers: dict[str, str], name: str) -> None:
    assert request_id(headers) == (RequestId(name, headers[name]) if name else None)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (Source("URI", "41-43"), "  document: URI, lines 41-43"),
        (Source("TICKET-12"), "  source: TICKET-12"),
    ],
)
def test_only_what_has_lines_stands_in_the_document(source: Source, line: str) -> None:
    finding = RecordedFinding("message", "", "a", "b", "")
    assert finding.lines("custom.quota", source)[1] == line
