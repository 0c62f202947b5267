"""What a record says of who judged, and of what was judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# How the commit of a checkout ends in which something was changed.
DIRTY = "-dirty"


@dataclass(frozen=True, slots=True)
class Suite:
    """The suite that judged: its version, and its commit where that is known (`-dirty`: with changes).

    `judge`: a digest of the code that judged (`report/trust/suite.py`); None in older records.
    """

    version: str
    commit: str | None = None
    judge: str | None = None

    @property
    def short_commit(self) -> str:
        """The beginning of the commit, and whether there were changes; empty where it is not known."""
        known = self.commit or ""
        return known.removesuffix(DIRTY)[:12] + (DIRTY if known.endswith(DIRTY) else "")


@dataclass(frozen=True, slots=True)
class Specification:
    """The OpenAPI file derived from the document."""

    sha256: str


@dataclass(frozen=True, slots=True)
class Target:
    """What was judged; `namespace` is empty where the objects lie in none.

    `certificates`: the SHA-256 fingerprints of the certificates that it showed, of an https target. `reported_version`:
    what it says of itself (GET /version).
    """

    url: str
    namespace: str
    certificates: tuple[str, ...] = ()
    reported_version: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Its URL, and the namespace where there is one."""
        return ", namespace ".join(filter(None, (self.url, self.namespace)))


@dataclass(frozen=True, slots=True)
class Implementation:
    """What the person who ran the suite says was judged, and who stands behind it; empty where nothing was said.

    `self_declared`: nothing of it was checked.
    """

    name: str = ""
    version: str = ""
    organization: str = ""
    contact: str = ""
    self_declared: bool = True


@dataclass(frozen=True, slots=True)
class Har:
    """The file with every request and response of the run, and its digest."""

    file: str
    sha256: str
