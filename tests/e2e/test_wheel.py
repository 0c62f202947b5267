"""The built wheel, installed into an empty environment, works in an empty directory."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import pytest

from contracts import __version__
from contracts.report.trust import suite

from .command import ROOT
from .endpoint import Serve

OTHERS = [f"pytest-{name}" for name in ("timeout", "rerunfailures", "randomly", "cov", "html", "asyncio", "playwright")]
OWN = '''
import pytest

@pytest.mark.requirement("custom.night", statement="At night jobs are created.", source="TICKET-12")
def test_mine(job):
    """A job is created at night."""
    job.replace({"metadata.labels": {"queue": "night"}}).expect_status(201)
'''


def call(*arguments: str | Path, cwd: Path, status: int = 0) -> str:
    """Run a command to its end and give what it printed."""
    words = list(map(str, arguments))
    done = subprocess.run(words, capture_output=True, text=True, cwd=cwd, timeout=900, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command in an environment that has the wheel and what it depends on, and nothing else."""
    directory = tmp_path_factory.mktemp("wheel")
    call(sys.executable, "-m", "build", "--wheel", "--outdir", directory / "dist", cwd=ROOT)
    call(sys.executable, "-m", "venv", directory / "environment", cwd=directory)
    python = directory / "environment" / "bin" / "python"
    locked = directory / "constraints.txt"
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    locked.write_text("\n".join(line.rstrip(" \\") for line in lines if line[:1].isalnum() and "==" in line))
    (wheel,) = (directory / "dist").glob("*.whl")
    assert [name for name in ZipFile(wheel).namelist() if "fault" in name] == []
    install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", locked, wheel)
    call(python, *install, cwd=directory)
    return python.with_name("pytorchjob-contract")


@pytest.mark.slow
def test_run_and_report(command: Path, tmp_path: Path) -> None:
    output = call(command, "run", cwd=tmp_path)
    assert "verdict: conformant" in output
    assert {entry.name for entry in tmp_path.iterdir()} == {"reports"}
    report = json.loads((tmp_path / "reports" / "conformance.json").read_text())
    assert {row["outcome"] for row in report["requirements"]} == {"passed"}
    assert "conformance.json" in call(command, "report", "show", "reports", cwd=tmp_path)
    verified = call(command, "report", "verify", "reports", "--judge", cwd=tmp_path)
    assert "digest ok" in verified
    assert "conformance.html ok, conformance.yaml ok, junit.xml ok" in verified
    # the checkout that the wheel was built from is the same judge
    assert report["suite"] == {"version": __version__, "commit": None, "judge": suite.judge()}
    call(command, "report", "html", "reports", "-o", "page.html", cwd=tmp_path)
    assert "<html" in (tmp_path / "page.html").read_text()
    assert "nothing changed in any verdict" in call(command, "report", "compare", "reports", "reports", cwd=tmp_path)
    assert "immutable.no-bypass" in call(command, "requirements", cwd=tmp_path)


@pytest.mark.slow
def test_no_fault_and_no_test_is_in_it(command: Path, tmp_path: Path) -> None:
    find = "import contracts, importlib.util as u; print(*map(u.find_spec, ('tests', 'contracts.faults')))"
    assert call(command.with_name("python"), "-c", find, cwd=tmp_path) == "None None\n"
    why = "the catalogue of faults is not part of the installed package; use a checkout of the project\n"
    for option in ("--fault", "--list-faults"):
        arguments = (option, "pretty-ignored") if option == "--fault" else (option,)
        assert call(command, "run", *arguments, cwd=tmp_path, status=4) == f"pytorchjob-contract: {option}: {why}"


FILES = ("--token-file", "token", "--denied-token-file", "denied")


@contextmanager
def serving(command: Path, directory: Path, *options: str) -> Iterator[tuple[str, ...]]:
    """A reference endpoint in a process of its own; gives what a run needs to judge it."""
    arguments = [str(command), "serve", *FILES, *options]
    with subprocess.Popen(arguments, cwd=directory, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().split()[1]
            namespace = server.stdout.readline().partition("--namespace ")[2].split()[0]
            yield (f"--target={url}", f"--namespace={namespace}", *FILES)
        finally:
            server.send_signal(signal.SIGINT)
    assert server.returncode == 0


@pytest.mark.slow
def test_serve_is_judged(command: Path, tmp_path: Path) -> None:
    with serving(command, tmp_path) as target:
        output = call(command, "run", *target, "--", "-k", "no_valid_credential or labels", cwd=tmp_path)
    assert "verdict: partial" in output


@pytest.mark.slow
def test_a_gateway_with_demands_and_policies(command: Path, tmp_path: Path) -> None:
    """Conformant with the options that it takes; without one of them a line names it, and nothing is left behind."""
    label = "example.com/team"
    needed = {
        "--header": ("--header", "X-Project-Id: p1"),
        "--query": ("--query", "tenant=t1"),
        "--image": ("--image", "registry.example.com/pytorch:v1"),
        "--labels": ("--labels", f"{label}=ml"),
    }
    keep = ("--keep", f"metadata.labels[{label}]")
    with serving(command, tmp_path, "--with", "project-header,tenant-query,image-policy,required-label") as target:
        for left_out in needed:
            given = [word for name, words in needed.items() if name != left_out for word in words]
            [line] = call(command, "run", *target, *given, *keep, cwd=tmp_path, status=3).strip().splitlines()
            assert line.startswith("error: ")
            assert f"({left_out}" in line
        everything = [word for words in needed.values() for word in words]
        output = call(command, "run", *target, *everything, *keep, cwd=tmp_path)
    assert "verdict: conformant" in output
    assert "left something behind" not in output


@pytest.mark.slow
def test_schemathesis_takes_the_hooks(command: Path, tmp_path: Path) -> None:
    where = "from importlib.resources import files; print(files('contracts') / 'openapi/replace-pytorchjob.yaml')"
    specification = call(command.with_name("python"), "-c", where, cwd=tmp_path).strip()
    with serving(command, tmp_path) as (target, namespace, *_):
        value = json.dumps(namespace.partition("=")[2])
        lines = ('hooks = "contracts.schemathesis_hooks"', "[parameters]", f"namespace = {value}")
        (tmp_path / "schemathesis.toml").write_text("\n".join(lines))
        credential = f"Authorization: Bearer {(tmp_path / 'token').read_text().strip()}"
        options = (f"--url={target.partition('=')[2]}", "-H", credential, "--max-examples=5", "--seed=1")
        output = call(command.with_name("schemathesis"), "run", specification, *options, cwd=tmp_path)
    assert "No issues found" in output


@pytest.mark.slow
def test_the_source_distribution_makes_the_same_wheel(tmp_path: Path) -> None:
    call(sys.executable, "-m", "build", "--outdir", tmp_path / "both", cwd=ROOT)  # the wheel from the sdist
    call(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path / "one", cwd=ROOT)
    (first,), (second,) = ((tmp_path / name).glob("*.whl") for name in ("both", "one"))
    with ZipFile(first) as of_sdist, ZipFile(second) as of_checkout:
        assert sorted(of_sdist.namelist()) == sorted(of_checkout.namelist())
        assert "contracts/py.typed" in of_checkout.namelist()
        (metadata,) = (name for name in of_checkout.namelist() if name.endswith("/METADATA"))
        told = of_checkout.read(metadata).decode()
    for line in (f"Version: {__version__}", "License-Expression: Apache-2.0", "Provides-Extra: huawei"):
        assert f"\n{line}\n" in told


@pytest.mark.slow
def test_own_cases_need_nothing_but_the_wheel(command: Path, serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "my_cases").mkdir()
    (tmp_path / "my_cases" / "test_mine.py").write_text(OWN)
    tests = command.with_name("pytest")
    with serve() as served:
        target = [argument.replace("--", "--contract-", 1) for argument in served.arguments]
        said = call(tests, "my_cases", "--alluredir=allure", *target, cwd=tmp_path, status=1)
        said += call(
            command, "run", "--cases", "my_cases", *served.arguments, "--", "-k", "mine", cwd=tmp_path, status=1
        )
    assert said.count("custom.night  A job is created at night") == 2
    assert list((tmp_path / "allure").glob("*-result.json"))
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "test_theirs.py").write_text("def test_theirs():\n    pass\n")
    loud = call(tests, "-q", cwd=tmp_path / "theirs")
    without = call(tests, "-q", "-p", "no:contracts.pytest_plugin.plugin", cwd=tmp_path / "theirs")
    assert loud.partition(" in ")[0] == without.partition(" in ")[0]


@pytest.mark.slow
def test_other_plugins_stand_beside_it(command: Path, tmp_path: Path) -> None:
    python = command.with_name("python")
    install: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *OTHERS]
    if subprocess.run(install, capture_output=True, timeout=900, check=False).returncode:
        pytest.skip("the other plugins cannot be installed here")
    (tmp_path / "my_cases").mkdir()
    (tmp_path / "my_cases" / "test_mine.py").write_text(OWN)
    every = ("--reruns=2", "--timeout=120", "--cov=my_cases", "--html=page.html", "--tracing=off")
    said = call(command.with_name("pytest"), "my_cases", *every, cwd=tmp_path, status=1)
    assert "2 rerun" in said
    rows = json.loads((tmp_path / "reports" / "conformance.json").read_text())["requirements"]
    [found] = next(row["findings"] for row in rows if row["id"] == "custom.night")
    assert found["count"] == 1, "a case that is run again finds the same"
    assert "custom.night: A job is created at night" in (tmp_path / "page.html").read_text()
    chosen = [word for name in ("randomly", "timeout", "rerunfailures", "asyncio") for word in ("-p", f"pytest_{name}")]
    more = ("--workers=2", "--examples=2", "--", *chosen, "--reruns=1", "--timeout=300")
    assert "verdict: conformant" in call(command, "run", *more, cwd=tmp_path)
