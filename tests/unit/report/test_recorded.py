"""What an answer calls its request, by the headers of vendors."""

import pytest

from contracts.report.recorded import RequestId, request_id


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
