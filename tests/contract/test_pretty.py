"""Family pretty: the parameter changes how the answer is laid out, and nothing else."""

from __future__ import annotations

from itertools import islice

import pytest

from contracts.casekit.clients import CURL
from contracts.casekit.job import Job
from contracts.casekit.markers import cost, requirement
from contracts.casekit.probe import How, Prober
from contracts.casekit.reply import Reply
from contracts.casekit.titles import tries
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.judge import values
from contracts.judge.representations import as_yaml, indented
from contracts.judge.value_schemas import is_map_of_texts, schema_of
from contracts.run.trial import with_values
from contracts.spec.contract import Requirement

CONTENT = ("replaceable", "immutable", "response.is-stored-state", "response.schema")
# They ask for what is done without them (Kubernetes API concepts).
OTHER_PARAMETERS = ("fieldValidation=Ignore", "timeout=30s")
# More labels and annotations than anybody looks at.
MANY = 70
# Ways that a server need not take, and one that stores nothing.
UNUSUAL = {
    "much in YAML": How(
        query="pretty=true",
        headers={"Content-Type": "application/yaml"},
        encode=lambda body: as_yaml(body).ljust(LARGE, b"\n"),
    ),
    "a dry run in chunks": How(query="pretty=true&dryRun=All", headers={"Transfer-Encoding": "chunked"}),
}
# Bytes of a body that no gateway refuses for its size (128 KiB).
LARGE = 125_000
OTHER_VALUES = ("false", "0", "", "1", "yes", "TRUE", "True", "2", "truefalse")


@requirement("pretty.true-is-pretty")
def test_true_is_pretty(job: Job) -> None:
    """A replacement that changes something and one that does not are both answered in indented JSON."""
    start = job.fresh_values()
    for change in (job.fresh_values(), {}):
        plain = job.replace(change)
        if change:
            job.replace(start)
        reply = job.replace(change, pretty="true")
        if plain.accepted:
            reply.expect_accepted()


@requirement("pretty.true-is-pretty")
def test_true_beside_other_parameters(job: Job) -> None:
    """A replacement is answered in indented JSON wherever the parameter stands among others."""
    first, second = OTHER_PARAMETERS
    for parameters in (("pretty=true", first), (first, "pretty=true"), (first, "pretty=true", second)):
        query = "&".join(parameters)
        job.replace(job.fresh_values(), query=query, about=query).expect_pretty()  # if the others are taken


@requirement("pretty.true-is-pretty")
@cost(6)
def test_true_in_other_circumstances(job: Job) -> None:
    """A replacement is answered in indented JSON whatever it holds and however it was written, if it is taken."""
    many = {f"contract-{number}": str(number) for number in range(MANY)}
    maps = {name: many for name in job.fields if is_map_of_texts(schema_of(job.sendable, name))}
    labelled = {"Content-Type": f'{job.contract.write.media_type}; charset="utf-8"'}
    asked = "fieldManager=contract&pretty=true"
    about = "many keys, indented"
    job.replace(
        {**job.fresh_values(), **maps}, query=asked, headers=labelled, raw=indented, about=about
    ).expect_pretty()
    for about, how in UNUSUAL.items():
        exchange = Prober(job).send(with_values(job.known(), job.fresh_values()), how)
        Reply(job, exchange, about=about).expect_pretty()


@requirement("pretty.same-content")
def test_same_content(job: Job) -> None:
    """One and the same replacement, with and without the parameter, is answered with one JSON value."""
    inexact = {field: value for field in job.fields for value in values.inexact(job.sendable, field)}
    for wanted in (job.fresh_values(), values.extremes(job.sendable), values.intricate(job.sendable), inexact):
        plain = job.replace(wanted)
        reply = job.replace(wanted, pretty="true")
        # Where the plain answer shows already what it should not, there is nothing to compare with.
        if plain.accepted and not plain.found(*CONTENT) and reply.expect_accepted():
            reply.expect_same_as(plain)


@requirement("pretty.same-effect")
@tries("Set, change and clear {replaceable} with pretty=true as without")
def test_same_effect(job: Job, replaceable: Requirement) -> None:
    """What is stored without the parameter is stored with it, field by field."""
    for field in job.fields_of(replaceable):
        first = {field: job.fresh_values()[field]}
        for second in (job.fresh_values()[field], values.extremes(job.sendable)[field], job.nothing()[field]):
            _expect_same_effect(job, first, {field: second}, "true", "pretty.same-effect")


@requirement("pretty.same-effect")
@tries("Send invalid values of {replaceable} with pretty=true as without")
def test_same_refusal(job: Job, replaceable: Requirement) -> None:
    """What is refused without the parameter is refused with it."""
    for field in job.fields_of(replaceable):
        for value in islice(values.invalid(job.sendable, field), 2):
            plain = job.replace({field: value})
            reply = job.replace({field: value}, pretty="true", about=f"{field} as {paths.show(value, 60)}")
            if plain.refused and reply.accepted:
                reply.expect_refused(plain.status, requirement="pretty.same-effect", field=field)


@requirement("pretty.default")
def test_without_the_parameter(job: Job) -> None:
    """Without the parameter the answer is JSON; for a client that is no browser it is compact by convention."""
    reply = job.replace(job.fresh_values())
    reply.expect_accepted()
    reply.expect_object()
    if job.profile == "kubernetes":
        reply.expect_compact()


@pytest.mark.parametrize("value", OTHER_VALUES)
@requirement("pretty.other-values")
@tries("Replace the object with pretty={value}")
def test_other_values(job: Job, value: str) -> None:
    """Another value neither keeps a replacement from being stored nor changes what is answered."""
    reply = _expect_same_effect(job, job.fresh_values(), job.fresh_values(), value)
    if value == "false" and job.profile == "kubernetes":
        reply.expect_compact()
        # Who is taken for a person gets pretty output without the parameter, not in spite of it.
        asked = job.replace(job.fresh_values(), pretty=value, headers=CURL.headers, about="pretty=false, as curl sends")
        if asked.accepted:
            asked.expect_compact()


def _expect_same_effect(
    job: Job, start: dict[str, Json], wanted: dict[str, Json], value: str, requirement: str = ""
) -> Reply:
    """Make a change with the parameter and, where that breaks anything, without; what only the former breaks counts."""
    job.replace(start)
    reply = job.replace(wanted, pretty=value)
    if reply.accepted and isinstance(reply.value, dict) and not reply.found("replaceable", "immutable"):
        job.witness("compared")  # nothing is better without it
        return reply
    job.replace(start)
    plain = job.replace(wanted)
    required = value in ("true", "false") or reply.accepted or job.profile == "kubernetes"
    if plain.accepted and not plain.found("replaceable", "immutable") and required:
        job.witness("compared")
        if reply.expect_accepted(requirement):
            reply.expect_no_findings("replaceable", "immutable", requirement=requirement)
            if isinstance(plain.value, dict) and not requirement:
                reply.expect_object()
    return reply
