"""A file of several endpoints: what each one's run is told, and what none may see of another. Pure but for `read`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from contracts.settings import config_file
from contracts.settings.address import address
from contracts.settings.config_file import SettingsError, variables
from contracts.settings.option import ENVIRONMENT_PREFIX, Option, Sharing
from contracts.settings.options import BY_KEY, OPTIONS, RIVALS, SECRETS
from contracts.settings.pairs import Substituted
from contracts.settings.variables import check_variables

SHARED: Final = tuple(option for option in OPTIONS if option.sharing is Sharing.SHARED)
# Those of one endpoint, and what a run of several cannot be told at all.
OWN: Final = tuple(option for key, option in BY_KEY.items() if option not in SHARED and key != "report_dir")
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


@dataclass(frozen=True)
class Member:
    """One endpoint: its name, what its run is told on the command line and in the environment.

    `problem` says in one line why it cannot be run; the others can.
    """

    name: str
    arguments: tuple[str, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    problem: str = ""

    @property
    def given(self) -> dict[str, Any]:
        """The arguments by the keys of their options, as a command line gives them."""
        by_name = {option.name: option for option in OPTIONS}
        found: dict[str, Any] = {}
        for argument in self.arguments:
            name, equals, value = argument.removeprefix("--").partition("=")
            option = by_name[name]
            if option.several:
                found.setdefault(option.key, []).append(value)
            else:
                found[option.key] = value if equals else "true"
        return found


@dataclass(frozen=True)
class Fleet:
    """All endpoints, and the names of the variables that hold a secret of one of them."""

    members: tuple[Member, ...]
    hidden: frozenset[str] = frozenset()

    def only(self, members: Sequence[Member]) -> "Fleet":
        """Some of the endpoints; what none may see of another stays."""
        return replace(self, members=tuple(members))

    def environment(self, member: Member, everything: Mapping[str, str]) -> dict[str, str]:
        """The environment of one endpoint's run: nothing of another's credentials, and no option but its own."""
        hidden = self.hidden | {name for name in everything if name.startswith(ENVIRONMENT_PREFIX)}
        return {name: value for name, value in everything.items() if name not in hidden} | dict(member.secrets)


def read(path: Path, given: Mapping[str, Any], environment: Mapping[str, str]) -> Fleet:
    """The endpoints of a file with the keys `targets` and `defaults`.

    `given`: the command line's options by key, None where not given. Raises `SettingsError` with one line when the
    file as a whole, or the command line beside it, cannot be used; what is wrong with one endpoint is its `problem`.
    """
    where = f"--targets: {path}"
    for option in OWN:
        if given.get(option.key) is not None:
            raise SettingsError(f"--{option.name} is for one endpoint; with --targets it belongs into {path}")
    content = config_file.load(path, "--targets")
    check_variables(environment, content)
    if unknown := [key for key in content if key not in ("targets", "defaults")]:
        raise SettingsError(f"{where}: unknown key {unknown[0]!r}; there are defaults and targets")
    defaults, entries = content.get("defaults") or {}, content.get("targets")
    if not isinstance(defaults, dict):
        raise SettingsError(f"{where}: defaults: expected option names with values")
    if "name" in defaults:
        raise SettingsError(f"{where}: defaults: name is each endpoint's own (the job to adopt is called job)")
    if not isinstance(entries, list) or not entries:
        raise SettingsError(f"{where}: targets: expected a list of endpoints")
    names = _names(entries, where)
    defaults, *entries = map(config_file.plain_keys, (defaults, *entries))
    shared = {
        one.name: _of_environment(one, environment) if given.get(one.key) is None else given[one.key] for one in SHARED
    }
    members = []
    for name, entry in zip(names, entries, strict=True):
        # `name` names the endpoint; the job that is adopted is called `job` here.
        own = {"name" if key == "job" else key: value for key, value in entry.items() if key != "name"}
        common = {"name" if key == "job" else key: value for key, value in defaults.items() if not _rivals(key, own)}
        merged = {**common, **own, **{key: value for key, value in shared.items() if value is not None}}
        members.append(_member(name, merged, f"{where}: {name}", environment))
    hidden = {name for each in (defaults, *entries) for one in SECRETS for name in variables(each.get(one.name))}
    values = [each.get(option.name) for each in (defaults, *entries) for option in OPTIONS if option.several]
    lists = [items if isinstance(items, list) else [items] for items in values]
    hidden |= {name for items in lists for item in items for name in variables(item)}
    targets = [str(each.get("target")) for each in (defaults, *entries)]
    queries = [target.partition("?")[2] or target for target in targets]
    hidden |= {
        name for one in queries for name in variables(one) if one not in targets or "?" in environment.get(name, "")
    }
    return Fleet(tuple(members), frozenset(hidden))


def ignored(environment: Mapping[str, str]) -> list[str]:
    """The variables that give one endpoint's options to a single run, and to no endpoint of a fleet."""
    return [option.variable for option in OWN if option.variable in environment]


def _of_environment(option: Option, environment: Mapping[str, str]) -> str | list[str] | None:
    """What a variable gives for all endpoints; of an option that may be given more than once each line."""
    value = environment.get(option.variable)
    return value.splitlines() if value is not None and option.several else value


def _names(entries: Sequence[Any], where: str) -> list[str]:
    names: list[str] = []
    for number, entry in enumerate(entries, 1):
        name = entry.get("name") if isinstance(entry, dict) else None
        if not isinstance(name, str):
            raise SettingsError(f"{where}: endpoint {number}: name is missing")
        # It names a directory beside fleet.html and its like.
        if not NAME.fullmatch(name) or name.lower().startswith("fleet."):
            raise SettingsError(f"{where}: endpoint {number}: {name!r} cannot name a directory of reports")
        if name.lower() in (known.lower() for known in names):
            raise SettingsError(f"{where}: endpoint {number}: there is another {name!r}")
        names.append(name)
    return names


def _rivals(name: object, own: Mapping[Any, Any]) -> bool:
    """Whether an endpoint gives another option that excludes this one of the defaults."""
    groups = [[BY_KEY[key].name for key in group] for group in RIVALS]
    return any(name in group and any(other in own for other in group) for group in groups)


def _member(name: str, given: Mapping[Any, Any], origin: str, environment: Mapping[str, str]) -> Member:
    known = [option for option in OPTIONS if option.sharing is not Sharing.DECIDED]
    arguments = []
    several = [one.name for one in known if one.several]
    try:
        options = config_file.expanded(
            given, origin, origin, environment, [one.name for one in known], [one.name for one in SECRETS], several
        )
        options = _divided(options, origin)
        for option in known:
            value = options.get(option.name)
            if option.several:
                arguments += [f"--{option.name}={item}" for item in value or () if not _is_hidden(value)]
            elif value is not None and not option.is_switch:
                arguments.append(f"--{option.name}={value}")
            elif value is not None and option.read(value):
                arguments.append(f"--{option.name}")
    except ValueError as error:
        return Member(name, problem=f"{origin}: {option.name}: {error}")
    except SettingsError as error:
        return Member(name, problem=str(error))
    secrets = {one.variable: str(options[one.name]) for one in SECRETS if options.get(one.name) is not None}
    secrets |= {one.variable: "\n".join(options[one.name]) for one in known if _is_hidden(options.get(one.name))}
    return Member(name, tuple(arguments), secrets)


def _divided(options: Mapping[str, Any], origin: str) -> dict[str, Any]:
    """The options with the target's query among the other parameters: it may be secret, which no URL shows."""
    if options.get("target") is None:
        return dict(options)
    try:
        target = address(options["target"])
    except ValueError as error:
        raise SettingsError(f"{origin}: target: {error}") from None
    told = (Substituted(f"{one.name}={one.value}") if one.secret else one.given for one in target.query)
    return {**options, "target": target.url, "query": [*told, *(options.get("query") or ())]}


def _is_hidden(value: Any) -> bool:
    """Whether one of several values came out of a variable, which no command line may show."""
    return isinstance(value, list) and any(isinstance(one, Substituted) for one in value)
