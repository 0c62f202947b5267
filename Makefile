# Everything runs in .venv; the first target that needs it sets it up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: help setup run allure test lint format lock prove mutants kills bench foreign derive wheel clean

help:  ## list what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*## /\t/'

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

setup: $(VENV)/.ready  ## install everything into .venv

run: setup  ## judge the embedded reference endpoint, or ARGS="--target URL ..."
	$(BIN)/pytorchjob-contract run $(ARGS)

allure:  ## build the Allure 3 report of the last run into reports/allure-report (needs Node)
	@ci/allure reports

test: setup  ## the project's own tests
	$(BIN)/python -m pytest -n auto $(ARGS)

lint: setup  ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup  ## let ruff write the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: setup  ## write requirements.lock anew from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --extra dev --extra huawei --generate-hashes --quiet --upgrade -o requirements.lock pyproject.toml

prove: setup  ## every fault and every conformant mode, judged; writes docs/proof.md
	$(BIN)/python -m tests.prove --output docs/proof.md $(ARGS)

mutants: setup  ## mutate the judge; every mutant that its tests let live is printed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "mutmut>=3.8,<4"
	$(BIN)/python -m tests.mutation $(ARGS)

kills: setup  ## kill runs at any moment, undo each, compare; ARGS="--times 20" for fewer
	$(BIN)/python -m tests.kills $(ARGS)

bench: setup  ## run time beside replay time, faults caught beside a plain schemathesis run
	$(BIN)/python -m tests.bench $(ARGS)

foreign: setup  ## judge servers from the registries (needs npm; see docs/endpoints.md)
	cd tests/foreign && npm install --silent --no-audit --no-fund
	$(PYTHON) -m venv tests/foreign/.venv
	tests/foreign/.venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/foreign/requirements.txt
	$(BIN)/python -m pytest tests/e2e/test_foreign_endpoints.py $(ARGS)

derive: setup  ## write openapi/replace-pytorchjob.yaml from PAGE=...
	$(BIN)/pytorchjob-contract derive $(PAGE)

wheel: setup  ## build the wheel into dist/
	$(BIN)/python -m build --wheel

clean:  ## remove what was made
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
