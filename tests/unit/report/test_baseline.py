"""Which record a run is compared with: the newest one of the same endpoint that came to a verdict."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from contracts.report.model import Report, Setting, Verdict
from contracts.report.record import write
from contracts.report.runs.baseline import Endpoint, baseline_of, newest
from contracts.report.runs.trend import trend
from tests.unit.report.samples import SOUND

WHERE = Path("nights")
STAGING = "https://staging.example"


def record(day: int, url: str = STAGING, name: str = "", **values: str) -> Report:
    configuration = tuple(
        Setting(key, value, changed=True) for key, value in {"endpoint": name, **values}.items() if value
    )
    target = replace(SOUND.target, url=url, namespace="team-a")
    return replace(SOUND, target=target, started_at=SOUND.started_at + timedelta(days=day), configuration=configuration)


def test_records_of_other_endpoints_are_left_out() -> None:
    mine, other = record(1, name="a", target="x"), record(2, name="b", target="x")
    assert newest([mine, other], Endpoint(name="a", url=STAGING), WHERE) == (mine, "")
    words = "nights holds no record of c that came to a verdict, only of others"
    assert newest([mine, other], Endpoint(name="c", url=STAGING), WHERE) == (None, words)


def test_an_endpoint_without_a_name_is_known_by_its_address() -> None:
    records = [record(1), record(2, "https://other.example"), record(3, f"{STAGING}/")]
    assert newest(records, Endpoint(url=STAGING, namespace="team-a"), WHERE)[0] in (records[0], records[2])
    assert newest(records, Endpoint(url=STAGING, namespace="team-b"), WHERE)[0] is None
    assert newest(records, Endpoint(url=STAGING, profile="other"), WHERE)[0] is None


def test_the_port_on_this_machine_may_be_another_each_time() -> None:
    first, second = record(1, "http://127.0.0.1:1"), record(2, "http://127.0.0.1:2")
    assert newest([first, second], Endpoint(url="http://127.0.0.1:3"), WHERE)[0] == second
    assert newest([first, second], Endpoint(url="http://127.0.0.1:1"), WHERE)[0] == first
    assert newest([first, second], Endpoint(url="http://127.0.0.2:1"), WHERE)[0] is None


def test_the_reference_endpoint_is_compared_with_itself() -> None:
    embedded, named = record(1, profile="kubernetes"), record(2, target=STAGING)
    assert (embedded.is_of_reference, named.is_of_reference) == (True, False)
    assert "(the embedded reference endpoint)" in embedded.tested
    assert newest([embedded, named], Endpoint(embedded=True), WHERE)[0] == embedded


@given(st.permutations(range(6)), st.sampled_from("ab"))
def test_the_order_of_the_records_does_not_matter(days: list[int], name: str) -> None:
    records = [record(day, name="ab"[day % 2], target="x") for day in days]
    found, _ = newest(records, Endpoint(name=name, url=STAGING), WHERE)
    assert found is not None
    assert (found.endpoint, found.started_at) == (name, SOUND.started_at + timedelta(days=4 + "ab".index(name)))


def test_a_file_that_is_of_another_endpoint_is_taken_and_told(tmp_path: Path) -> None:
    path = write(record(1, target=STAGING), tmp_path / "one")
    report, words = baseline_of(path, Endpoint(url="https://other.example"))
    assert report is not None
    assert words == f"{path} is of another endpoint, {STAGING}, namespace team-a"


def test_outages_are_nothing_to_compare_with() -> None:
    outage = replace(record(2), verdict=Verdict.ERROR, error="not reachable")
    words = "nights holds no record that came to a verdict"
    assert newest([outage], Endpoint(url=STAGING), WHERE) == (None, words)


def test_the_trend_keeps_endpoints_of_one_address_apart() -> None:
    series = trend([record(1, name="a"), record(2, name="b"), record(3, name="a")]).series
    assert [len(one.runs) for one in series] == [2, 1]
