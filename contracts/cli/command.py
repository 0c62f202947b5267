"""What the parsers of all commands have in common."""

import argparse
import difflib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from contracts.settings import config_name
from contracts.settings.config_file import SettingsError
from contracts.settings.option import Option
from contracts.spec.contract import Contract, ContractError
from contracts.spec.load import load_contract
from contracts.spec.schema import SpecificationError

USAGE: Final = 4

# Given the options, and as `rest` what follows `--`; gives the exit status.
Action = Callable[[argparse.Namespace], int]


class Parser(argparse.ArgumentParser):
    """A parser that ends with the exit status of wrong usage."""

    def __init__(self, **settings: Any) -> None:
        self.options: list[str] = []
        super().__init__(**settings)

    def add_argument(self, *names: Any, **settings: Any) -> argparse.Action:
        """Add an argument, and remember how it is spelled."""
        self.options += [name for name in names if name.startswith("--")]
        return super().add_argument(*names, **settings)

    def refuse_unknown(self, words: Sequence[str]) -> None:
        """End where there are words that nothing is made of; an option like one that there is was meant to be that."""
        if words:
            self.error("; ".join(map(self._unknown, words)))

    def _unknown(self, word: str) -> str:
        if not word.startswith("-"):
            return f"unexpected argument {word!r}"
        name = word.partition("=")[0]
        near = difflib.get_close_matches(name, self.options, 1)
        return f"there is no option {name}{f'; did you mean {near[0]}?' if near else ''}"

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end; a page of options would only hide it."""
        self.exit(USAGE, f"{self.prog}: {message} (see {self.prog} --help)\n")


def contract_of(spec: Path | None) -> Contract:
    """The contract of the specification that `--spec` names, or that ships; raises `SettingsError` for one named."""
    try:
        return load_contract(spec)
    except (ContractError, SpecificationError) as error:
        if spec is None:
            raise
        raise SettingsError(f"--spec: {error}") from None


def command(commands: Any, name: str, text: str, action: Action | None, epilog: str = "") -> argparse.ArgumentParser:
    """Add a command that does `action`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(action=action, parser=parser)
    return parser


def add_options(parser: argparse.ArgumentParser, options: Iterable[Option]) -> None:
    """Add options of a run, and the file that may give them; None stands for one that is not given."""
    parser.add_argument("--config", metavar="FILE", help=config_name.HELP)
    for option in options:
        text = option.help + (f" (default: {option.default})" if option.default not in (None, False, ()) else "")
        names = [f"-{option.short}"] * bool(option.short) + [f"--{option.name}"]
        if option.is_switch:
            parser.add_argument(*names, dest=option.key, action="store_const", const="true", help=text)
        elif option.several:
            parser.add_argument(
                *names, dest=option.key, action="append", metavar=option.metavar, help=f"{text} (may be given again)"
            )
        elif option.choices:
            parser.add_argument(*names, dest=option.key, choices=option.choices, help=text)
        else:
            parser.add_argument(*names, dest=option.key, metavar=option.metavar, help=text)
