"""What a target may store of what it was sent: exactly that, but for what the server itself adds. Pure.

Source: Kubernetes API conventions, "Defaulting", and admission webhooks, which may add to whatever a client sends.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Difference, Json, Path
from contracts.spec.fields import STATUS

NOTHING: Final[tuple[Json, ...]] = (MISSING, None, {}, [])


class Sent(Protocol):
    """What a run has sent by its own choice, as `attribution.Chosen` knows it."""

    def holds(self, path: Path, value: Json, /) -> bool:
        """Whether the value, or its absence, was ever sent there."""

    def has_sent(self, value: Json, /) -> bool:
        """Whether the value was ever sent, wherever."""


class NothingSent:
    """No run has sent anything yet."""

    def holds(self, _path: Path, _value: Json) -> bool:
        """Whether the value was ever sent there."""
        return False

    def has_sent(self, _value: Json) -> bool:
        """Whether the value was ever sent, wherever."""
        return False


@dataclass(frozen=True)
class Default:
    """What a field gets that is not sent; `beside`: other fields, and whether each is there, where it depends on them.

    Which fields of an object have a value is the most that is looked at, so that few defaults are to be known.
    """

    value: Json
    beside: frozenset[tuple[Path, bool]] = frozenset()

    def is_of(self, stored: Json) -> bool:
        """Whether an object may have this default."""
        return all((paths.get(stored, path) not in NOTHING) == there for path, there in self.beside)


@dataclass(frozen=True)
class ServerAdded:
    """What the server adds by itself with a write, whatever is sent.

    `paths`: keys of maps, and fields; their values may differ each time. `defaults`: by dotted path, what a replaceable
    field gets that is not sent; `varying`: of which fields that is another value with each write, or with time.
    `complete`: whether the defaults were seen at a creation without these fields; if not, as for an adopted object,
    whatever a cleared field becomes may be one. `moving`: of the paths, those whose value was another one with each
    write, so that no owner's stands there. `chosen`: what the run has sent by its own choice, as long as it goes on.
    """

    paths: frozenset[Path] = frozenset()
    moving: frozenset[Path] = frozenset()
    defaults: Mapping[str, tuple[Default, ...]] = field(default_factory=dict)
    varying: frozenset[Path] = frozenset()
    complete: bool = True
    chosen: Sent = field(default_factory=NothingSent, compare=False)

    def covers(self, path: Path, sent: Json, before: Json) -> bool:
        """Whether what stands at a path may be the server's own: the client has left it out, or as it was."""
        if not paths.starts_with(path, self.paths):
            return False
        value = paths.get(sent, path)
        return value is MISSING or paths.same(value, paths.get(before, path))

    def takes(self, path: Path, sent: Json, before: Json) -> bool:
        """Whether the server may take away what stands at a path: it is its own, and was sent just as it was read."""
        value = paths.get(sent, path)
        return self.covers(path, sent, before) and value is not MISSING and not self.chosen.holds(path, value)

    def gives(self, path: Path, stored: Json) -> bool:
        """Whether what a stored object has in a field that was not sent is the field's default.

        One that is not the same each time is known by what it is not: anything that was ever sent, wherever.
        """
        value = paths.get(stored, path)
        known = self.defaults.get(paths.render(path), ())
        if any(paths.same(value, one.value) and one.is_of(stored) for one in known):
            return True
        return path in self.varying and not self.chosen.has_sent(value)

    def stamps(self, path: Path, sent: Json, stored: Json) -> bool:
        """Whether what came to stand at a path that no client may change is the server's own: not what was sent."""
        return (
            stored is not MISSING
            and paths.starts_with(path, self.paths)
            and not paths.same(stored, paths.get(sent, path))
        )

    def taken_from(self, live: Json, original: Json) -> Json:
        """The object as it is `live`, but what the server has added to the original by itself is as it was there.

        A value of the owner's that the server has written over once and for all is lost, and not added to.
        """
        for path in self.paths:
            if paths.get(live, path) is MISSING:
                continue  # it is the server's to add, and nobody's to lose
            if paths.get(original, path) is not MISSING and path not in self.moving:
                continue
            live = paths.put(live, path, paths.get(original, path))
            while (path := path[:-1]) and paths.get(live, path) == {} and paths.get(original, path) is MISSING:
                live = paths.remove(live, path)
        return live

    def also(self, path: Path, *, moving: bool = False) -> "ServerAdded":
        """This, and one more key or field."""
        return replace(self, paths=self.paths | {path}, moving=self.moving | ({path} if moving else frozenset()))

    def also_default(self, path: Path, default: Default) -> "ServerAdded":
        """This, and one more default of a replaceable field."""
        name = paths.render(path)
        known = self.defaults.get(name, ())
        if any(paths.same(one.value, default.value) and one.beside <= default.beside for one in known):
            return self
        return replace(self, defaults={**self.defaults, name: (*known, default)})

    def whatever_is_beside(self) -> "ServerAdded":
        """This, for an object that may have got its defaults when it held other fields."""
        known = {name: tuple(Default(one.value) for one in defaults) for name, defaults in self.defaults.items()}
        return replace(self, defaults=known)


NOTHING_ADDED: Final = ServerAdded()


def deviations(path: Path, sent: Json, before: Json, stored: Json, added: ServerAdded) -> Iterator[Difference]:
    """How a stored object differs at a replaceable path from what may be stored of the one that was sent.

    An absent, null or empty value clears the field: it is then absent, empty, or what the server adds. When the
    container of the field was not sent as an object, the old value may also stand. Maps are compared key by key.
    """
    wanted, found = paths.get(sent, path), paths.get(stored, path)
    if wanted in NOTHING:
        if not _is_cleared(path, sent, before, stored, added):
            yield from _key_by_key(path, {} if isinstance(found, dict) else MISSING, sent, before, found, added)
    elif not (isinstance(wanted, float) and wanted.is_integer() and paths.same(found, int(wanted))):
        yield from _key_by_key(path, wanted, sent, before, found, added)


def _is_cleared(path: Path, sent: Json, before: Json, stored: Json, added: ServerAdded) -> bool:
    found, old = paths.get(stored, path), paths.get(before, path)
    if found in NOTHING or added.gives(path, stored):
        return True
    if paths.same(found, old):
        return not isinstance(paths.get(sent, path[:-1]), dict)
    return not added.complete and not isinstance(found, dict)


def _key_by_key(
    path: Path, wanted: Json, sent: Json, before: Json, found: Json, added: ServerAdded
) -> Iterator[Difference]:
    if isinstance(wanted, dict) and (isinstance(found, dict) or found in NOTHING):
        here = found if isinstance(found, dict) else {}
        left = {key: one for key, one in wanted.items() if key in here or not added.takes((*path, key), sent, before)}
        if wanted and not left and not here:
            return
        wanted = left
    if not (isinstance(wanted, dict) and isinstance(found, dict)):
        if not paths.same(wanted, found):
            yield Difference(path, wanted, found)
        return
    for change in paths.differences(wanted, found):
        there = (*path, *change.path)
        if change.after is MISSING or not added.covers(there, sent, before):
            yield Difference(there, change.before, change.after)


def lost_status(before: Json, after: Json) -> bool:
    """Whether the whole status of an object is gone."""
    was, stands = (paths.get(value, STATUS) for value in (before, after))
    return after is not MISSING and was not in NOTHING and stands in NOTHING


def emptied_status(before: Json, after: Json) -> tuple[Path, ...]:
    """The members of a status that held nothing and are gone, where nothing else of it is another.

    No controller writes just that.
    """
    was, stands = (paths.get(value, STATUS) for value in (before, after))
    changes = tuple(paths.differences(was, stands))
    if not all(one.path and one.after is MISSING and _holds_nothing(one.before) for one in changes):
        return ()
    return tuple(one.path for one in changes)


def _holds_nothing(value: Json) -> bool:
    """Whether a value is an object or a list without anything in it but such ones."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return inner is not None and all(map(_holds_nothing, inner))
