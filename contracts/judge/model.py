"""What the judge knows of one replacement: the object before and after, what was sent and answered. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from contracts import __version__
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json, Mutation, Path
from contracts.judge.stored import NOTHING_ADDED, ServerAdded
from contracts.report.finding import Finding, Seen
from contracts.spec.contract import Contract
from contracts.spec.fields import GENERATION

NO_HTTP: Final = 0


@dataclass(frozen=True)
class Response:
    """A response: status, headers (names in lower case) and the bytes of its body.

    `defect`: what is wrong with it beyond what its body says, "" if nothing. What cannot be read as HTTP has the status
    `NO_HTTP`; a body that cannot be used as it was sent is cut short. `dropped`: there was none, again and again: the
    connection was closed instead, while other requests were answered. `unshown`: by path defaults of the target's that
    only some of its servers show, and that are taken for absent.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    defect: str = ""
    dropped: bool = False
    unshown: Mapping[Path, Json] = field(default_factory=dict)

    @cached_property
    def decoded(self) -> tuple[Json, str]:
        """The body's JSON value and "", or `MISSING` and why it is none."""
        if self.defect:
            return MISSING, self.defect
        try:
            return without_defaults(_decoded(self.body), self.unshown), ""
        except strict.NotJson as error:
            return MISSING, str(error)

    @property
    def value(self) -> Json:
        """The body's JSON value, or `MISSING`."""
        return self.decoded[0]

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters, in lower case."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def accepted(self) -> bool:
        """Whether the request was successful (RFC 9110, 15.3)."""
        return 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Whether the request was answered as the client's mistake (RFC 9110, 15.5)."""
        return 400 <= self.status < 500

    @property
    def put_off(self) -> bool:
        """Whether the target asks for the same again later: 429, or 503 and 504 that say so (RFC 9110, 10.2.3)."""
        told = "retry-after" in self.headers or (isinstance(self.value, dict) and self.value.get("kind") == "Status")
        return self.status == 429 or (self.status in (503, 504) and told)

    @property
    def failed(self) -> bool:
        """Whether the server, or a gateway before it, has failed (RFC 9110, 15.6) and does not ask for a repetition."""
        return self.status >= 500 and not self.put_off

    @property
    def foreign(self) -> bool:
        """Whether it says nothing of an object, but that the API is not reached: 404 or 5xx without a JSON object.

        An API server answers 404 so where it does not serve a resource yet, a gateway where there is none behind it.
        """
        absent = self.status == 404 or (self.status >= 500 and not self.put_off)
        return absent and not isinstance(self.value, dict)


# A refused replacement is read back as it was read before it: the same bytes are the same, unchangeable value.
@lru_cache(maxsize=4)
def _decoded(body: bytes) -> Json:
    return strict.decode(body)


def without_defaults(value: Json, defaults: Mapping[Path, Json]) -> Json:
    """An object without the values that are its fields' defaults, by path."""
    for path, default in defaults.items():
        if paths.same(paths.get(value, path), default):
            value = paths.remove(value, path)
    return value


@dataclass(frozen=True, eq=False)
class Replacement:
    """One PUT with the object as it was read before and after it.

    `before` and `after` are what an independent GET returned; `after` is `MISSING` when the object is gone. `sent`
    is the body's JSON value, `MISSING` when it is none. `added` is what the server is known to add by itself.
    `pretty`: the value of the parameter; "" where it is not known whether pretty output is asked for.
    `disturbed`: whether another writer may have come between the replacement and the read after it.
    """

    before: Json
    sent: Json
    response: Response
    after: Json
    pretty: str | None = None
    mutation: Mutation | None = None
    authorized: bool = True
    added: ServerAdded = NOTHING_ADDED
    disturbed: bool = False


@dataclass(frozen=True)
class Scope:
    """What a judgement takes into account: the contract and the profile ("document" or "kubernetes")."""

    contract: Contract
    profile: str

    @cached_property
    def replaceable(self) -> tuple[Path, ...]:
        """The paths of the replaceable fields."""
        return tuple(map(paths.parse, self.contract.replaceable))

    @cached_property
    def desired(self) -> tuple[Path, ...]:
        """The paths of what at the top of an object says what a client wants: spec, of most kinds."""
        return tuple((name,) for name in self.contract.desired)

    @cached_property
    def server_owned(self) -> tuple[Path, ...]:
        """The paths that server and controllers may write at any moment."""
        return tuple(map(paths.parse, self.contract.server_owned))

    @property
    def volatile(self) -> tuple[Path, ...]:
        """The paths that may differ between two reads of an object that was not replaced, or by the same."""
        return (*self.server_owned, GENERATION)

    @cached_property
    def gaps(self) -> tuple[Path, ...]:
        """The paths that clients may write by convention only: a change is a gap of the document, no failure."""
        if self.profile == "document":
            return ()
        return tuple(map(paths.parse, self.contract.writable_by_convention))

    @property
    def statuses(self) -> frozenset[int]:
        """The statuses that may be answered."""
        conventions = self.contract.convention_statuses if self.profile == "kubernetes" else ()
        return frozenset((*self.contract.statuses, *conventions))

    def is_gap(self, finding: Finding) -> bool:
        """Whether a finding is about what the API conventions allow and only the document leaves out."""
        status = finding.observed.status
        if status in self.contract.convention_statuses and finding.observed.seen is Seen.STATUS and not finding.path:
            return True
        return paths.starts_with(finding.path, map(paths.parse, self.contract.writable_by_convention))

    def judges(self, requirement: str) -> bool:
        """Whether the profile judges the requirement, and the page does not leave it open."""
        found = self.contract.requirements.get(requirement)
        return found is not None and found.is_judged(self.profile)


USER_AGENT: Final = f"pytorchjob-contract/{__version__}"


@dataclass(frozen=True)
class Exchange:
    """One request and its answer. Credentials in `headers` are masked; `certificate`: with the client certificate.

    `repeated`: it was sent again, as the target had put it off, so that the answer may be about an earlier attempt.
    `at`: when it was sent, in seconds since 1970; `number`: which one of its process it was. Both are 0 where it was
    never sent.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    response: Response
    seconds: float
    credential_header: str | None = None
    certificate: bool = False
    repeated: bool = False
    at: float = 0.0
    number: int = 0


# Told of each attempt, also of one that found no answer (`NO_HTTP`), and when it began (seconds since 1970).
Watch = Callable[[Exchange, float], None]
