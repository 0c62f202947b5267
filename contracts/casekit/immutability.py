"""Trying the immutable fields: as they are, varied, carelessly, in circumstances."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile
from typing import Final

from contracts.casekit.circumstances import RETRY, VARIATIONS, Circumstance, places
from contracts.casekit.job import Job
from contracts.casekit.key_capitals import differs_in_capitals
from contracts.casekit.markers import AttemptGroup, OutOfBudget
from contracts.casekit.reply import Reply
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Mutation
from contracts.judge import harmless
from contracts.judge.attempts import Attempts
from contracts.judge.equivalents import EMPTY, MATCHED, TRIMMED
from contracts.judge.mutations import KNOWN_MEMBER, WAYS
from contracts.judge.sampling import ONE_OF_A_NAME, names_first, of_each_name, representatives, shuffled
from contracts.report.finding import Finding
from contracts.run.trial import with_values
from contracts.spec.contract import Contract, Requirement

# A target that stores all it is sent is known after this many attempts; each more costs it half a dozen requests.
ENOUGH: Final = 25
# Of each kind of careless comparison so many attempts on the fields of a requirement: in spec, and elsewhere.
OF_A_KIND: Final = 3
OF_A_KIND_ELSEWHERE: Final = 1
# Outside spec stand the names by which an object is known, each compared by code of its own: uid, kind, namespace.
OF_SOME_KINDS_ELSEWHERE: Final = {"capitals": 8, **dict.fromkeys(MATCHED, 0)}
# Whoever drops what is empty does so wherever it stands; what an API has and the object lacks, each has a reason of its
# own to be written.
# Who compares texts by pattern or hash does so with all of them.
OF_SOME_KINDS: Final = {
    **{f"member that is {paths.show(empty)}": 2 for empty in EMPTY},
    **dict.fromkeys(MATCHED, 2),
    KNOWN_MEMBER: 20,
}
# Of ways other than to change a value every so many-th depth is tried in a variation, by turns: each depth and each way
# is tried in each variation, not each depth in each way.
EVERY: Final = 5
# Ways whose attempts are read back one by one: between two others, what is undone at once would not be seen.
READ_EACH: Final = frozenset({"change", "remove"})


def _moves(reply: Reply) -> list[Finding]:
    """What says that an immutable field is stored otherwise than before."""
    return [one for one in reply.found("immutable") if one.requirement != "immutable.atomic"]


def _moved(reply: Reply) -> bool:
    return bool(_moves(reply))


def asked_for(attempt: Mutation, found: Iterable[Finding]) -> list[Finding]:
    """The moves that an attempt asked for: at its place, among its neighbours in a list, or of its value elsewhere.

    A key that was sent beside another one, and is stored there, has moved nothing, and what else a replacement moves is
    no doing of the attempt: the rules have judged both.
    """
    place = attempt.path[:-1] if isinstance(attempt.path[-1], int) else attempt.path

    def is_its_own(one: Finding) -> bool:
        at_place = paths.starts_with(one.path, [place]) or paths.starts_with(place, [one.path])
        return at_place or (attempt.new is not MISSING and paths.same(one.observed.value, attempt.new))

    return [one for one in found if is_its_own(one) and not differs_in_capitals(one.path, attempt.path)]


def _enough(tries: Iterable[bool]) -> bool:
    """Make attempts until so many have changed the object as are enough; whether they were."""
    return sum(islice(filter(None, tries), ENOUGH)) == ENOUGH


def give_owners_values(job: Job) -> None:
    """Give an adopted object its owner's values, as far as none of them is below what a controller may act on by now.

    An attempt that the target stores may break the object, so that it takes no replacement any more.
    """
    live, original = job.known() if job.adopted else {}, job.run.resource.original
    owners = {path: paths.get(original, path) for path in job.run.scope.replaceable if job.adopted}
    wanted = {
        paths.render(path): value for path, value in owners.items() if not paths.same(paths.get(live, path), value)
    }
    for name in harmless.harmful(job.run.resource.limits, with_values(live, wanted), live) if wanted else ():
        wanted.pop(name, None)
    if wanted:
        job.replace(wanted)


class ImmutableFields:
    """The attempts of a session on the immutable part of the object, and which of them are known to change it."""

    def __init__(self, contract: Contract, *, adopted: bool) -> None:
        self._attempts = Attempts(contract, adopted=adopted)
        self._first: Sequence[tuple[Requirement, Mutation]] = ()
        self._ranked = 0
        self._broken: set[tuple[str, str]] = set()
        self._given_up: set[tuple[str, str]] = set()
        self._careless: set[str] = set()

    def try_each(self, job: Job, group: AttemptGroup) -> None:
        """Every attempt of a group, as it is; of some ways on one field of each name (`ONE_OF_A_NAME`)."""
        give_owners_values(job)
        found = self._of(job, group, one_of_a_name=group.way in ONE_OF_A_NAME)
        replies = map(job.replace, found) if group.way in READ_EACH else job.replace_each(found)
        if _enough(map(self._changed, replies)):
            self._given_up.add((group.requirement.id, group.way))
        if group.way == "change" and any(one.startswith(job.contract.desired) for one in group.requirement.fields):
            job.run.examiner.look_late()  # attempts follow each other faster than a queue behind the answers may work

    def try_again(self, job: Job, group: AttemptGroup, variation: str) -> None:
        """At some depths one attempt of a group, in a variation; only what the variation gets stored counts.

        The seed decides which; those that change the object without any variation are passed over.
        """
        give_owners_values(job)
        seed = job.run.settings.seed
        depths: dict[int, list[Mutation]] = {}
        for attempt in shuffled(self._of(job, group), seed, variation):
            depths.setdefault(len(attempt.path), []).append(attempt)
        found = [depths[depth] for depth in sorted(depths)]
        if group.way != "change":
            turn = seed + WAYS.index(group.way) + list(VARIATIONS).index(variation)
            found = found[turn % min(EVERY, len(found)) :: EVERY]
        _enough(self._varied(job, group.requirement, one, variation) for one in found)

    def _varied(self, job: Job, requirement: Requirement, found: Iterable[Mutation], variation: str) -> bool:
        for attempt in found:
            if self._is_broken(requirement, attempt) or (variation == RETRY and self._changes(job, attempt)):
                continue
            return self._bypassed(job, requirement, attempt, VARIATIONS[variation])
        return False

    def try_carelessly(self, job: Job, requirement: Requirement) -> None:
        """Of every kind of change that a careless comparison takes for none a few, which the seed decides."""
        give_owners_values(job)
        if _enough(map(_moved, job.replace_each(self._few(job, self._careless_on(job, requirement))))):
            self._careless.add(requirement.id)

    def try_each_name_carelessly(self, job: Job, requirement: Requirement) -> None:
        """Of the kinds of such changes to single values and lists, one on a field of every name.

        Each name may be compared by code of its own. Only where what is sent can be read back together, or these would
        be most of a run's requests.
        """
        if requirement.id in self._careless:
            raise job.nothing_to_try("what a careless comparison takes for no change is known to be stored there")
        found = self._careless_on(job, requirement)
        values = [
            (TRIMMED.get(kind, kind), attempt)
            for kind, attempt in found
            if attempt.old is not MISSING and not isinstance(attempt.old, dict) and kind not in MATCHED
        ]
        others = list(of_each_name(values, job.run.settings.seed, besides=self._few(job, found)))
        if not others or not job.run.examiner.reads_together:
            raise job.nothing_to_try("the object has no other names there, or is written by somebody else all the time")
        _enough(map(_moved, takewhile(lambda _: job.run.examiner.reads_together, job.replace_each(others))))

    def _careless_on(self, job: Job, requirement: Requirement) -> list[tuple[str, Mutation]]:
        found = self._attempts.careless_on(job.known(), requirement.id)
        return [(kind, attempt) for kind, attempt in found if not job.harms(attempt)]

    def _few(self, job: Job, found: Sequence[tuple[str, Mutation]]) -> list[Mutation]:
        in_spec = any(attempt.path[0] in job.contract.desired for _, attempt in found)
        most, of_kinds = (OF_A_KIND, OF_SOME_KINDS) if in_spec else (OF_A_KIND_ELSEWHERE, OF_SOME_KINDS_ELSEWHERE)
        return list(representatives(found, job.run.settings.seed, most, of_kinds))

    def try_in(self, job: Job, circumstance: Circumstance) -> None:
        """For each requirement one attempt in spec, in other circumstances."""
        give_owners_values(job)
        for requirement, attempt in self._deepest(job):
            if not self._is_broken(requirement, attempt):
                self._bypassed(job, requirement, attempt, circumstance)

    def _bypassed(self, job: Job, requirement: Requirement, attempt: Mutation, circumstance: Circumstance) -> bool:
        """Whether the attempt changes the object in some circumstance; a finding where the plain one does not."""
        reply = circumstance(job, attempt)
        moved = asked_for(attempt, _moves(reply))
        if not moved:
            return False
        # The first half of a repetition was the plain attempt.
        if reply.about != RETRY:
            self._changes(job, attempt)
        if not self._is_broken(requirement, attempt):
            first, name = moved[0], "immutable.no-bypass"
            job.add_finding(first.expected, first.observed, first.path, name, reply, attempt=attempt, alone=True)
        return True

    def _changes(self, job: Job, attempt: Mutation) -> bool:
        """Whether the plain attempt, made now, changes the object."""
        return self._changed(job.replace(attempt))

    def _changed(self, reply: Reply) -> bool:
        moves, attempt = _moves(reply), reply.attempt
        if attempt is not None and asked_for(attempt, moves):
            self._broken.add((attempt.way, attempt.field))
        return bool(moves)

    def _is_broken(self, requirement: Requirement, attempt: Mutation) -> bool:
        """Whether the attempt is known to change the object without any variation."""
        return (attempt.way, attempt.field) in self._broken or (requirement.id, attempt.way) in self._given_up

    def _of(self, job: Job, group: AttemptGroup, *, one_of_a_name: bool = False) -> Iterator[Mutation]:
        live = job.known()
        job.leave_out(*self._attempts.spared(group.requirement.id))
        chosen = [one for one in self._attempts.on(live, group.requirement.id, group.way) if not job.harms(one)]
        if not chosen:
            raise job.nothing_to_try(f"the object has nothing to {group.way} there")
        first, others = names_first(chosen, job.run.settings.seed if one_of_a_name else None)
        chosen = first if one_of_a_name else [*first, *others]
        if job.adopted:  # a run ends with the first change that a controller may act on: let it be a small one
            chosen = sorted(chosen, key=lambda one: -len(one.path))
        for number, attempt in enumerate(chosen):
            if option := job.run.used_up():
                raise OutOfBudget(option, f"after {number} of {len(chosen)} attempts")
            yield attempt

    def _deepest(self, job: Job) -> Sequence[tuple[Requirement, Mutation]]:
        """For each requirement about something in spec a value to change, or else a member to add.

        The one that most neighbours have too, and of those the deepest.
        """
        live = job.known()

        def rank(attempt: Mutation) -> tuple[int, int]:
            return len(list(places(live, attempt.path))), len(attempt.path)

        def found() -> Iterator[tuple[Requirement, Mutation]]:
            for requirement in job.contract.requirements.values():
                attempts = (one for way in WAYS for one in self._attempts.on(live, requirement.id, way))
                within = [one for one in attempts if one.path[0] in job.contract.desired and not job.harms(one)]
                changes = [one for one in within if one.way == "change"]
                if within:
                    yield requirement, max(changes or within, key=rank)

        self._attempts.on(live, "", "")
        if self._ranked != self._attempts.made:
            self._ranked, self._first = self._attempts.made, list(found())
        return self._first
