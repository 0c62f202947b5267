"""An object that no read shows any more is made readable again, so that the cases behind go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import Json
from contracts.judge.model import Exchange, Response
from contracts.resource.stored_object import Unreadable
from contracts.run.run import Run
from tests.faults import faulty
from tests.unit.casekit.conftest import opened

# The server counts characters: so many letters of two bytes hide the end of the object, and its version.
HIDING = {"contract-long": "é" * 6000}


def hide(run: Run) -> None:
    """Have the target store what it cannot show, by a write that nothing reads back."""
    live = run.examiner.live()
    wanted = paths.put(live, ("metadata", "annotations"), HIDING)
    assert run.resource.write(strict.encode(wanted)).response.accepted


def test_the_next_case_can_read_it(tmp_path: Path) -> None:
    with opened(tmp_path, faulty("length-counts-characters")) as run:
        hide(run)
        with pytest.raises(Unreadable):
            run.examiner.live()
        assert paths.get(run.examiner.live(), ("metadata", "annotations", "contract-long")) is paths.MISSING
        assert {one.finding.requirement for one in run.evidence.met} == {"response.content-type"}


def test_what_the_next_read_shows_is_left_alone(tmp_path: Path) -> None:
    with opened(tmp_path) as run:
        live, url = run.examiner.live(), f"http://target{run.resource.path}"
        page = Exchange("GET", url, {}, None, Response(200, {"content-type": "text/html"}, b"<html>"), 0.0)

        def once() -> Json:
            raise Unreadable("a page of somebody between", page)

        with pytest.raises(Unreadable):
            run.examiner._readable(once)
        assert paths.same(run.examiner.live(), live)


def test_where_it_is_in_vain_it_is_tried_three_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path, faulty("length-counts-characters")) as run:
        live, tried = run.examiner.live(), list[Exchange]()

        def vain(_: Json, unreadable: Exchange) -> bool:
            tried.append(unreadable)
            return False

        hide(run)
        with monkeypatch.context() as patch:
            patch.setattr(run.resource, "make_readable", vain)
            for _ in range(5):
                run.examiner._replacer.last_read = live
                with pytest.raises(Unreadable):
                    run.examiner.live()
        assert len(tried) == 3
