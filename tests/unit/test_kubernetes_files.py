"""deploy/kubernetes: what the API server refuses, what is named and is not there, what would judge too little."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from contracts.cli.main import parser
from contracts.report.model import Setting, Verdict
from contracts.report.record import write
from contracts.run import fleet_config, shard
from tests.unit.report.samples import PASSED, SOUND

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "deploy" / "kubernetes"
# The first with all that the Job uses (backoffLimitPerIndex), and the newest that is known.
VERSIONS = ("1.33", kubernetes_validate.latest_version())

Object = dict[str, Any]


def documents(path: Path) -> list[Object]:
    return list(yaml.safe_load_all(path.read_text()))


def merged(directory: Path) -> list[Object]:
    """What kustomization.yaml lists, with the ConfigMaps that it has made of files."""
    listed = yaml.safe_load((directory / "kustomization.yaml").read_text())
    found: list[Object] = []
    for name in listed["resources"]:
        path = directory / name
        found += merged(path) if path.is_dir() else documents(path)
    for generated in listed.get("configMapGenerator", []):
        data = {name: (directory / name).read_text() for name in generated["files"]}
        found.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": generated["name"]}, "data": data})
    return found


OBJECTS = merged(HERE / "once")
SECRET = documents(HERE / "base" / "secret.example.yaml")[0]
BY_NAME = {(one["kind"], one["metadata"]["name"]): one for one in [*OBJECTS, SECRET]}
NIGHTLY = BY_NAME["CronJob", "contract-fleet"]
REPORT = BY_NAME["CronJob", "contract-fleet-report"]
JOB: Object = NIGHTLY["spec"]["jobTemplate"]["spec"]
JUDGE: Object = JOB["template"]["spec"]["containers"][0]
FLEET = BY_NAME["ConfigMap", "contract-fleet"]["data"]["fleet.yaml"]


def jobs() -> Iterator[Object]:
    for one in OBJECTS:
        if one["kind"] == "CronJob":
            yield one["spec"]["jobTemplate"]["spec"]
        elif one["kind"] == "Job":
            yield one["spec"]


PODS = [one["template"] for one in jobs()]
CONTAINERS = [each for pod in PODS for key in ("initContainers", "containers") for each in pod["spec"].get(key, [])]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", BY_NAME, ids="/".join)
def test_the_api_server_takes_each_object(name: tuple[str, str], version: str) -> None:
    kubernetes_validate.validate(BY_NAME[name], version, strict=True)


def test_what_is_no_field_would_be_found() -> None:
    wrong = {**JOB, "backoffLimitPerindex": 1}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**BY_NAME["Job", "contract-fleet-once"], "spec": wrong}, VERSIONS[0], strict=True)


def test_every_file_is_applied_but_the_example() -> None:
    listed = {HERE / "base" / "fleet.yaml", HERE / "base" / "secret.example.yaml"}
    for directory in (HERE / "base", HERE / "once"):
        names = yaml.safe_load((directory / "kustomization.yaml").read_text())["resources"]
        listed |= {directory / "kustomization.yaml", *(directory / name for name in names if name.endswith(".yaml"))}
    assert listed == set(HERE.rglob("*.yaml"))


@pytest.mark.parametrize("pod", PODS, ids=lambda one: one["metadata"]["labels"]["app.kubernetes.io/component"])
def test_what_a_pod_names_is_there(pod: Object) -> None:
    names = set()
    for volume in pod["spec"]["volumes"]:
        names.add(volume["name"])
        if "configMap" in volume:
            assert ("ConfigMap", volume["configMap"]["name"]) in BY_NAME
        elif "secret" in volume:
            assert ("Secret", volume["secret"]["secretName"]) in BY_NAME
        elif "persistentVolumeClaim" in volume:
            assert ("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]) in BY_NAME
        else:
            assert volume.keys() == {"name", "emptyDir"}
    containers = [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]
    assert {one["name"] for container in containers for one in container["volumeMounts"]} == names
    for container in containers:
        told = [one["name"] for one in container["env"]]
        # A value is made of the variables before it; the others are left as they are written.
        for number, one in enumerate(container["env"]):
            for used in variables(one.get("value", "")):
                assert used in told[:number]
        for text in [*container.get("args", []), *container.get("command", [])]:
            assert set(variables(text)) <= set(told)


def variables(text: str) -> list[str]:
    return [piece.partition(")")[0] for piece in text.split("$(")[1:] if piece.partition(")")[0].isidentifier()]


def test_each_credential_that_the_fleet_names_is_a_key_of_the_secret_and_has_no_value() -> None:
    used = {one["token-file"] for one in yaml.safe_load(FLEET)["targets"]}
    assert used == {f"/credentials/{name}" for name in SECRET["stringData"]}
    assert set(SECRET["stringData"].values()) == {""}
    assert SECRET not in OBJECTS


def test_the_fleet_can_be_used(tmp_path: Path) -> None:
    file = tmp_path / "fleet.yaml"
    file.write_text(FLEET)
    assert [one.problem for one in fleet_config.read(file, {}, {}).members] == [""] * 4


def test_there_are_as_many_shards_as_completions_and_each_knows_its_own() -> None:
    options, unknown = parser().parse_known_args(JUDGE["args"])
    assert not unknown
    assert options.command == "run"
    parts = [shard.read(options.shard, {shard.INDEX_VARIABLE: str(index)}) for index in range(JOB["completions"])]
    assert [one.index for one in parts] == list(range(parts[0].count))
    assert JOB["completionMode"] == "Indexed"
    assert float(options.resume) * 3600 > JOB["activeDeadlineSeconds"]
    # Nights do not share records, shards do not share journals.
    environment = {one["name"]: one for one in JUDGE["env"]}
    assert str(options.report_dir).endswith("/$(JOB_NAME)")
    assert environment["XDG_STATE_HOME"]["value"].endswith("/$(JOB_COMPLETION_INDEX)")
    assert JOB["template"]["spec"]["initContainers"][0]["env"] == JUDGE["env"]


def test_only_what_a_retry_may_change_is_tried_again() -> None:
    assert JOB["template"]["spec"]["restartPolicy"] == "Never"
    assert JOB["backoffLimitPerIndex"] > 0
    ignored, failed = JOB["podFailurePolicy"]["rules"]
    assert (ignored["action"], ignored["onPodConditions"][0]["type"]) == ("Ignore", "DisruptionTarget")
    assert failed == {
        "action": "FailIndex",
        "onExitCodes": {"containerName": JUDGE["name"], "operator": "In", "values": [1, 4]},
    }


def test_the_job_that_is_begun_by_hand_is_that_of_the_night() -> None:
    assert BY_NAME["Job", "contract-fleet-once"]["spec"] == JOB
    both = [yaml.safe_load((HERE / name / "kustomization.yaml").read_text()) for name in ("base", "once")]
    assert both[0]["images"] == both[1]["images"]
    assert both[0]["namespace"] == both[1]["namespace"] == SECRET["metadata"]["namespace"]


def test_the_report_comes_after_the_night_and_takes_no_other_nights_records() -> None:
    begins, reports = (clock(one["spec"]["schedule"]) for one in (NIGHTLY, REPORT))
    grace = JOB["template"]["spec"]["terminationGracePeriodSeconds"]
    ends = begins + timedelta(seconds=NIGHTLY["spec"]["startingDeadlineSeconds"] + JOB["activeDeadlineSeconds"] + grace)
    assert ends <= reports
    hours = float(script(REPORT).partition("--max-age ")[2].split()[0])
    assert reports - begins < timedelta(hours=hours) < timedelta(days=1)


def clock(schedule: str) -> timedelta:
    minute, hour, *rest = schedule.split()
    assert rest == ["*"] * 3
    return timedelta(hours=int(hour), minutes=int(minute))


def script(cron: Object) -> str:
    return str(cron["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["command"][-1])


@pytest.mark.parametrize("pod", PODS, ids=lambda one: one["metadata"]["labels"]["app.kubernetes.io/component"])
def test_no_pod_may_do_more_than_it_has_to(pod: Object) -> None:
    spec = pod["spec"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] == 10001, "as in the Containerfile"
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in [*spec.get("initContainers", []), *spec["containers"]]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["requests"].keys() == container["resources"]["limits"].keys() == {"cpu", "memory"}
        read_only = {one["name"]: one.get("readOnly", False) for one in container["volumeMounts"]}
        assert all(read_only[name] for name in ("config", "credentials") if name in read_only)


def test_every_pod_is_under_the_network_policies() -> None:
    everything, judging = (one["spec"] for one in OBJECTS if one["kind"] == "NetworkPolicy")
    assert set(everything) == {"podSelector", "policyTypes"}, "it allows nothing"
    chosen = {
        pod["metadata"]["labels"]["app.kubernetes.io/component"]
        for pod in PODS
        if judging["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    }
    assert chosen == {"judge"}
    for pod in PODS:
        assert everything["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()


def here(tmp_path: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Do what a script of a pod does, with its files below a directory, and the command as it is here."""
    command = tmp_path / "bin" / "pytorchjob-contract"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m contracts "$@"\n')
    command.chmod(0o755)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "fleet.yaml").write_text(FLEET)
    moved = text.replace("/config/", f"{tmp_path}/config/").replace("/data/", f"{tmp_path}/data/")
    environment: Mapping[str, str] = {
        "PATH": f"{command.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "XDG_STATE_HOME": str(tmp_path / "data" / "state" / "0"),
    }
    return subprocess.run(["sh", "-c", moved], capture_output=True, text=True, env=environment, timeout=60, check=False)


def test_the_report_is_that_of_the_last_night_and_old_nights_are_removed(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    nights = tmp_path / "data" / "reports"
    for days, night in ((20, "contract-fleet-1"), (1, "contract-fleet-2"), (0, "contract-fleet-3")):
        begun = now - timedelta(days=days, minutes=60)
        for one in yaml.safe_load(FLEET)["targets"][: 3 + (days > 0)]:
            configuration = (Setting("endpoint", one["name"], True),)
            sound = replace(SOUND, verdict=Verdict.CONFORMANT, requirements=(PASSED,), exit_status=0)
            report = replace(sound, configuration=configuration, started_at=begun, finished_at=now)
            results = write(report, nights / night / one["name"]).with_name("allure-results")
            results.mkdir()
            (results / "1-result.json").write_text("{}")
        os.utime(nights / night, times=(begun.timestamp(),) * 2)
    done = here(tmp_path, script(REPORT))
    assert done.returncode == 3, done.stderr
    assert "4 endpoints: 1 error, 3 conformant" in done.stdout
    assert "production-ap" in done.stdout.splitlines()[1]
    assert (nights / "contract-fleet-3" / "fleet.html").exists()
    assert not list((nights / "contract-fleet-3").rglob("allure-results"))
    assert sorted(one.name for one in nights.iterdir()) == ["contract-fleet-2", "contract-fleet-3"]


def test_restore_keeps_nothing_from_being_judged(tmp_path: Path) -> None:
    text = JOB["template"]["spec"]["initContainers"][0]["command"][-1]
    done = here(tmp_path, text)
    assert (done.returncode, done.stdout) == (0, "there is nothing to undo\n")


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")
def test_kustomize_makes_the_same_of_it() -> None:
    done = subprocess.run(
        ["kubectl", "kustomize", HERE / "once"], capture_output=True, text=True, timeout=60, check=True
    )
    built = list(yaml.safe_load_all(done.stdout))
    assert sorted(one["kind"] for one in built) == sorted(one["kind"] for one in OBJECTS)
    images = {one["image"] for one in containers(built)}
    assert images == {"registry.example.com/pytorchjob-contract:0.1.0"}
    made = next(one["metadata"]["name"] for one in built if one["kind"] == "ConfigMap")
    assert made.startswith("contract-fleet-")
    assert done.stdout.count(f"name: {made}") == 1 + len(PODS)


def containers(value: Any) -> Iterator[Object]:
    """Everything with an image in what was built."""
    if isinstance(value, dict):
        if "image" in value:
            yield value
        for one in value.values():
            yield from containers(one)
    elif isinstance(value, list):
        for one in value:
            yield from containers(one)
