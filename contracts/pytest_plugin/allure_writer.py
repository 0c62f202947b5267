"""Writes Allure's results in place of allure-pytest, which writes a file about each fixture of each case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import allure_commons
from allure_commons.logger import AllureFileLogger

from contracts.pytest_plugin.allure_results import Results


class _Writer(AllureFileLogger):  # type: ignore[misc,unused-ignore]
    """Writes what allure-pytest writes, but nothing about fixtures of which there is nothing to say."""

    @allure_commons.hookimpl  # type: ignore[untyped-decorator,unused-ignore]
    def report_container(self, container: Any) -> None:
        """Write of a group of fixtures the ones that are left."""
        if container.befores or container.afters:
            super().report_container(container)  # type: ignore[no-untyped-call,unused-ignore]


def register(results: Results, directory: str | None) -> Callable[[], None]:
    """Have `results` asked about each result, and all written into a directory, if any; gives what undoes it."""
    manager = allure_commons.plugin_manager
    writers: dict[object, object] = {}
    manager.register(results)
    for theirs in [one for one in manager.get_plugins() if type(one) is AllureFileLogger and directory]:
        writers[theirs] = _Writer(directory)  # type: ignore[no-untyped-call,unused-ignore]
        manager.unregister(theirs)
        manager.register(writers[theirs])

    def unregister() -> None:
        manager.unregister(results)
        for theirs, ours in writers.items():  # allure-pytest ends its own one itself
            manager.unregister(ours)
            manager.register(theirs)

    return unregister
