"""The page that requirements come from, and the place in it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """Where a requirement comes from: section and lines ("7-17") of the document, or a convention's public name."""

    section: str
    lines: str = ""

    def __str__(self) -> str:
        return f"{self.section}, lines {self.lines}" if self.lines else self.section

    @property
    def href(self) -> str:
        """Its address, where its name is one; else empty."""
        return self.section if self.section.startswith(("https://", "http://")) else ""


@dataclass(frozen=True, slots=True)
class Document:
    """The vendor page that the requirements come from.

    `updated`: the date that it bears, empty where it bears none. `url`: its public address, where one was given.
    """

    title: str
    updated: str
    sha256: str
    url: str = ""

    @property
    def edition(self) -> str:
        """Which edition of the page it is, in words; empty where it bears no date."""
        return f"updated {self.updated}" if self.updated else ""

    @property
    def href(self) -> str:
        """The address as a link may have it; empty where there is none."""
        return self.url if self.url.startswith(("https://", "http://")) else ""
