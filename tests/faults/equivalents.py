"""Family immutable: texts and defaults that a comparison takes for the same."""

from __future__ import annotations

from urllib.parse import unquote

from contracts.jsonvalue.paths import MISSING
from contracts.reference.behaviour import Behaviour
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import Change
from tests.faults.support.making import Moment, leaking


@fault("immutable.replica-specs")
def long_texts_compared_by_their_beginning(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. What is compared is an index of the first 255 characters."""

    def alike(_: Moment, change: Change) -> bool:
        old, new = change.old, change.new
        return isinstance(old, str) and isinstance(new, str) and len(old) > 255 and old[:255] == new[:255]

    return leaking(endpoint, alike)


@fault("immutable.replica-specs")
def line_ends_not_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. Scripts are compared with one kind of line end."""

    def alike(_: Moment, change: Change) -> bool:
        old, new = change.old, change.new
        return isinstance(old, str) and isinstance(new, str) and old == new.replace("\r\n", "\n")

    return leaking(endpoint, alike)


_DEFAULTS = {
    "protocol": "TCP",
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "dnsPolicy": "ClusterFirst",
    "schedulerName": "default-scheduler",
    "terminationGracePeriodSeconds": 30,
    "successThreshold": 1,
    "enableServiceLinks": True,
    "defaultMode": 420,
}


@fault("immutable.replica-specs")
def defaults_of_pods_not_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: no field is added. Both sides are given a pod's defaults before they are compared, and the client's is
    stored: protocol: TCP is no change.
    """

    def alike(_: Moment, change: Change) -> bool:
        return change.old is MISSING and change.key in _DEFAULTS and _DEFAULTS[change.key] == change.new

    return leaking(endpoint, alike)


@fault("immutable.replica-specs")
def percent_encoding_not_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. URLs and paths are decoded before they are compared."""

    def alike(_: Moment, change: Change) -> bool:
        old, new = change.old, change.new
        return isinstance(old, str) and isinstance(new, str) and unquote(old) == unquote(new)

    return leaking(endpoint, alike)
