"""Families immutable, replaceable and status: one change beside another, one list beside another, one more part."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import canonical
from contracts.reference.http_request import Request
from contracts.reference.resource import Object
from contracts.spec.fields import ANNOTATIONS, LABELS
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import Change, put
from tests.faults.support.making import Moment, altering, leaking

BYPASS = ("immutable.no-bypass", "immutable.replica-specs", "immutable.other-spec")
TEMPLATES = ("immutable.replica-specs",)
LONG = 40
MINUTES = re.compile(r"\d{1,2}:\d\d")


def _spec_with(endpoint: Endpoint, name: str) -> Behaviour:
    """Steps that let spec through where this field changes and neither labels nor annotations do."""

    def admits(moment: Moment, change: Change) -> bool:
        path = paths.parse(name)
        same = all(paths.same(get(moment.stored, one), get(moment.asked, one)) for one in (LABELS, ANNOTATIONS))
        changed = not paths.same(get(moment.stored, path), get(moment.asked, path))
        return change.path[0] in endpoint.resource.desired and same and changed

    return leaking(endpoint, admits)


@fault(*BYPASS)
def spec_stored_with_a_new_deadline(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. Where the metadata is the same, one path writes what the deadline stands in."""
    return _spec_with(endpoint, "spec.activeDeadlineSeconds")


@fault(*BYPASS)
def spec_stored_with_a_new_policy(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. Where the metadata is the same, one path writes what the policy stands in."""
    return _spec_with(endpoint, "spec.cleanPodPolicy")


def _behind_each_other(endpoint: Endpoint, *names: str) -> Behaviour:
    """Steps that compare two lists of an object as one."""

    def joined(value: Any) -> str | None:
        found = [value.get(name, []) for name in names] if isinstance(value, dict) else []
        lists = [one for one in found if isinstance(one, list)]
        return canonical([item for one in lists for item in one]) if len(lists) == len(names) else None

    def admits(moment: Moment, change: Change) -> bool:
        steps = [index for index, step in enumerate(change.path) if step in names]
        if not steps:
            return False
        old, new = (joined(get(one, change.path[: steps[-1]])) for one in (moment.stored, moment.asked))
        return old is not None and old == new

    return leaking(endpoint, admits)


@fault(*TEMPLATES)
def init_containers_compared_with_the_others(endpoint: Endpoint) -> Behaviour:
    """Breaks: each container stays in its list. Both lists are joined to one, over which the comparison goes."""
    return _behind_each_other(endpoint, "initContainers", "containers")


@fault(*TEMPLATES)
def command_and_arguments_compared_as_one(endpoint: Endpoint) -> Behaviour:
    """Breaks: command and arguments stay. What is compared is the line that a shell would show."""
    return _behind_each_other(endpoint, "command", "args")


@fault(*TEMPLATES)
def restart_of_pods_allowed(endpoint: Endpoint) -> Behaviour:
    """Breaks: annotations of a template stay. A restart by kubectl sets one, which the webhook lets through."""
    return leaking(endpoint, lambda _, change: change.path[-1] == "kubectl.kubernetes.io/restartedAt")


@fault("immutable.other-spec")
def new_members_of_the_run_policy_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: no field is added. The comparison is older than these members of the API."""
    new = {"managedBy", "priorityClass", "scheduleTimeoutSeconds"}
    return leaking(endpoint, lambda _, change: change.old is MISSING and change.path[-1] in new)


@fault("status.401")
def parts_behind_an_opaque_token_ignored(endpoint: Endpoint) -> Behaviour:
    """Breaks: a wrong credential is 401. What follows a dot is a signature, which somebody else is to check."""
    steps, token = endpoint.steps, endpoint.options.token

    def authenticate(request: Request) -> str:
        header = request.headers.get("authorization", "")
        shown = re.sub(rf"{re.escape(token)}\..*", token, header)
        return steps.authenticate(replace(request, headers={**request.headers, "authorization": shown}))

    return replace(steps, authenticate=authenticate)


@fault("replaceable.annotations", "replaceable.labels", "replaceable.sequence")
def minutes_stored_as_a_number(endpoint: Endpoint) -> Behaviour:
    """Breaks: texts stay texts. In YAML 1.1 12:30 is a number to the base of 60, and two parts are enough for one."""

    def number(text: Any) -> Any:
        is_time = isinstance(text, str) and MINUTES.fullmatch(text)
        return str(int(text.split(":")[0]) * 60 + int(text.split(":")[1])) if is_time else text

    return _of_texts(endpoint, lambda key, text: (key, number(text)))


@fault("replaceable.labels", "replaceable.annotations", "replaceable.sequence")
def long_keys_stored_in_small_letters(endpoint: Endpoint) -> Behaviour:
    """Breaks: a key is stored as it was sent. The column for long keys has another collation than the one for short."""
    return _of_texts(endpoint, lambda key, text: (key.lower() if len(key) > LONG else key, text))


def _of_texts(endpoint: Endpoint, change: Any) -> Behaviour:
    def alter(_: Moment, new: Object) -> Object:
        for path in (LABELS, ANNOTATIONS):
            if isinstance(sent := get(new, path), dict):
                new = put(new, path, dict(change(key, text) for key, text in sent.items()))
        return new

    return altering(endpoint, alter)
