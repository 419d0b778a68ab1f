# Everything that a person or CI runs. `make` alone lists the targets.
# A machine needs Python 3.11+, make and the package registries; nothing is installed outside .venv
# and frontend/node_modules, except Debian's Chromium, poppler and PostgreSQL for the tests, when root and missing.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PORT ?= 8000
WORKERS ?= 2
PYTEST_ARGS ?=

V := .venv/bin
S := .venv/stamps
PIP := $(V)/python -m pip --disable-pip-version-check --quiet
BUILD := clearground/web/static/web/build
FRONTEND := $(if $(wildcard frontend/package.json),$(S)/frontend)
FRONTEND_FILES := $(shell find frontend -name node_modules -prune -o -type f -print 2>/dev/null)
# A build that somebody removed is made again.
MISSING := $(if $(wildcard $(BUILD)/*),,FORCE)
CATALOGUES := $(shell find clearground -name '*.po' 2>/dev/null)
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

# ---------------------------------------------------------------- what is installed and built

$(S)/venv:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: install it, or name it with make PYTHON=…"; exit 1; }
	@echo "Creating .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv || { echo "On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@mkdir -p $(S) && touch $@

$(S)/run: requirements/run.txt requirements/tools.txt pyproject.toml | $(S)/venv
	@echo "Installing pinned dependencies"
	@$(PIP) install --require-hashes -r requirements/run.txt -r requirements/tools.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(S)/dev: requirements/dev.txt $(S)/run
	@echo "Installing what the tests need"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(S)/bench: requirements/bench.txt $(S)/run
	@echo "Installing the peers to measure against"
	@$(PIP) install --require-hashes -r requirements/bench.txt
	@touch $@

$(S)/node: requirements/node.txt | $(S)/venv
	@scripts/node.sh "$(V)"
	@touch $@

$(S)/npm: frontend/package-lock.json $(S)/node
	@echo "Installing the front end's packages"
	@cd frontend && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: FORCE
$(S)/frontend: $(S)/npm $(FRONTEND_FILES) $(MISSING)
	@echo "Building the front end"
	@cd frontend && npm run --silent build
	@touch $@

$(S)/messages: $(CATALOGUES) $(S)/run
	@if [ -n "$(CATALOGUES)" ]; then for catalogue in $(CATALOGUES); do \
		$(V)/pybabel --quiet compile --input-file $$catalogue --output-file $${catalogue%.po}.mo; done; fi
	@touch $@

$(S)/browser-and-pdf: | $(S)/venv
	@scripts/browser-and-pdf.sh
	@touch $@

READY := $(S)/run $(S)/messages $(FRONTEND)
TESTABLE := $(S)/dev $(S)/messages $(FRONTEND) $(S)/browser-and-pdf

.PHONY: install messages frontend
install: $(READY) ## install and build, without starting
messages: $(S)/messages ## compile the words on screen (.po to .mo)
frontend: $(FRONTEND) ## build style, fonts and map

# ---------------------------------------------------------------- run

.PHONY: run
run: $(READY) ## start Clearground on 127.0.0.1 with the invented country
	@exec $(V)/clearground serve --demonstration --port $(PORT) --workers $(WORKERS)

# ---------------------------------------------------------------- test

.PHONY: test check lint test-postgres bench
test: $(TESTABLE) ## the whole suite, on SQLite
	@env -u DATABASE_URL $(V)/python -m pytest -n 2 --dist worksteal $(PYTEST_ARGS)

test-postgres: $(TESTABLE) ## the whole suite, on a PostgreSQL server of its own
	@scripts/with-postgres.sh $(V)/python -m pytest -n 2 --dist worksteal $(PYTEST_ARGS)

lint: $(S)/dev $(S)/messages ## style, types and import contracts
	$(V)/ruff check .
	$(V)/ruff format --check .
	$(V)/mypy --strict clearground/kernel
	$(V)/lint-imports

check: lint test ## lint and test

bench: $(S)/bench $(S)/messages ## measure the ledger against its peers; writes docs/benchmarks.md
	@$(V)/python -m benchmarks

# ---------------------------------------------------------------- release

.PHONY: dist lock manual words screenshots
dist: $(S)/dev $(S)/messages $(FRONTEND) ## a wheel that carries the built front end
	@$(V)/python -m build --wheel --no-isolation --outdir dist .

screenshots: $(TESTABLE) ## take every picture of the documents anew, from a demonstration of its own
	@$(V)/python -m scripts.screenshots

LOCK = $(V)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url
lock: $(S)/run ## pin every dependency again, with hashes
	@$(PIP) install --require-hashes -r requirements/lock.txt
	@$(LOCK) pyproject.toml -o requirements/run.txt
	@$(LOCK) --group dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt
	@$(LOCK) --group bench -c requirements/run.txt pyproject.toml -o requirements/bench.txt
	@for group in tools node lock; do $(LOCK) --group pyproject.toml:$$group -o requirements/$$group.txt; done

words: $(S)/run ## bring the words on screen into the catalogues, for translation
	@$(V)/python -m scripts.messages extract

manual: $(S)/run ## write docs/commands.md, findings.md, rights.md and the tables of ledger.md from the code itself
	@DJANGO_SETTINGS_MODULE=clearground.settings $(V)/python -m clearground.cli.manual > docs/commands.md
	@DJANGO_SETTINGS_MODULE=clearground.settings $(V)/python -m scripts.findings > docs/findings.md
	@DJANGO_SETTINGS_MODULE=clearground.settings $(V)/python -m scripts.ledger
	@DJANGO_SETTINGS_MODULE=clearground.settings $(V)/python -m scripts.rights
