"""What is known of an option of a run: what it is about, who gives it, what makes a value of it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from contracts.settings import readers

ENVIRONMENT_PREFIX: Final = "PYTORCHJOB_CONTRACT_"


class Topic(Enum):
    """What an option is about."""

    CONNECTION = "where the endpoint is and how it is reached"
    CREDENTIAL = "the credential that may replace the object"
    DENIED = "what may not replace it"
    OBJECT = "the object under test"
    JUDGEMENT = "what is judged, how fast and how thoroughly"
    PRODUCT = "what the reports say of the product that is judged"
    OUTPUT = "where a run reports and whether it asks; nothing that it judges"
    REFERENCE = "the reference endpoint"


class Sharing(Enum):
    """Who gives an option when several endpoints are judged at once (`--targets`)."""

    OWN = "each endpoint its own, lest one's credential be sent to another"
    SHARED = "the command line or the environment, for all of them"
    DECIDED = "the fleet itself"


@dataclass(frozen=True)
class Option:
    """One option of a run: `read` makes a value of what was given.

    `several`: it may be given more than once, and `read` makes a value of each; a variable holds one a line. `short`: a
    letter for the command line (pytest has letters of its own). `exclusive`: of the options of this scope that are, one
    counts. `needs_target`: it makes sense only against a target that was named. `called`: its name where that is not
    the field's. `key` and `default` are the field's.
    """

    help: str
    read: Callable[[Any], Any]
    scope: Topic
    metavar: str = ""
    choices: tuple[str, ...] = ()
    short: str = ""
    sharing: Sharing = Sharing.OWN
    exclusive: bool = False
    several: bool = False
    needs_target: bool = False
    called: str = ""
    key: str = ""
    default: Any = None

    @property
    def name(self) -> str:
        """The option's name on the command line, without the dashes before it."""
        return self.called or self.key.replace("_", "-")

    @property
    def variable(self) -> str:
        """The environment variable that gives it."""
        return ENVIRONMENT_PREFIX + self.name.replace("-", "_").upper()

    @property
    def secret(self) -> bool:
        """Whether it is never on a command line, where others see it: a variable, or `${VAR}` in a file."""
        return self.read is readers.secret

    @property
    def is_switch(self) -> bool:
        """Whether the option takes no value on the command line."""
        return self.read is readers.switch
