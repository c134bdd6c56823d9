# `make run` and `make test` are all that most people need; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev services run test lint check bench env audit assets lock clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
DEMOS_PORT ?= 8001
# pip compiles on one processor, and compileall on all. Files that are for another Python are left, as pip leaves them.
INSTALL = $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-compile
COMPILE = $(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, and this is " + sys.version.split()[0] + ". Set PYTHON=python3.11")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python's venv module is incomplete here. On Debian: apt install python3-venv"; exit 1; }
	@echo "Making a virtual environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt | $(VENV)/bin/pip
	@echo "Installing Django Mastery's packages (about a minute) …"
	@$(INSTALL) -r requirements/run.txt
	@$(COMPILE)
	@touch $@

$(VENV)/.dev: requirements/dev.txt requirements/run.txt | $(VENV)/bin/pip
	@echo "Installing the packages for development (about a minute) …"
	@$(INSTALL) -r requirements/dev.txt
	@$(COMPILE)
	@touch $@ $(VENV)/.run

setup: $(VENV)/.run ## install what the site needs

setup-dev: $(VENV)/.dev

run: setup ## start the course, the demos and the grader; PORT=8000 DEMOS_PORT=8001
	@PORT=$(PORT) DEMOS_PORT=$(DEMOS_PORT) exec $(BIN)/python manage.py up

test: ## install what tests need, then check everything
	@$(MAKE) --no-print-directory -j 2 setup-dev services
	@.ci/checks

services:
	@.ci/services

lint: setup-dev ## format and lint only
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djlint --quiet --lint templates lessons/*/*/demo sandbox

bench: setup-dev ## measure what the README claims
	$(BIN)/python -m benchmarks

env: setup ## secrets and a trial certificate for `docker compose up`; SITE_HOST=course.localhost HTTPS_PORT=443
	@$(BIN)/python manage.py make_env

audit: setup-dev ## ask whether a package that runs has a known fault (needs the internet)
	$(BIN)/pip-audit --require-hashes --disable-pip -r requirements/run.txt
	$(BIN)/pip-audit --require-hashes --disable-pip -r requirements/jail.txt

assets: ## rebuild static/dist (needs Node 20)
	npm ci --no-audit --no-fund
	npm run build

lock: $(VENV)/bin/pip ## resolve requirements/*.in again
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q requirements/run.in -o requirements/run.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q requirements/dev.in -o requirements/dev.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q requirements/jail.in -o requirements/jail.txt

clean: ## remove what running and testing left behind, the data too
	rm -rf $(VENV) var node_modules .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results
