"""What a case knows of the object under test: what stands there, what may be sent to it, and with which credentials."""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, Final

import pytest

from contracts.casekit.markers import NothingToTry, requirements_of, sentence_of, subject_of
from contracts.casekit.reply import Reply
from contracts.client.credentials import ANONYMOUS, NONE, Credential, Token, Variant
from contracts.client.errors import TargetUnavailable
from contracts.client.foreign_credentials import foreign_credentials
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Difference, Json, Mutation, Path
from contracts.judge import harmless, value_schemas, values
from contracts.judge.kept import kept
from contracts.judge.model import Exchange, Response
from contracts.judge.stored import deviations
from contracts.resource.denied_credential import has_expired, option_of
from contracts.resource.stored_object import JSON, uid_of
from contracts.run.run import Run
from contracts.run.trial import Make, assign
from contracts.spec.contract import Requirement
from contracts.spec.fields import NAME, VERSION

_MARKS: Final = count(1)
_NAMES: Final = count(1)
LABELS: Final = "metadata.labels"
MARK: Final = "contract-sent"
LONGEST_MARK: Final = 40

Change = Mapping[str, Any] | Make | Mutation


class UnderTest:
    """The object under test as a case may look at it; `Job` adds what a case does with it.

    `fields`: those that can be replaced. `sendable`: the contract for who makes values to send. `adopted`: whether the
    object is somebody's, which the run puts back as it was. `server_owned`: what the server and controllers may write
    at any moment. `sentence`: what the case says that must hold. `subject`: which of its parameters the case has.
    """

    def __init__(self, run: Run, item: pytest.Item) -> None:
        self.run = run
        self.contract = run.contract
        self.sendable = run.resource.sendable
        self.profile = run.settings.profile
        self.fields = run.contract.replaceable
        self.adopted = run.resource.adopted
        self.server_owned = run.scope.server_owned
        self.requirements = requirements_of(item)
        self.sentence = sentence_of(item)
        self.subject = subject_of(item)
        self._item = item

    def live(self) -> Json:
        """The object as it is stored now; created anew when a fault made it disappear."""
        self.run.evidence.check_enough()
        return self.run.examiner.live()

    def known(self) -> Json:
        """As `live`, but not read anew where this run has sent nothing since it was read last, and nobody else writes.

        It saves a request in cases that change the object by no other way than this `job`.
        """
        self.run.evidence.check_enough()
        return self.run.examiner.known()

    def version(self) -> Json:
        """The resourceVersion of the object as it is stored now."""
        return paths.get(self.live(), VERSION)

    def is_written_within(self, seconds: float) -> bool:
        """Whether somebody else writes the object within so many seconds."""
        return self.run.examiner.is_written_within(seconds)

    def look_past(self, before: Json) -> bool:
        """Whether the object has another version than `before`, of which a write was refused with 409.

        What a lag may hide is waited for.
        """
        now = self.run.resource.reads.past(before, correct=True)
        return not paths.same(*(paths.get(value, VERSION) for value in (before, now)))

    @property
    def foreign_writes(self) -> int:
        """How many versions of the object have been read that no answer to this run has shown: other writers' ones."""
        return self.run.resource.versions.foreign

    def read(self, pretty: str) -> Json:
        """What a read with another value of pretty shows of the object, `MISSING` where that is no object."""
        value = self.run.target.send("GET", self.run.resource.path, query=f"pretty={pretty}").response.value
        return value if isinstance(value, dict) else MISSING

    def uid(self) -> str | None:
        """The uid of the object as it is stored now, None where it has none."""
        return uid_of(self.live())

    def fields_of(self, replaceable: Requirement) -> tuple[str, ...]:
        """The fields of a requirement; raises what skips the case where no source tells a value that they can take."""
        if not any(value_schemas.has_values(self.contract, field) for field in replaceable.fields):
            raise self.nothing_to_try(f"no source tells a value that {', '.join(replaceable.fields)} can take")
        return replaceable.fields

    def fresh_values(self) -> dict[str, Json]:
        """A valid value for every replaceable field, another one than before; those of an enumeration come back."""
        return values.assignments(self.sendable, next(_MARKS))

    def escapable_values(self) -> dict[str, Json]:
        """As `fresh_values`, with texts that JSON may write in several ways."""
        return values.escapable(self.sendable, next(_MARKS))

    def marked(self, text: str, field: str = LABELS) -> dict[str, Json]:
        """An allowed change by which it can be told later whether a request was carried out: a key with this text.

        In `field`, or in another map of texts where that cannot be replaced; without any, fresh values.
        """
        maps = [
            one for one in self.fields if value_schemas.is_map_of_texts(value_schemas.schema_of(self.sendable, one))
        ]
        chosen = field if field in maps else next(iter(maps), "")
        word = "".join(character for character in text if character.isalnum())[:LONGEST_MARK]
        return {chosen: {MARK: word}} if chosen else self.fresh_values()

    def nothing(self) -> dict[str, Json]:
        """Every replaceable field left out, but for one without which a controller could harm an adopted object."""
        cleared = values.cleared(self.sendable)
        self.leave_out(*(field for field, value in cleared.items() if value is not MISSING))
        return cleared

    def harms(self, change: Change) -> bool:
        """Whether a change is not to be sent: a controller could end an adopted object, or --keep forbids it."""
        original, limits = self.run.resource.original, self.run.resource.limits
        if not limits:
            return False
        wanted = kept(self.run.resource.keep, original, made_by(change)(original))
        harm = harmless.harmful(limits, wanted, original)
        self.leave_out(*harm)
        return bool(harm)

    def deviations(self, field: str, value: Json, shown: Json) -> list[Difference]:
        """How an object differs from one in which a field was sent with a value, or `MISSING` for left out.

        What the target adds by itself is no difference, nor a default that it has given when the object held other
        fields, and that was sent back since as it was read.
        """
        path = paths.parse(field)
        sent = paths.put(paths.put({}, path, {}), path, self._with_kept(field, value))
        return list(deviations(path, sent, MISSING, shown, self.run.resource.added.whatever_is_beside()))

    def _with_kept(self, field: str, value: Json) -> Json:
        """What is sent of a value, with what is to be kept (`--keep`)."""
        original, path = self.run.resource.original, paths.parse(field)
        return paths.get(kept(self.run.resource.keep, original, paths.put(original, path, value)), path)

    def new_name(self) -> str:
        """A name of which no object exists; what comes to exist under it is deleted in the end."""
        name = f"contract-{self.run.resource.run_id}-new{next(_NAMES)}"
        self.run.resource.leftovers.may_create(name)
        return name

    def create(self, name: str, beside: Mapping[Path, Json] | None = None) -> Json:
        """Create a second object of a name that `new_name` gave; the object as the creation was answered.

        `beside`: what it has that the object under test was created without. Raises what skips the case where the
        target makes none.
        """
        sent = paths.put(self.run.resource.new_object(), NAME, name)
        for path, value in (beside or {}).items():
            sent = paths.put(sent, path, value)
        self.run.resource.leftovers.may_create(name)
        answer = self._asked_to_create(name, strict.encode(sent))
        if not answer.accepted or not isinstance(answer.value, dict):
            raise self.nothing_to_try("the target makes no second object")
        self.run.resource.leftovers.note_answer(self.path_of(name), answer)
        return answer.value

    def _asked_to_create(self, name: str, body: bytes) -> Response:
        """The answer to a creation; where a connection was closed instead, the object if it is there, or once more."""
        try:
            return self.run.target.send("POST", self.run.resource.collection, headers=JSON, body=body).response
        except TargetUnavailable:
            there = self.run.target.send("GET", self.path_of(name)).response
            if there.accepted:
                return there
        return self.run.target.send("POST", self.run.resource.collection, headers=JSON, body=body).response

    def path_of(self, name: str) -> str:
        """The path of the object of another name."""
        return self.contract.item_path.format(namespace=self.run.namespace, name=name)

    def stored_at(self, path: str) -> Json:
        """The object at a path as a read shows it, `MISSING` where it shows none."""
        answer = self.run.target.send("GET", path).response
        return answer.value if answer.accepted and isinstance(answer.value, dict) else MISSING

    def discard(self, name: str) -> bool:
        """Delete an object of a name that `new_name` gave; whether there was one."""
        return self.run.resource.leftovers.discard(name)

    def credential_variants(self) -> Iterator[tuple[str, Variant]]:
        """What else may be shown in place of the valid credential, by names that do not show it; nothing at first."""
        yield "no credential", Variant(NONE, ANONYMOUS)
        yield from self.run.target.authority.variants().items()
        yield from foreign_credentials().items()

    def wrong_credential(self) -> Credential:
        """A credential in the target's own form that is not the valid one; none where there is no such form."""
        variants = self.run.target.authority.variants().values()
        return next((one.credential for one in variants if one.refusals == (401,) and not one.valid), NONE)

    def invalid_credentials(self) -> dict[str, Credential]:
        """No credential, and a wrong one where the target has a form of its own, each with its words."""
        wrong = self.wrong_credential()
        return {"no credential": NONE} | ({} if wrong is NONE else {"a wrong one": wrong})

    def token(self, value: str) -> Credential:
        """Another user's token, in the form in which the target takes tokens; nothing that is written shows it."""
        self.run.secrets.add(value)
        return Token(value, self.run.settings.auth_header)

    def denied_credential(self) -> Credential:
        """The credential that may not replace the object; the case has nothing to try where none was given."""
        if self.run.denied_credential is None:
            raise self.nothing_to_try("no credential was given that may not replace the object (--denied-token-file)")
        return self.run.denied_credential

    def check_expiry(self, exchange: Exchange, shown: Credential | Mapping[str, str] | None) -> None:
        """Skip the case where the credential that may not replace the object has been `shown`, and is not valid now.

        Its 401 is right then, and says nothing of 403.
        """
        denied = self.run.denied_credential
        if denied is None or shown is not denied:
            return
        if has_expired(self.run.target, self.run.resource.path, denied, exchange.response):
            what = "the credential that may not replace the object is not valid any more"
            pytest.skip(f"{what}, it is refused for reading, too: 401 ({option_of(denied)})")

    def note_credential(self, name: str, reply: Reply) -> None:
        """Note how a request was answered that showed no valid credential, or the valid one in another form."""
        self.run.evidence.credentials[name].add(reply.status)

    def witness(self, name: str) -> None:
        """Note that something was seen without which a requirement cannot be said to hold (requirements.yaml)."""
        self.run.evidence.witnessed.add(name)

    def nothing_to_try(self, reason: str) -> NothingToTry:
        """To be raised where the object gives the case nothing to try: the requirement is judged without it."""
        return NothingToTry(reason)

    def not_tried(self, reason: str, *what: str) -> NothingToTry:
        """To be raised where `what` the case would try is not tried on an adopted object: the record says so."""
        self.leave_out(*what)
        return self.nothing_to_try(reason)

    def leave_out(self, *what: str) -> None:
        """Note what the case does not try on an adopted object; what is to be kept (`--keep`) is left out of any."""
        kept_ones = {one.field for one in self.run.resource.limits if one.kept}
        self.run.evidence.not_tried.update(one for one in what if self.adopted and one not in kept_ones)


def made_by(change: Change) -> Make:
    """What makes the object to send of the live one."""
    if isinstance(change, Mutation):
        return change.apply
    return assign(change) if isinstance(change, Mapping) else change
