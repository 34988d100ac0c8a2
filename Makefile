# make serve, make test; each sets up what is missing and repeats nothing that is up to date.

PYTHON ?= python3
BIN := .venv/bin
FRONTEND := wiki/frontend
# Node and npm come with the build dependencies; npm's scripts look for them on the path.
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm --prefix $(FRONTEND)
FRONTEND_SOURCES := $(shell find $(FRONTEND)/src -type f) $(FRONTEND)/build.mjs

.PHONY: setup frontend lock

setup: .venv/.installed frontend

# Built by browsers' names: wiki/static/dist, with content hashes and a manifest.
frontend: wiki/static/dist/manifest.json

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; set PYTHON=python3.x"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || if [ "$$(id -u)" = 0 ]; \
	  then apt-get update -q && apt-get install -q -y python3-venv; \
	  else echo "python3-venv is missing: sudo apt-get install python3-venv"; exit 1; fi
	$(PYTHON) -m venv .venv

# Pinned with hashes; our own package without its dependencies, which the lock has brought.
.venv/.installed: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(FRONTEND)/node_modules/.package-lock.json: $(FRONTEND)/package-lock.json | .venv/.installed
	$(NPM) ci --silent
	@touch $@

wiki/static/dist/manifest.json: $(FRONTEND)/node_modules/.package-lock.json $(FRONTEND_SOURCES)
	$(NPM) run --silent build

# After a change of dependencies in pyproject.toml.
lock:
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
	  --extra dev --extra build pyproject.toml --output-file requirements.lock
