"""The options of a run, merged from command line, environment, file and defaults.

An option counts as given when it was given, not when it is true: `--seed 0` beats a file's `seed: 7`.
"""

import os
import random
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from contracts.settings import config_file
from contracts.settings.address import address
from contracts.settings.config_file import SettingsError
from contracts.settings.option import Option, Topic
from contracts.settings.options import BY_KEY, OPTIONS, RIVALS, SECRETS, Settings
from contracts.settings.pairs import Substituted
from contracts.settings.variables import check_variables


def resolve(given: Mapping[str, Any], environment: Mapping[str, str], file: Path | None = None) -> Settings:
    """The settings of a run; see `resolve_all`."""
    return resolve_all(given, environment, file)[0]


def resolve_all(
    given: Mapping[str, Any], environment: Mapping[str, str], file: Path | None = None
) -> tuple[Settings, dict[str, str]]:
    """The settings of a run, and by option key where each value came from ("default" where it was not given).

    `given`: values of the command line by option key, None where not given. `environment`: the variables
    PYTORCHJOB_CONTRACT_<OPTION>, and those that the file refers to. `file`: a YAML file with option names as keys. The
    first of these that gives an option decides it.
    Raises `SettingsError`: a value that cannot be used, an unknown key, options that contradict each other.
    """
    found: dict[str, tuple[int, str, Any]] = {}
    weaker: list[Any] = []
    names, secrets = [option.name for option in OPTIONS], [option.name for option in SECRETS]
    content = config_file.load(file, "--config") if file else {}
    check_variables(environment, content)
    several = [option.name for option in OPTIONS if option.several]
    from_file = config_file.expanded(content, f"--config: {file}", str(file), environment, names, secrets, several)
    for option in BY_KEY.values():
        sources = (
            (f"--{option.name}", None if option.secret else given.get(option.key)),
            (option.variable, _of_environment(option, environment)),
            (f"{file}: {option.name}", from_file.get(option.name)),
        )
        given_by = [(rank, where, value) for rank, (where, value) in enumerate(sources) if value is not None]
        for rank, where, value in given_by[:1]:
            found[option.key] = (rank, where, _read(option, where, value))
        if option.key == "target":
            weaker = [value for _, _, value in given_by[1:]]
    _divide_target(found, weaker)
    for group in RIVALS:
        _keep_strongest(found, group)
    values = {key: found[key][2] if key in found else option.default for key, option in BY_KEY.items()}
    if values["seed"] is None:
        values["seed"] = random.SystemRandom().randrange(2**32)
    settings = Settings(**values)
    _check(settings, {key: where for key, (_, where, _) in found.items()})
    return settings, {key: found[key][1] if key in found else "default" for key in BY_KEY}


def _divide_target(found: dict[str, tuple[int, str, Any]], weaker: Iterable[Any]) -> None:
    """Leave the URL of the target, and put its query before the other parameters; the same one is not sent twice.

    The query may also stand in what a `weaker` source gives for the same URL: `restore --target URL` is told of a run
    whose file holds the query.
    """
    if "target" not in found:
        return
    rank, where, target = found["target"]
    parameters = target.query
    for value in weaker if not parameters else ():
        with suppress(ValueError, TypeError):
            other = address(value)
            parameters = parameters or (other.query if other.url == target.url else ())
    found["target"] = (rank, where, target.url)
    if parameters:
        known = {(one.name, one.value) for one in parameters}
        own_rank, own_where, own = found.get("query", (rank, where, ()))
        others = (one for one in own if (one.name, one.value) not in known)
        found["query"] = (own_rank, own_where, (*parameters, *others))


def check_files(settings: Settings) -> None:
    """Raise `SettingsError` naming the option of a file that is not there, or that may not be read.

    Nothing is read here: what is given may be a pipe, which can be read once.
    """
    for option in OPTIONS:
        path = getattr(settings, option.key)
        if not isinstance(path, Path) or (option.scope is Topic.OUTPUT and option.key != "baseline"):
            continue
        if not path.exists():
            raise SettingsError(f"--{option.name}: there is no file {path}")
        if (path.is_dir() and option.key != "baseline") or not os.access(path, os.R_OK):
            raise SettingsError(f"--{option.name}: {path} cannot be read")
    for directory in settings.cases:
        if not directory.exists() or not os.access(directory, os.R_OK):
            raise SettingsError(f"--cases: there is no directory {directory}")


def _keep_strongest(found: dict[str, tuple[int, str, Any]], group: tuple[str, ...]) -> None:
    """Leave what the strongest source gives of options that exclude each other; two from one source are a mistake."""
    present = sorted((found[key][0], found[key][1], key) for key in group if key in found)
    if len(present) > 1 and present[0][0] == present[1][0]:
        raise SettingsError(f"{present[0][1]} and {present[1][1]} exclude each other")
    for _, _, key in present[1:]:
        del found[key]


def _of_environment(option: Option, environment: Mapping[str, str]) -> Any:
    """What a variable gives; of an option that may be given more than once each line, which may be a secret."""
    value = environment.get(option.variable)
    if value is None or not option.several:
        return Substituted(value) if value is not None and option.key == "target" else value
    return [Substituted(line) for line in value.splitlines() if line.strip()]


def _read(option: Option, origin: str, value: Any) -> Any:
    try:
        items = [value] if isinstance(value, str) else value
        read = tuple(map(option.read, items)) if option.several else option.read(value)
    except (ValueError, TypeError) as error:
        reason = str(error) if str(error).startswith(("expected", "a credential")) else f"cannot read {value!r}"
        raise SettingsError(f"{origin}: {reason}") from None
    if option.choices and read not in option.choices:
        raise SettingsError(f"{origin}: {read!r} is none of {', '.join(option.choices)}")
    return read


def _check(settings: Settings, origins: Mapping[str, str]) -> None:
    for option in BY_KEY.values():
        value = getattr(settings, option.key)
        if settings.embedded and option.needs_target and value not in (None, ()):
            raise SettingsError(f"{origins[option.key] if option.secret else f'--{option.name}'} needs --target")
        if not settings.embedded and option.scope is Topic.REFERENCE and value != option.default:
            raise SettingsError(
                "--controller, --immutability, --with and --fault are for the reference endpoint, not for --target"
            )
    unpaired = (settings.access_key is None) != (settings.secret_key is None)
    created = settings.object or settings.image or settings.labels
    names = {one.name.lower() for one in settings.header}
    no_keys, several = settings.access_key is None, settings.workers > 1
    problems = {
        "--in-cluster excludes --kubeconfig and --context": settings.in_cluster
        and (settings.kubeconfig or settings.context),
        "access-key and secret-key need each other (PYTORCHJOB_CONTRACT_ACCESS_KEY, …_SECRET_KEY)": unpaired,
        f"{origins.get('security_token')} needs access-key and secret-key": settings.security_token and no_keys,
        "--client-key needs --client-cert": settings.client_key and not settings.client_cert,
        "--name adopts one job, which several workers cannot share; leave out --workers": several and settings.name,
        "--operation is for a specification with several operations; add --spec": settings.operation
        and not settings.spec,
        # What of another resource a controller acts on, no overlay may say.
        "--name adopts an object of the shipped specification's kind alone; leave out --spec": settings.spec
        and settings.name,
        "--object, --image and --labels are for the object that is created, not for one that --name adopts": created
        and settings.name,
        "--header names the header that --auth-header gives the credential": settings.auth_header
        and settings.auth_header.lower() in names,
        "--header names the header that carries the token of IAM; --auth-header names another": not settings.auth_header
        and (settings.iam_user or settings.denied_iam_user)
        and "x-auth-token" in names,
        "--insecure and --ca-file exclude each other": settings.insecure and settings.ca_file,
    }
    problems |= dict.fromkeys(_lacking_of_iam(settings, origins), True)
    for message, wrong in problems.items():
        if wrong:
            raise SettingsError(message)


def _lacking_of_iam(settings: Settings, origins: Mapping[str, str]) -> Iterator[str]:
    """What a user of IAM lacks, and what was given for a user where there is no other credential either."""
    for prefix, rivals in zip(("", "denied_"), RIVALS, strict=True):
        own = [f"{prefix}iam_{name}" for name in ("url", "domain", "project", "password")]
        known = {key: getattr(settings, key, None) for key in own}
        shared = {key: known[key] or getattr(settings, key.removeprefix("denied_")) for key in own[:-1]}
        needed = {key.removeprefix("denied_"): value for key, value in shared.items()} | {own[-1]: known[own[-1]]}
        lacking = [BY_KEY[key] for key, value in needed.items() if not value]
        if getattr(settings, f"{prefix}iam_user") and lacking:
            texts = (f"{one.name} ({one.variable})" if one.secret else f"--{one.name}" for one in lacking)
            yield f"{origins[f'{prefix}iam_user']} needs {', '.join(texts)}"
        # A password alone may be a variable that is set for other runs.
        given = [origins[key] for key in own[:-1] if known[key]]
        if given and not any(getattr(settings, key) for key in (*rivals, "denied_iam_user")):
            yield f"{given[0]} needs --{prefix.replace('_', '-')}iam-user"
