# The one door to every chore; `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
JOBS ?= 3# on two cores: a fifth of the time tests wait for servers, workers and browsers
# The installer trusts what the machine trusts: behind a company's proxy that is more than its own list.
export UV_SYSTEM_CERTS ?= 1
# Compiled modules are kept: without them, each start of the product would compile all of it again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## Say what there is to do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

.PHONY: run
run: install ## Serve the sample conference on http://127.0.0.1:8000, with the job worker inside
	@$(BIN)/openevent serve --demo

.PHONY: install
install: .venv/.installed ## Install the product into .venv

.PHONY: dev
dev: .venv/.installed-dev ## Install what tests and checks need, too

.PHONY: test
test: dev chromium ## Run every test, and hold the coverage floor
	@rm -f .coverage .coverage.*
	@$(BIN)/pytest -n $(JOBS) --cov --cov-report= $(TESTS)
	@$(if $(TESTS),,$(BIN)/coverage report --skip-covered --fail-under=90 --format=total > /dev/null || { $(BIN)/coverage report; exit 1; })
	@$(if $(TESTS),,$(BIN)/coverage report --include=$(FULLY_COVERED) --fail-under=99)

# Where a branch that no test has taken is a mistake that nobody has seen yet. The aim is 100.
FULLY_COVERED := src/openevent/*/rules.py,src/openevent/*/rules/*,src/openevent/*/actions.py,src/openevent/*/actions/*,src/openevent/*/permissions.py,src/openevent/jsonapi/*

.PHONY: soak
soak: dev ## Let chance try selling EFFORT (20) times as long, on both databases
	@echo "make soak SEED=$(SEED) tries the same again"
	@OPENEVENT_TEST_EFFORT=$(EFFORT) $(BIN)/pytest --hypothesis-seed=$(SEED) $(SOAKED)

EFFORT ?= 20
SEED := $(or $(SEED),$(shell date +%s))
SOAKED ?= tests/properties/test_selling.py tests/properties/test_under_fire.py

.PHONY: check
check: dev ## Check format, lint, types and import contracts
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/pyright --warnings
	@$(BIN)/lint-imports --no-logo

.PHONY: format
format: dev ## Put the code into the one format, and mend what can be mended
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

.PHONY: bench
bench: dev ## Measure the speed budget against a bare baseline
	@$(BIN)/python -m bench

.PHONY: docs
docs: dev ## Write the reference pages from the tables that the program runs on
	@$(BIN)/python -m openevent.main.reference docs/reference

.PHONY: permissions
permissions: dev ## Write down anew who may what, as HTTP answers it; look at the difference
	@PYTHONPATH=src:tests $(BIN)/python -m registry.walk

.PHONY: break
break: dev ## Forget declared members that are gone or have changed: a breaking change, on purpose
	@$(BIN)/python -m openevent.main.members docs/members.txt

.PHONY: lock
lock: .venv/.uv ## Choose versions anew, within what pyproject.toml allows
	@$(BIN)/uv pip compile pyproject.toml --extra lab --group build --group dev $(LOCK) -o requirements-dev.lock
	@$(BIN)/uv pip compile pyproject.toml --extra lab --group build -c requirements-dev.lock $(LOCK) -o requirements.lock
	@echo uv | $(BIN)/uv pip compile - $(LOCK) -o requirements-uv.lock

# One lock for every platform, with hashes, and without the name of any package host.
LOCK := --quiet --universal --generate-hashes --no-emit-index-url --no-header --upgrade

.PHONY: clean
clean: ## Remove everything that can be made again (not data/)
	@rm -rf .venv .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.*

# The installer, then the locked packages, then the project itself without asking for anything more.
.venv/.uv: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "python3-venv is needed: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

.venv/.installed: .venv/.uv requirements.lock pyproject.toml
	@echo "Installing the product into .venv ..."
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q src
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	@echo "Installing what tests and checks need ..."
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements-dev.lock
	@touch $@

BROWSERS := chromium chromium-browser google-chrome google-chrome-stable
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: chromium
chromium: # Tests drive the system's own browser; where there is none, the system is asked to install it.
	@for name in $(BROWSERS); do command -v $$name > /dev/null && exit 0; done; \
	echo "Installing Chromium for the browser tests ..."; \
	$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq chromium > /dev/null
