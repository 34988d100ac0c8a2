# make serve, make test; each sets up what is missing and repeats nothing that is up to date.

PYTHON ?= python3
BIN := .venv/bin
# How `make serve` serves: ARGS="--port 9000 --instance ../elsewhere".
ARGS ?=
# What `make test` gives to pytest, and how many processes it runs in.
TESTS ?=
JOBS ?= 2
# Where tests have their folders: in memory where 4 GB of it are free, else /tmp. They write hundreds
# of thousands of small files that are gone with them, and a disk makes each wait.
TESTS_IN := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000000 {print "/dev/shm"}')
CODE := wiki plugins tests bench

FRONTEND := wiki/frontend
# Node and npm come with the build dependencies; npm's scripts look for them on the path.
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm --prefix $(FRONTEND)
FRONTEND_SOURCES := $(shell find $(FRONTEND)/src plugins/*/frontend -type f 2>/dev/null) $(FRONTEND)/build.mjs
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-annotate --no-header

.PHONY: serve test setup frontend dist lock format check

serve: setup
	exec $(BIN)/wiki serve $(ARGS)

# What is fastest to fail stands first; each step stops the rest.
test: setup .venv/.tested check
	@# What pytest makes of each module of tests is kept for the next time.
	PYTHONDONTWRITEBYTECODE= $(if $(TESTS_IN),PYTEST_DEBUG_TEMPROOT=$(TESTS_IN)) \
	  $(BIN)/python -m pytest -n $(JOBS) --dist worksteal -q $(TESTS)

# All that reads the code and runs none of it.
check: .venv/.tested
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/djlint --lint --quiet templates plugins
	$(BIN)/vulture
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy --strict $(CODE)

setup: .venv/.installed frontend

# Built by browsers' names: wiki/static/dist, with content hashes and a manifest.
frontend: wiki/static/dist/manifest.json

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; set PYTHON=python3.x"; exit 1; }
	@command -v git >/dev/null || { echo "git is missing: sudo apt-get install git"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || if [ "$$(id -u)" = 0 ]; \
	  then apt-get update -q && apt-get install -q -y python3-venv; \
	  else echo "python3-venv is missing: sudo apt-get install python3-venv"; exit 1; fi
	$(PYTHON) -m venv .venv

# Pinned with hashes; our own package without its dependencies, which the lock has brought.
.venv/.installed: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@# Where PYTHONDONTWRITEBYTECODE is set, the first start would not be the last to compile.
	$(BIN)/python -m compileall -q -x node_modules wiki plugins
	@touch $@

# What tests want beside.
.venv/.tested: requirements-dev.lock | .venv/.installed
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

$(FRONTEND)/node_modules/.package-lock.json: $(FRONTEND)/package-lock.json | .venv/.installed
	$(NPM) ci --silent
	@touch $@

wiki/static/dist/manifest.json: $(FRONTEND)/node_modules/.package-lock.json $(FRONTEND_SOURCES)
	$(NPM) run --silent build

# A source distribution and a wheel, front end inside, in dist/.
dist: setup .venv/.tested
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist .

# After a change of dependencies in pyproject.toml; the second holds all of the first.
lock: .venv/.tested
	$(COMPILE) --extra build --extra postgresql pyproject.toml --output-file requirements.lock
	$(COMPILE) --extra build --extra postgresql --extra dev --constraint requirements.lock \
	  pyproject.toml --output-file requirements-dev.lock

format: .venv/.tested
	$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .
