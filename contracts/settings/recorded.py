"""The options of a run that a record tells of, for one that does a part of it again. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from contracts.settings.address import Address, address
from contracts.settings.option import Option, Topic
from contracts.settings.options import BY_KEY, OPTIONS

# What a run is told that says nothing of how its findings came up, and `name`: the object belongs to somebody.
NOT_REPEATED: Final = frozenset({"name", "workers", "time_budget", "waivers", "require_complete", "yes"})
OF_AN_OBJECT: Final = frozenset({"object", "image", "labels"})
WHERE: Final = ("target", "kubeconfig", "context", "in_cluster")
# What is never sent to another endpoint than the one it was given for.
OF_A_TARGET: Final = (Topic.CREDENTIAL, Topic.DENIED, Topic.CONNECTION, Topic.REFERENCE)


def repeated(words: list[str], given: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """Of the options of a recorded command line (`words`) those that a replay takes over, by key.

    `given`: the replay's own, by key, None where not given; `known`: keys that the environment or a file gives. Those
    count. Where they may name another endpoint, nothing is taken over that was for the recorded one.
    """
    recorded: dict[str, Any] = {}
    for option, value in _read(words):
        if option.several:
            recorded.setdefault(option.key, []).append(value)
        else:
            recorded[option.key] = value
    ours = {key for key, value in given.items() if value is not None} | known
    target = _address(given.get("target"))
    here = {**given, "target": target.url if target else given.get("target")}
    elsewhere = any(key in known or here.get(key) not in (None, recorded.get(key)) for key in WHERE)
    if target and "query" in recorded:
        names = {one.name for one in target.query}
        recorded["query"] = [one for one in recorded["query"] if one.partition("=")[0] not in names]
    return {
        key: value
        for key, value in recorded.items()
        if key not in ours | NOT_REPEATED
        and BY_KEY[key].scope not in (Topic.OUTPUT, Topic.PRODUCT)
        and not (elsewhere and BY_KEY[key].scope in OF_A_TARGET)
        and not ("name" in ours and key in OF_AN_OBJECT)
    }


def _address(target: Any) -> Address | None:
    """Where a target is; None where none was given, or nothing that names one, which the run will say."""
    try:
        return address(target)
    except ValueError:
        return None


def _read(words: list[str]) -> Iterator[tuple[Option, Any]]:
    """The options of a line as `show.command` writes it: `--NAME=VALUE`, a switch without a value."""
    by_name = {option.name: option for option in OPTIONS}
    for word in words:
        name, equals, value = word.removeprefix("--").partition("=")
        if word.startswith("--") and name in by_name:
            yield by_name[name], value if equals else "true"
