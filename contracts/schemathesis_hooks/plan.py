"""What becomes of a generated body: how the one that is sent is made of the live object, and what is demanded. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, Final

import jsonschema_rs

from contracts.casekit import generated_body as generated
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json, Mutation
from contracts.judge import client_mistakes, values
from contracts.judge.attempts import attempts, by_group, careless_attempts
from contracts.judge.model import Response
from contracts.judge.sampling import representatives
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.run.trial import Make, assign, with_values
from contracts.spec.contract import Contract
from contracts.spec.fields import VERSION

SYNTAX: Final = "replaceable.invalid-refused"
LONGEST_MESSAGE: Final = 160
# Attempts on immutable fields: how many of each requirement and way, and of each kind of careless comparison.
MOST_OF_A_WAY: Final = 8
MOST_OF_A_KIND: Final = 1


@dataclass(frozen=True)
class Demanded:
    """How a request must be answered: with one of these statuses, or else `requirement` is broken."""

    statuses: tuple[int, ...]
    requirement: str
    rule: str
    sentence: str
    subject: str = ""

    def finding(self, response: Response) -> Finding | None:
        """The finding that an answer is, if it is none of those demanded."""
        if response.status in self.statuses or (self.statuses == (200,) and response.accepted):
            return None
        said = response.value.get("message", "") if isinstance(response.value, dict) else ""
        note = str(said or response.defect)[:LONGEST_MESSAGE]
        observed = Observed(Seen.NOTE if note else Seen.STATUS, response.status, note=note)
        found = Finding(self.requirement, Expected(Demand.STATUS, self.statuses), observed, rule=self.rule)
        return replace(found, sentence=self.sentence, subject=self.subject)


@dataclass(frozen=True)
class Plan:
    """How the body of one case is made of the live object; `make` is None where the generated one is sent as it is.

    `spoil`: what makes of the encoded body what is sent. `accepted`: what is demanded where all of the case is valid;
    `refused`: what is demanded in any case.
    """

    make: Make | None = None
    mutation: Mutation | None = None
    spoil: Callable[[bytes], bytes] | None = None
    accepted: Demanded | None = None
    refused: Demanded | None = None


PlanFor = Callable[[Json], Plan]


def of_body(contract: Contract, body: Json, live: Json) -> Plan:
    """The plan for a generated body: its replaceable fields, or what is wrong with them, in the live object.

    What is wrong elsewhere is sent under the live object's identity; that may be refused or ignored. Where the identity
    is all that was wrong, nothing is.
    """
    if not isinstance(body, dict):
        said = "A body that is no JSON object is refused"
        return Plan(refused=Demanded((400, 415, 422), "status.400", "negative-data", said))
    if wrong := generated.wrong_part(contract, body):
        said = "What the specification does not allow is refused"
        demanded = Demanded((400, 422), SYNTAX, "negative-data", said, ", ".join(sorted(wrong)))
        return Plan(assign(wrong), refused=demanded)
    if not jsonschema_rs.is_valid(_schema(contract), generated.identified(contract, body, live)):
        return Plan(lambda live: generated.identified(contract, body, live))
    wanted = generated.replaceable_part(contract, body)
    said = "Replaceable fields as the specification allows them are accepted"
    requirement = SYNTAX if any(map(values.is_unusual, wanted.values())) else "replaceable.together"
    return Plan(assign(wanted), accepted=Demanded((200,), requirement, "positive-data", said))


@cache
def _schema(contract: Contract) -> dict[str, Any]:
    return generated.narrowed(contract, closed=False)


def beside_examples(contract: Contract, live: Json, seed: int) -> Iterator[PlanFor]:
    """What is sent beside the examples, the last first: an outdated version, broken bodies, immutable changes."""
    yield partial(_outdated, values.assignments(contract, 0), paths.get(live, VERSION))
    for number, name in enumerate(client_mistakes.malformed(b"{}"), start=1):
        yield partial(_malformed, values.assignments(contract, number), name)
    for number, mutation in enumerate(_attempts(contract, live, seed)):
        # every other one beside allowed changes, which a refusal must not let through
        yield partial(_attempt, values.assignments(contract, number) if number % 2 else {}, mutation)


def _outdated(wanted: Mapping[str, Json], version: Json, live: Json) -> Plan:
    """A replacement made of an earlier version, where there has been another since."""
    said = "A replacement made of an outdated version is refused"
    demanded = Demanded((409,), "concurrency.stale-refused", "outdated-version", said)
    moved = paths.get(live, VERSION) != version
    return Plan(assign({**wanted, paths.render(VERSION): version}), refused=demanded if moved else None)


def _malformed(wanted: Mapping[str, Json], name: str, _live: Json) -> Plan:
    """A body that is no JSON object; it holds values by which it shows when it was stored all the same."""
    demanded = Demanded((400,), "status.400", "malformed-body", "A body that is no JSON object is refused", name)
    return Plan(assign(wanted), spoil=lambda body: client_mistakes.malformed(body)[name], refused=demanded)


def _attempt(wanted: Mapping[str, Json], mutation: Mutation, _live: Json) -> Plan:
    """An attempt on an immutable field, which may be refused or ignored."""
    return Plan(lambda live: mutation.apply(with_values(live, wanted)), mutation)


def _attempts(contract: Contract, live: Json, seed: int) -> Iterator[Mutation]:
    """Some attempts of every way on the immutable fields of every requirement; the seed decides which."""
    found = by_group(contract, attempts(contract, live))
    by_way = [(f"{requirement} {way}", one) for (requirement, way), group in found.items() for one in group]
    yield from representatives(by_way, seed, MOST_OF_A_WAY)
    yield from representatives(careless_attempts(contract, live), seed, MOST_OF_A_KIND)
