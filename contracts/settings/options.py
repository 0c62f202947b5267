"""The options of a run: `Settings` has one field for each, annotated with all that is known of the option. Pure."""

from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated, Final, get_type_hints

from contracts.settings import pairs, readers
from contracts.settings.address import address, of_iam
from contracts.settings.option import Option, Sharing, Topic
from contracts.settings.pairs import Pair

FINDINGS_HAR: Final = "findings.har"
# Of every option of the pytest plugin; what `run` calls --target is --contract-target in pytest.
PYTEST_PREFIX: Final = "--contract-"
PROFILES: Final = ("kubernetes", "document")
OPERATIONS: Final = ("replace", "update")
IMMUTABILITY: Final = ("refuse-403", "refuse-400", "refuse-422", "ignore")


# fmt: off
@dataclass(frozen=True, kw_only=True)
class Settings:
    """The options of one run, all decided. Times are seconds; a field without a default is made up for each run."""

    target: Annotated[str | None, Option(
        "base URL of the endpoint, its query sent with every request; without it a reference endpoint is started and "
        "judged",
        address, Topic.CONNECTION, "URL")] = None
    namespace: Annotated[str | None, Option(
        "namespace of the object under test; by default that of the documented example",
        readers.name, Topic.OBJECT, "NS")] = None
    name: Annotated[str | None, Option(
        "adopt this existing object and put it back, instead of creating one",
        readers.name, Topic.OBJECT, "NAME", needs_target=True)] = None
    object: Annotated[Path | None, Option(
        "create the object of this file (YAML or JSON), under a name of the run's own, instead of the page's example",
        readers.path, Topic.OBJECT, "FILE")] = None
    image: Annotated[str | None, Option(
        "image of all containers of the object that is created", readers.text, Topic.OBJECT, "IMAGE")] = None
    labels: Annotated[tuple[Pair, ...], Option(
        "label of the object that is created", pairs.label, Topic.OBJECT, "KEY=VALUE", several=True)] = ()
    keep: Annotated[tuple[str, ...], Option(
        "field, or key of a map (metadata.labels[KEY]), that is never changed or removed",
        readers.field, Topic.OBJECT, "FIELD", several=True)] = ()
    spec: Annotated[Path | None, Option(
        "judge by this derived specification (its X.overlay.yaml beside it) instead of the one that ships",
        readers.path, Topic.JUDGEMENT, "FILE", sharing=Sharing.SHARED)] = None
    operation: Annotated[str | None, Option(
        "judge this operation alone of a specification that has several",
        readers.text, Topic.JUDGEMENT, choices=OPERATIONS, sharing=Sharing.SHARED)] = None
    profile: Annotated[str, Option(
        "judge the page and the API conventions, or the page alone",
        readers.text, Topic.JUDGEMENT, choices=PROFILES, sharing=Sharing.SHARED)] = "kubernetes"
    cases: Annotated[tuple[Path, ...], Option(
        "directory with cases of your own, which are run with the suite's (docs/cases.md)",
        readers.path, Topic.JUDGEMENT, "DIR", sharing=Sharing.SHARED, several=True)] = ()
    kubeconfig: Annotated[Path | None, Option(
        "take server, namespace, trust and credential from this kubeconfig file",
        readers.path, Topic.CONNECTION, "F")] = None
    context: Annotated[str | None, Option(
        "take this context of the kubeconfig, not its current one; without --kubeconfig, of the file kubectl reads",
        readers.text, Topic.CONNECTION, "C")] = None
    in_cluster: Annotated[bool, Option(
        "take server, namespace, trust and credential from the service account of the pod that this runs in",
        readers.switch, Topic.CONNECTION)] = False
    token_file: Annotated[Path | None, Option(
        "file with the credential that may replace the object",
        readers.path, Topic.CREDENTIAL, "F", exclusive=True, needs_target=True)] = None
    denied_token_file: Annotated[Path | None, Option(
        "file with a valid credential that may not replace it (for 403)",
        readers.path, Topic.DENIED, "F", exclusive=True, needs_target=True)] = None
    access_key_file: Annotated[Path | None, Option(
        "file with the access key and secret key that sign requests",
        readers.path, Topic.CREDENTIAL, "F", exclusive=True, needs_target=True)] = None
    denied_access_key_file: Annotated[Path | None, Option(
        "file with a valid pair of keys that may not replace it",
        readers.path, Topic.DENIED, "F", exclusive=True, needs_target=True)] = None
    iam_url: Annotated[str | None, Option(
        "Huawei Cloud's IAM, which gives a token for user, password (a variable) and project",
        of_iam, Topic.CREDENTIAL, "URL", needs_target=True)] = None
    iam_user: Annotated[str | None, Option(
        "IAM user that may replace the object; its token goes in X-Auth-Token, or in what --auth-header names",
        readers.text, Topic.CREDENTIAL, "NAME", exclusive=True, needs_target=True)] = None
    iam_domain: Annotated[str | None, Option(
        "the account (domain) of the IAM user", readers.text, Topic.CREDENTIAL, "NAME", needs_target=True)] = None
    iam_project: Annotated[str | None, Option(
        "the project of the token, by name or id", readers.text, Topic.CREDENTIAL, "NAME", needs_target=True)] = None
    denied_iam_user: Annotated[str | None, Option(
        "IAM user that may not replace it",
        readers.text, Topic.DENIED, "NAME", exclusive=True, needs_target=True)] = None
    denied_iam_domain: Annotated[str | None, Option(
        "the account of that user, where it is another", readers.text, Topic.DENIED, "NAME", needs_target=True)] = None
    denied_iam_project: Annotated[str | None, Option(
        "the project of that user's token, where it is another",
        readers.text, Topic.DENIED, "NAME", needs_target=True)] = None
    denied_namespace: Annotated[str | None, Option(
        "a namespace in which the credential may not write (for 403)",
        readers.name, Topic.DENIED, "NS", needs_target=True)] = None
    auth_header: Annotated[str | None, Option(
        "send credentials as they are in this header instead of Authorization: Bearer",
        readers.text, Topic.CONNECTION, "NAME")] = None
    header: Annotated[tuple[Pair, ...], Option(
        "send this header with every request, too; @FILE as its value: what the file holds, masked",
        pairs.header, Topic.CONNECTION, "'NAME: VALUE'", several=True)] = ()
    query: Annotated[tuple[Pair, ...], Option(
        "send this query parameter with every request, too; @FILE as its value: what the file holds, masked",
        pairs.parameter, Topic.CONNECTION, "NAME=VALUE", several=True)] = ()
    ca_file: Annotated[Path | None, Option(
        "certificates (PEM) of the authorities to trust",
        readers.path, Topic.CONNECTION, "F", needs_target=True)] = None
    client_cert: Annotated[Path | None, Option(
        "client certificate (PEM)", readers.path, Topic.CONNECTION, "F", needs_target=True)] = None
    client_key: Annotated[Path | None, Option(
        "key (PEM) of the client certificate", readers.path, Topic.CONNECTION, "F")] = None
    insecure: Annotated[bool, Option(
        "do not verify the endpoint's certificate", readers.switch, Topic.CONNECTION)] = False
    max_rps: Annotated[float | None, Option(
        "at most so many requests a second", readers.positive, Topic.JUDGEMENT, "N", sharing=Sharing.SHARED)] = None
    workers: Annotated[int, Option(
        "processes that share the cases, each with a job of its own",
        readers.workers, Topic.JUDGEMENT, "N", sharing=Sharing.SHARED)] = 1
    timeout: Annotated[float, Option(
        "seconds to wait for an answer", readers.positive, Topic.CONNECTION, "S", sharing=Sharing.SHARED)] = 30.0
    time_budget: Annotated[float | None, Option(
        "seconds after which no new case is begun",
        readers.positive, Topic.JUDGEMENT, "S", sharing=Sharing.SHARED)] = None
    requests: Annotated[int | None, Option(
        "requests that are sent at most, cleaning up aside, the most telling ones first",
        readers.count, Topic.JUDGEMENT, "N", sharing=Sharing.SHARED)] = None
    examples: Annotated[int, Option(
        "generated examples for each property", readers.count, Topic.JUDGEMENT, "N", sharing=Sharing.SHARED)] = 25
    seed: Annotated[int, Option(
        "number that decides everything generated; random when not given",
        readers.seed, Topic.JUDGEMENT, "N", sharing=Sharing.SHARED)]
    report_dir: Annotated[Path, Option(
        "directory for the reports", readers.path, Topic.OUTPUT, "DIR", sharing=Sharing.DECIDED)] = Path("reports")
    endpoint: Annotated[str | None, Option(
        "what the endpoint is called in reports of many; with --targets its name there",
        readers.name, Topic.PRODUCT, "NAME", sharing=Sharing.DECIDED)] = None
    implementation: Annotated[str | None, Option(
        "what is judged, for the reports: its name", readers.text, Topic.PRODUCT, "NAME")] = None
    implementation_version: Annotated[str | None, Option(
        "what is judged, for the reports: its version", readers.text, Topic.PRODUCT, "V")] = None
    organization: Annotated[str | None, Option(
        "who offers it, for the reports", readers.text, Topic.PRODUCT, "NAME")] = None
    contact: Annotated[str | None, Option(
        "whom to ask about it, for the reports: an address or a URL", readers.text, Topic.PRODUCT, "TEXT")] = None
    baseline: Annotated[Path | None, Option(
        "record of an earlier run to compare this one with in the end; of a directory, the newest with a verdict",
        readers.path, Topic.OUTPUT, "FILE")] = None
    waivers: Annotated[Path | None, Option(
        "YAML file with the deviations that are known and accepted for now",
        readers.path, Topic.JUDGEMENT, "FILE", sharing=Sharing.SHARED)] = None
    har: Annotated[Path | None, Option(
        "write every request and answer into this file (HAR 1.2), secrets masked; `findings`: those of findings alone, "
        "into DIR/findings.har",
        readers.har, Topic.OUTPUT, "FILE")] = None
    exchanges: Annotated[bool, Option(
        "tell of every request on standard error, a line each", readers.switch, Topic.OUTPUT, short="v")] = False
    verdict_only: Annotated[bool, Option(
        "print the verdict alone", readers.switch, Topic.OUTPUT, short="q")] = False
    plan: Annotated[bool, Option(
        "send nothing but GETs, and list what a run would send",
        readers.switch, Topic.OUTPUT, sharing=Sharing.DECIDED)] = False
    yes: Annotated[bool, Option(
        "adopt the job that --name names also when a controller has touched it",
        readers.switch, Topic.OUTPUT, sharing=Sharing.SHARED)] = False
    require_complete: Annotated[bool, Option(
        "exit with 1 also when something was skipped", readers.switch, Topic.JUDGEMENT, sharing=Sharing.SHARED)] = False
    immutability: Annotated[str, Option(
        "what the reference endpoint does with an immutable change",
        readers.text, Topic.REFERENCE, choices=IMMUTABILITY)] = "refuse-403"
    fault: Annotated[str | None, Option(
        "give the reference endpoint this fault, to see it caught (in a checkout only; --list-faults names them)",
        readers.text, Topic.REFERENCE, "NAME")] = None
    conditions: Annotated[str | None, Option(
        "let the reference endpoint stand in these conditions of real environments (serve --list-conditions)",
        readers.text, Topic.REFERENCE, "CONDITION,…", called="with")] = None
    controller: Annotated[float | None, Option(
        "interval of the reference endpoint's simulated status updates, in seconds",
        readers.positive, Topic.REFERENCE, "S")] = None
    token: Annotated[str | None, Option(
        "the credential that may replace the object",
        readers.secret, Topic.CREDENTIAL, exclusive=True, needs_target=True)] = field(default=None, repr=False)
    denied_token: Annotated[str | None, Option(
        "a valid credential that may not replace it (for 403)",
        readers.secret, Topic.DENIED, exclusive=True, needs_target=True)] = field(default=None, repr=False)
    access_key: Annotated[str | None, Option(
        "the access key that signs requests",
        readers.secret, Topic.CREDENTIAL, exclusive=True, needs_target=True)] = field(default=None, repr=False)
    secret_key: Annotated[str | None, Option(
        "the secret key that goes with it", readers.secret, Topic.CREDENTIAL)] = field(default=None, repr=False)
    security_token: Annotated[str | None, Option(
        "what goes with a temporary pair of keys", readers.secret, Topic.CREDENTIAL)] = field(default=None, repr=False)
    iam_password: Annotated[str | None, Option(
        "the password of the IAM user", readers.secret, Topic.CREDENTIAL)] = field(default=None, repr=False)
    denied_iam_password: Annotated[str | None, Option(
        "the password of the IAM user that may not", readers.secret, Topic.DENIED)] = field(default=None, repr=False)
    # fmt: on

    @property
    def embedded(self) -> bool:
        """Whether the reference endpoint is to be started and judged: nothing else was named."""
        return not (self.target or self.kubeconfig or self.context or self.in_cluster)

    @property
    def judged(self) -> Path | None:
        """The specification to judge by, FILE#OPERATION where one operation was named; None: the one that ships."""
        if self.spec is None or self.operation is None:
            return self.spec
        return self.spec.with_name(f"{self.spec.name}#{self.operation}")

    @property
    def har_of_findings(self) -> bool:
        """Whether the HAR holds the exchanges of findings alone."""
        return self.har == readers.FINDINGS

    @property
    def har_file(self) -> Path | None:
        """The HAR that is written, if one is."""
        return self.report_dir / FINDINGS_HAR if self.har_of_findings else self.har

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The files with credentials, certificates and waivers that the options name: a run writes none of them."""
        given = (getattr(self, option.key) for option in OPTIONS if option.scope is not Topic.OUTPUT)
        return tuple(value for value in given if isinstance(value, Path))


def _described() -> dict[str, Option]:
    hints = get_type_hints(Settings, include_extras=True)
    defaults = {one.name: None if one.default is MISSING else one.default for one in fields(Settings)}
    return {key: replace(hints[key].__metadata__[0], key=key, default=default) for key, default in defaults.items()}


BY_KEY: Final = _described()
OPTIONS: Final = tuple(option for option in BY_KEY.values() if not option.secret)
SECRETS: Final = tuple(option for option in BY_KEY.values() if option.secret)
# Of the options of each group one counts: the one from the strongest source.
RIVALS: Final = tuple(
    tuple(option.key for option in BY_KEY.values() if option.exclusive and option.scope is scope)
    for scope in (Topic.CREDENTIAL, Topic.DENIED)
)
