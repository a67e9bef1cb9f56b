# Everything a person does. `make` sets up what it needs, once; uv is used where it is installed.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
UV := $(shell command -v uv 2>/dev/null)
PYTHON ?= python3

.PHONY: setup run test fault-tools faults bench ui check format docs statements clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
ifdef UV
	uv venv --quiet --allow-existing --python '>=3.11' $(VENV)
	VIRTUAL_ENV=$(CURDIR)/$(VENV) uv pip sync --quiet --compile-bytecode --require-hashes requirements.lock
	VIRTUAL_ENV=$(CURDIR)/$(VENV) uv pip install --quiet --no-deps --no-build-isolation --editable .
else
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endif
	touch $@

run: setup  ## Take in the sample deliveries, build, check, publish
	$(BIN)/homes4all run --landing data/sample/torino

test: setup  ## Run the tests
	$(BIN)/pytest

fault-tools:  ## Install what `make faults` breaks and looks with, where this is Debian and we may
	@if command -v chromium >/dev/null && ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update --quiet && apt-get install --quiet --yes --no-install-recommends chromium libfaketime; \
	else echo "Chromium or libfaketime is missing: the tests that need them will say that they were skipped."; fi

faults: setup fault-tools  ## Break runs, disks, clocks and guards on purpose, and see what holds (half an hour; as root, all of it)
	$(BIN)/pytest --dist worksteal -m thorough tests/faults tests/integration

bench: setup  ## Measure, all or PARTS="night growth …" (an hour on a machine that does nothing else)
	$(BIN)/python -m benchmarks $(PARTS)

ui: setup  ## Open the Dagster UI, schedule and sensor on
	$(BIN)/homes4all ui

check: setup  ## Lint and type-check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --processes 2 dbt_project
	$(BIN)/pyrefly check

format: setup  ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --processes 2 dbt_project

docs: setup  ## Write docs/extracts from the contracts, and the table of settings
	$(BIN)/homes4all docs

statements: setup  ## At a release: keep certified statements of this version, which later ones must verify
	$(BIN)/python tests/fixtures/statements/make.py tests/fixtures/statements/$$($(BIN)/python -c "from importlib.metadata import version; print(version('homes4all'))")

clean:  ## Remove what runs have made; the archive and the published file stay
	rm -rf data/build data/dbt_target data/dagster
