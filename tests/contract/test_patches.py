"""Families replaceable and status of an update: what a merge patch says, and what is no merge patch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from contracts.casekit.job import Job
from contracts.casekit.markers import cost, requirement
from contracts.casekit.titles import tries
from contracts.jsonvalue import merge_patch, paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.report.finding import Demand, Expected, Observed, Seen
from contracts.spec.fields import STATUS

LABELS = ("metadata", "labels")
# How many patches are sent at once, and how often.
WRITERS, RACES = 6, 4
OTHER_TYPES = ("application/json", "text/plain", "application/xml", "application/json-patch+json")


def _label(key: str, value: Json) -> Json:
    return {"metadata": {"labels": {f"contract-{key}": value}}}


def _without_null(live: Json) -> Json:
    """The object as it was read: null in it, which would take away what it stands for, is left out."""
    return merge_patch.apply({}, live)


def _emptied(live: Json) -> Json:
    """The members of the object, but for its status, and of those, each with a patch in it that names nothing."""

    def within(value: Json) -> dict[str, Json]:
        return {key: {} for key, item in value.items() if isinstance(item, dict)}

    members = {key: within(value) for key, value in live.items() if isinstance(value, dict) and (key,) != STATUS}
    return {**members, "metadata": {}}


# Each names some labels, in an order in which one patch shows what the one before has left.
PATCHES: Mapping[str, Callable[[Json], Json]] = {
    "one label": lambda _: _label("a", "1"),
    "another label": lambda _: _label("b", "2"),
    "a label again": lambda _: _label("a", "3"),
    "null for a label": lambda _: _label("a", None),
    "null for a label that is not there": lambda _: _label("absent", None),
    "a label and null for another one": lambda _: paths.put(_label("c", "4"), (*LABELS, "contract-b"), None),
    "a label whose key has a prefix with dots": lambda _: {"metadata": {"labels": {"contract.example/d.e": "5"}}},
    "no annotations": lambda _: {"metadata": {"annotations": None}},
    "null in annotations that are not there": lambda _: {"metadata": {"annotations": {"contract-none": None}}},
    "null beside a value in annotations that are not there": lambda _: {
        "metadata": {"annotations": {"contract-none": None, "contract-some": "1"}}
    },
    "an annotation with an empty text": lambda _: {"metadata": {"annotations": {"contract-empty": ""}}},
    "an empty patch": lambda _: {},
    "empty objects": _emptied,
    "the object as it was read": _without_null,
    "the object as it was read, with a label": lambda live: paths.put(
        _without_null(live), (*LABELS, "contract-whole"), "6"
    ),
    "the object's kind and name, and a label": lambda live: {
        **{key: live[key] for key in ("apiVersion", "kind")},
        "metadata": {"name": live["metadata"]["name"], "labels": {"contract-named": "7"}},
    },
    "a label, with the version that was read": lambda live: paths.put(
        _label("pinned", "8"), ("metadata", "resourceVersion"), live["metadata"]["resourceVersion"]
    ),
}


@requirement("replaceable.merge-patch")
@cost(30)
def test_merge_patch(job: Job) -> None:
    """What a patch names is changed, what it does not name stays, and null takes away."""
    if "metadata.labels" not in job.fields:
        raise job.nothing_to_try("labels cannot be updated")
    for name, make in PATCHES.items():
        if "annotation" in name and "metadata.annotations" not in job.fields:
            continue
        reply = job.patch(make, name)
        if reply.expect_accepted():
            reply.expect_no_findings("replaceable", "immutable", "concurrency")


@requirement("replaceable.merge-patch")
@cost(6)
def test_null_takes_a_field_away(job: Job) -> None:
    """Null for a whole field takes it away, and a value for it comes to stand where nothing stood."""
    for field in job.fields:
        if paths.ANY in paths.parse(field):
            continue  # no merge patch names what is in a list
        value = job.fresh_values()[field]
        if value is MISSING:
            continue  # no source tells a value
        steps = {"a value": value, "null": None, "null where nothing is": None, "a value again": value}
        for name, item in steps.items():
            if job.harms({field: MISSING if item is None else item}):
                continue
            patch = paths.put({}, paths.parse(field), item)
            reply = job.patch(lambda _, patch=patch: patch, f"{field}: {name}")  # type: ignore[misc]
            if reply.expect_accepted(job.about_syntax(reply, item), field=field):
                reply.expect_no_findings("replaceable", "immutable")


@requirement("replaceable.merge-patch")
@cost(8)
def test_patches_at_once(job: Job) -> None:
    """Of patches at once that name no version, each that is accepted is stored, whatever the others change."""
    if "metadata.labels" not in job.fields:
        raise job.nothing_to_try("labels cannot be updated")
    for number in range(RACES):
        live = job.live()
        places = [(*LABELS, f"contract-writer-{writer}") for writer in range(WRITERS)]
        replies = job.race([paths.put(live, place, str(number)) for place in places], pinned=False)
        stored = job.live()
        for place, reply in zip(places, replies, strict=True):
            now = paths.get(stored, place)
            if reply.accepted and not paths.same(now, str(number)):
                found = Observed(Seen.STORED, reply.status, now)
                job.add_finding(Expected(Demand.STORED, (str(number),)), found, place, reply=reply)


@pytest.mark.parametrize("media_type", OTHER_TYPES)
@requirement("status.patch-type")
@tries("Send a merge patch as {media_type}")
def test_other_types(job: Job, media_type: str) -> None:
    """A body that is not labelled as a merge patch is refused, and changes nothing."""
    change = job.marked(media_type)
    reply = job.replace(change, headers={"Content-Type": media_type}, about=media_type)
    reply.expect_refused(400, 415)
    reply.expect_unchanged()


@requirement("status.absent")
def test_absent_object(job: Job) -> None:
    """An update of an object that does not exist is refused and creates none."""
    name = job.new_name()
    reply = job.send_elsewhere(name=name)
    created = job.discard(name)
    reply.expect_refused()
    if created:
        found: Any = Observed(Seen.STORED, reply.status, name)
        job.add_finding(Expected(Demand.REFUSED_OR_UNCHANGED, (MISSING,)), found, ("metadata", "name"), reply=reply)
