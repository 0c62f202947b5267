"""Pages out of templates: one environment, in which every value is escaped and its control characters are visible.

Pages hold all that they need: no script, no network, no file beside them.
"""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from contracts.report.model import Outcome, Verdict
from contracts.report.outcomes import counts
from contracts.report.visible import visible

# A sign beside the colour: colours alone are lost on paper and on who cannot tell them apart.
SIGNS = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "✗",
    Outcome.ERROR: "!",
    Outcome.SKIPPED: "–",
    Outcome.WAIVED: "w",
    Outcome.NOT_APPLICABLE: "·",
}
VERDICT_CLASS = {
    Verdict.CONFORMANT: "passed",
    Verdict.PARTIAL: "skipped",
    Verdict.NONCONFORMANT: "failed",
    Verdict.ERROR: "error",
}


def render(template: str, **context: object) -> str:
    """What a template of this package makes of the context."""
    return _environment().get_template(template).render(context)


def breakable(text: str, behind: str = ".") -> Markup:
    """The text as HTML that may be broken behind a sign: the id of a requirement behind its family."""
    return escape(visible(text)).replace(behind, behind + Markup("<wbr>"))


def counted(number: int, word: str) -> str:
    """The number with its noun, in the plural where it is not 1."""
    return f"{number} {word}{'' if number == 1 else 's'}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(breakable=breakable, counted=counted, counts=counts)
    environment.globals.update(SIGNS=SIGNS, VERDICT_CLASS=VERDICT_CLASS)
    return environment


def _finalized(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
