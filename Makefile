# Everything runs in .venv; the first target that needs it sets it up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# A file of tests runs in one process, so that its tests share what it sets up.
# One process more than there are cores: many tests wait for others.
PYTEST = $(BIN)/python -m pytest -n $(shell $(PYTHON) -c "import os; print((os.cpu_count() or 1) + 1)") --dist loadfile

.PHONY: help setup run allure test test-all lint format lock prove mutants kills replays bench foreign derive wheel clean

help:  ## list what can be made, and about how long it takes on 2 cores with nothing else to do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*## /\t/'

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

setup: $(VENV)/.ready  ## install everything into .venv (1 min, once)

run: setup  ## judge the embedded reference endpoint, or ARGS="--target URL ..." (15 s)
	$(BIN)/pytorchjob-contract run $(ARGS)

allure:  ## build the Allure 3 report of the last run into reports/allure-report (needs Node; 10 s)
	@test -x tests/node/node_modules/.bin/allure || { echo "Allure is missing: npm install --prefix tests/node" >&2; exit 3; }
	@test -d reports/allure-results || { echo "there are no results: make run" >&2; exit 3; }
	@tests/node/node_modules/.bin/allure generate --config reports/allure-results/allurerc.mjs reports/allure-results

test: setup  ## the project's own tests, but for the slow ones (5 min)
	$(PYTEST) -m "not slow" $(ARGS)

test-all: setup  ## all of them; the slow ones alone: ARGS="-m slow" (12 min)
	$(PYTEST) $(ARGS)

lint: setup  ## ruff, mypy, import-linter (1 min)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup  ## let ruff write the code (1 s)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: setup  ## write requirements.lock anew from pyproject.toml (1 min)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --extra dev --extra huawei --generate-hashes --quiet --upgrade -o requirements.lock pyproject.toml

prove: setup  ## every fault and every conformant mode, judged; goes on where it was ended (hours; ARGS="--sample 24" 12 min)
	$(BIN)/python -m tests.prove --write $(ARGS)

mutants: setup  ## mutate the judge; every mutant that its tests let live is printed (8 min)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "mutmut>=3.8,<4"
	$(BIN)/python -m tests.mutation $(ARGS)

kills: setup  ## kill runs at any moment, undo each, compare (20 min; ARGS="--times 20" 2 min)
	$(BIN)/python -m tests.kills $(ARGS)

replays: setup  ## findings of a sample of faults, replayed on the faulty and on a sound endpoint (ARGS="--sample 10" 30 min)
	$(BIN)/python -m tests.replays $(ARGS)

bench: setup  ## run time beside replay time, faults caught beside a plain schemathesis run (30 min)
	$(BIN)/python -m tests.bench $(ARGS)

foreign: setup  ## judge servers from the registries (needs npm; see docs/endpoints.md; 5 min)
	cd tests/foreign && npm install --silent --no-audit --no-fund
	$(PYTHON) -m venv tests/foreign/.venv
	tests/foreign/.venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/foreign/requirements.txt
	$(BIN)/python -m pytest tests/e2e/test_foreign_endpoints.py $(ARGS)

derive: setup  ## write openapi/replace-pytorchjob.yaml from PAGE=... STRUCTURES=... (and its public address, URL=...) (2 s)
	$(BIN)/pytorchjob-contract derive $(if $(URL),--url $(URL)) $(foreach file,$(STRUCTURES),--structures $(file)) $(PAGE)

wheel: setup  ## build the wheel into dist/ (20 s)
	$(BIN)/python -m build --wheel

clean:  ## remove what was made
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
