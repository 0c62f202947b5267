"""Bounds as people shorten them, "min. 0", "90 or less", "0..90", in the words that are read as bounds. Pure.

Only the words change, never what they say: whether they are denied or hold on a condition is seen behind.
"""

import re
from typing import Final

_UNITS: Final = r"(?:\s+(?!or\b|and\b|to\b)[a-z%]+)?"
_SIGN: Final = r"\s*(?:[:=]|\bis\b|\bof\b)?\s*"
# What stands before a bound of which the number is said first: nothing, a bracket, or that it is the value's.
_VALUES: Final = r"(?:^|(?<=[\n,(:;。])|(?<=\bbe)|(?<=\bis)|(?<=\bvalue)|(?<=\bvalues))\s*"
_END: Final = r"(?=\s*(?:$|[\n,);。]|\.(?!\d)))"
_TO: Final = r"\s*(?:to|through|-|~|–|至|到)\s*"
_INCLUDED: Final = r"\s*(?:,?\s*\(?(?:both )?inclusive(?:ly)?\)?)?"


class BoundWords:
    """Rewrites them in a text, by what numbers look like."""

    def __init__(self, number: str) -> None:
        """Take the regular expression of a number."""
        of = rf"(?={number})"
        n = rf"(?P<n>{number})"
        pair = rf"(?P<low>{number}){_TO}(?P<high>{number}){_UNITS}{_INCLUDED}"
        forms = (
            (rf"\bexclusive[ _-]?min(?:imum)?\b{_SIGN}{of}", "greater than "),
            (rf"\bexclusive[ _-]?max(?:imum)?\b{_SIGN}{of}", "less than "),
            (rf"(?:\bmin\b\.?(?: value)?|\blower (?:limit|bound)\b|下限){_SIGN}(?:为|是)?\s*{of}", "minimum "),
            (rf"(?:\bmax\b\.?(?: value)?|\bupper (?:limit|bound)\b|上限){_SIGN}(?:为|是)?\s*{of}", "maximum "),
            (rf"\b(?:not|no|never|cannot)((?: be)?) (?:below|under) {of}", r"not\1 less than "),
            (rf"\b(?:not|no|never|cannot)((?: be)?) (?:above|over|beyond) {of}", r"not\1 greater than "),
            (
                rf"{_VALUES}{n}{_UNITS}\s+(?:(?:or|and)\s+(?:more|greater|higher|larger|above|over|up|upwards?)"
                rf"|\(?min(?:imum)?\b\.?\)?){_END}",
                r" at least \g<n>",
            ),
            (
                rf"{_VALUES}{n}{_UNITS}\s+(?:(?:or|and)\s+(?:less|fewer|lower|smaller|below|under)"
                rf"|\(?max(?:imum)?\b\.?\)?){_END}",
                r" at most \g<n>",
            ),
            (rf"{_VALUES}from\s+{n}{_UNITS}\s+(?:up|upwards?|onwards?){_END}", r" at least \g<n>"),
            (rf"{_VALUES}(?:up to|limited to|capped at)\s+{n}{_UNITS}{_END}", r" at most \g<n>"),
            # An interval, and a range behind a label, a unit or a type, in brackets, or alone.
            (
                rf"(?:^|(?<=\n)|(?<=\bin)|(?<=\bwithin))\s*(?P<open>[\[(])\s*(?P<low>{number})\s*,\s*(?P<high>{number})"
                rf"\s*(?P<shut>[\])]){_END}",
                r" range \g<open>\g<low>, \g<high>\g<shut>",
            ),
            (
                r"(?:^|(?<=[\n.;。]))\s*(?:(?:allowed|valid|permitted|accepted|possible|legal|supported)(?: values?)?"
                rf"|values?|limits?|bounds?|允许值|合法值|有效值)\s*:\s*(?:from\s+)?{pair}{_END}",
                r" range \g<low> to \g<high>",
            ),
            (rf"(?:^|(?<=[\n.;。]))((?:[^\W\d]|[ /])+,)\s*(?:from\s+)?{pair}{_END}", r"\1 range \g<low> to \g<high>"),
            (rf"(?:^|(?<=[\n.;。]))\s*(?:from\s+)?{pair}{_END}", r" range \g<low> to \g<high>"),
            (rf"\((?:from\s+)?{pair}\)", r" (range [\g<low>, \g<high>])"),
        )
        self._forms = tuple((re.compile(form, re.IGNORECASE), words) for form, words in forms)

    def plain(self, text: str) -> str:
        """Give a text in which each of them has the words of a comparison, or of a range."""
        for form, words in self._forms:
            text = form.sub(words, text)
        return text
