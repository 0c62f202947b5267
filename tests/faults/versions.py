"""Family concurrency: versions that are not compared, or do not tell one state from another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.checks import parse_version
from contracts.reference.http_request import Response
from contracts.reference.immutability import merge_as_sent
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal
from contracts.spec.fields import GENERATION, VERSION
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import changes, put
from tests.faults.support.making import Moment, answering, field_of, storing, watched

STALE = ("concurrency.stale-refused", "concurrency.one-winner")
ADVANCES = ("concurrency.version-advances",)


def _accepting(endpoint: Endpoint, forgives: Callable[[Object, Object], bool]) -> Behaviour:
    """Steps that let outdated versions pass where `forgives(stored, sent)`."""
    check_version = endpoint.steps.check_version

    def check(stored: Object, sent: Object) -> None:
        try:
            check_version(stored, sent)
        except Refusal as refused:
            if refused.code != 409 or not forgives(stored, sent):
                raise

    return replace(endpoint.steps, check_version=check)


def _changes(stored: Object, sent: Object, *path: str) -> bool:
    asked = merge_as_sent(stored, sent)
    return any(change.path[: len(path)] == path for change in changes(stored, asked))


@fault(*STALE)
def stale_version_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. The version is carried along and compared with nothing.

    fabric8io/kubernetes-client#4739: the mock server honoured replacements with a stale version;
    kubernetes-sigs/controller-runtime#832: so did a fake client.
    """
    return _accepting(endpoint, lambda *_: True)


@fault(*STALE)
def version_one_behind_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. A tolerance of one version was built in against conflicts with
    controllers.

    kubernetes/kubernetes#8625: status updates made conflicts frequent.
    """
    return _accepting(
        endpoint, lambda stored, sent: parse_version(get(stored, VERSION)) - parse_version(get(sent, VERSION)) == 1
    )


@fault("concurrency.stale-refused")
def older_versions_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. Only the version before the last is kept, so older ones are not
    recognised.
    """
    return _accepting(
        endpoint, lambda stored, sent: parse_version(get(stored, VERSION)) - parse_version(get(sent, VERSION)) > 1
    )


@fault("concurrency.one-winner", "concurrency.stale-refused")
def generations_compared_for_versions(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. Generation is compared in place of the version, and labels do not
    count.
    """
    return _accepting(endpoint, lambda stored, sent: get(stored, GENERATION) == get(sent, GENERATION))


@fault(*STALE)
def version_checked_with_labels_only(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. The check was built for controllers that fight over labels."""
    labels = field_of("replaceable.labels")
    return _accepting(endpoint, lambda stored, sent: get(stored, labels) == get(sent, labels))


@fault("concurrency.stale-refused")
def version_not_checked_with_spec(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. A new spec is the user's will, and goes through whatever its version."""
    return _accepting(endpoint, lambda stored, sent: _changes(stored, sent, "spec"))


@fault("concurrency.stale-refused")
def stale_version_accepted_without_uid(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. The uid and the version are preconditions of one kind, and are made where
    there is a uid.
    """
    return _accepting(endpoint, lambda _, sent: "uid" not in sent["metadata"])


@fault("concurrency.stale-refused")
def stale_version_accepted_without_generation(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. What has no generation is taken for a manifest that somebody applies for
    the first time.
    """
    return _accepting(endpoint, lambda _, sent: get(sent, GENERATION) is MISSING)


@fault("concurrency.stale-refused")
def stale_version_accepted_with_force(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. force=true, known from server-side apply, overrules every conflict."""
    steps, moment = watched(endpoint.steps)
    return _accepting(replace(endpoint, steps=steps), lambda *_: moment.request.query.get("force") == "true")


@fault(*STALE)
def stale_version_ignored_with_200(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. It is dropped, and the object answered as it is: the client will see."""
    return storing(
        replace(endpoint, steps=_accepting(endpoint, lambda *_: True)),
        lambda moment, new: new if get(moment.stored, VERSION) == get(moment.sent, VERSION) else moment.stored,
    )


@fault(*ADVANCES, *STALE)
def version_never_advances(endpoint: Endpoint) -> Behaviour:
    """Breaks: every change gives a new version. The version is set at creation, and the update forgets it."""
    return replace(endpoint.steps, next_version=lambda stored, _: str(get(stored, VERSION)))


@fault(*ADVANCES, *STALE)
def version_advances_with_spec_only(endpoint: Endpoint) -> Behaviour:
    """Breaks: every change gives a new version. It is a digest of the spec."""
    steps, moment = watched(endpoint.steps)

    def version(stored: Object, counter: int) -> str:
        return str(counter) if moment.changed(("spec",)) else str(get(stored, VERSION))

    return replace(steps, next_version=version)


@fault(*ADVANCES, *STALE)
def version_reused(endpoint: Endpoint) -> Behaviour:
    """Breaks: every change gives a new version. It is a counter of so few bits that it comes round again."""
    return replace(endpoint.steps, next_version=lambda _, counter: str(counter % 2 + 1))


@fault(*ADVANCES, *STALE)
def version_is_a_second(endpoint: Endpoint) -> Behaviour:
    """Breaks: every change gives a new version. It is the time of the change, in whole seconds: here, ten changes
    long.
    """
    return replace(endpoint.steps, next_version=lambda _, counter: str(1_700_000_000 + counter // 10))


def _answered(endpoint: Endpoint, version: Callable[[Moment, str], str]) -> Behaviour:
    def tell(moment: Moment, response: Response) -> Response:
        if response.status != 200:
            return response
        value = response.value
        return replace(response, value=put(value, VERSION, version(moment, get(value, VERSION))))

    return answering(endpoint, tell)


@fault(*ADVANCES)
def old_version_answered(endpoint: Endpoint) -> Behaviour:
    """Breaks: the new version is in the answer. The body that came in is what the answer starts from."""
    return _answered(endpoint, lambda moment, _: str(get(moment.stored, VERSION)))


@fault(*ADVANCES)
def foreign_version_answered(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answered version is the object's. The store's own revision is answered, and the next write
    refused.

    kubernetes-sigs/controller-runtime#2487: an update right after another one failed for its version.
    """
    return _answered(endpoint, lambda _, version: str(int(version) + 1_000_000))


@fault(*STALE)
def greater_versions_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: a version that is not the object's is 409. It is asked whether the client's is older, and it is not."""
    return _accepting(
        endpoint, lambda stored, sent: parse_version(get(sent, VERSION)) > parse_version(get(stored, VERSION))
    )


@fault("concurrency.stale-refused")
def versions_compared_in_sixteen_bits(endpoint: Endpoint) -> Behaviour:
    """Breaks: a version that is not the object's is 409. Both are cast to the type of an older column, a SMALLINT."""
    return _accepting(
        endpoint,
        lambda stored, sent: (parse_version(get(sent, VERSION)) - parse_version(get(stored, VERSION))) % 2**16 == 0,
    )


@fault("concurrency.stale-refused")
def versions_compared_as_text(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. The column of the version is a text, and 9 comes after 10."""
    return _accepting(endpoint, lambda stored, sent: str(get(sent, VERSION)) > str(get(stored, VERSION)))


@fault("response.is-stored-state")
def unwritten_version_answered(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored. The version is counted before it is seen that there is nothing to write."""

    def version(moment: Moment, stored: str) -> str:
        return str(int(stored) + 1) if stored == get(moment.stored, VERSION) else stored

    return _answered(endpoint, version)
