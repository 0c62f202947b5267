"""Defaults that only some of a target's servers show: replicas of two versions behind one address answer by turns.

Such a server shows what nobody stores, under the version that another one shows without it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from contracts.client.errors import TargetError
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.judge import attribution
from contracts.judge.model import without_defaults
from contracts.report.finding import Finding, Seen
from contracts.run.trial import Trial
from contracts.spec.fields import VERSION

if TYPE_CHECKING:
    from contracts.run.replacer import Replacer

# So many reads show both forms of an object where one server in two has the default, but for one run in 32.
READS: Final = 6
# So many fields are looked at.
MOST_FIELDS: Final = 10


class ShownByTurns:
    """Finds such defaults; of a created object they are taken for absent from then on, wherever shown.

    An adopted object is left what it may have there: what is shown of it at these places is no finding.
    """

    def __init__(self, replacer: Replacer) -> None:
        self._replacer = replacer
        self._looked_at: set[Path] = set()
        self._by_turns: set[Path] = set()

    def spared(self, trial: Trial) -> Trial:
        """The trial without findings about defaults that are shown by turns."""
        replacer = self._replacer
        if replacer.resource.adopted:
            return replace(trial, findings=tuple(one for one in trial.findings if not self.shows(one)))
        found = self._found(trial.findings)
        if not found:
            return trial
        replacer.target.unshown = {**replacer.target.unshown, **found}
        replacer.resource.original = without_defaults(replacer.resource.original, found)
        replacer.forget_read()
        before, sent, after = (
            without_defaults(value, found)
            for value in (trial.replacement.before, trial.replacement.sent, trial.replacement.after)
        )
        response = replace(trial.replacement.response, unshown=replacer.target.unshown)
        shown = replace(trial.replacement, before=before, sent=sent, after=after, response=response)
        return replacer.judged(shown, trial.exchange)

    def shows(self, finding: Finding) -> bool:
        """Whether a finding on an adopted object is about such a default, which is the server's own from then on."""
        resource = self._replacer.resource
        if resource.adopted and (found := self._found([finding])):
            self._by_turns.update(found)
            resource.note_servers(found)
        return paths.starts_with(finding.path, self._by_turns) and self._may_be_one(finding)

    def _found(self, findings: Iterable[Finding]) -> dict[Path, Json]:
        """The defaults among fields that were neither created nor sent by the run, and are not shown each time."""
        suspects = dict.fromkeys(one.path for one in findings if self._may_be_one(one))
        fresh = [path for path in suspects if path not in self._looked_at][: MOST_FIELDS - len(self._looked_at)]
        self._looked_at.update(fresh)
        found = {path: default for path in fresh if (default := self._default(path)) is not MISSING}
        self._replacer.evidence.server_added.update(map(paths.render, found))
        return found

    def _may_be_one(self, finding: Finding) -> bool:
        seen = attribution.is_about_the_store(finding) or finding.observed.seen is Seen.ANSWERED
        scope, path, chosen = self._replacer.scope, finding.path, self._replacer.chosen
        if not seen or not path or paths.starts_with(path, (*scope.replaceable, *scope.volatile)):
            return False
        return paths.get(self._replacer.resource.created_from, path) is MISSING and not chosen.has_value(path)

    def _default(self, path: Path) -> Json:
        """The one value that some reads of the object show at a path, and others of the same version do not."""
        versions, shown = list[Json](), list[Json]()
        for _ in range(READS):
            try:
                value = self._replacer.resource.read()
            except TargetError:  # what else is found at this moment is to be kept all the same
                return MISSING
            versions.append(paths.get(value, VERSION))
            shown.append(paths.get(value, path))
        told = [value for value in shown if value is not MISSING]
        steady = all(paths.same(one, versions[0]) for one in versions) and versions[0] is not MISSING
        alike = bool(told) and all(paths.same(one, told[0]) for one in told)
        return told[0] if steady and alike and len(told) < len(shown) else MISSING
