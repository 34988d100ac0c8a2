# `make` tells the targets. Each sets up what is missing and repeats nothing that is up to date.

PYTHON ?= python3
BIN := .venv/bin
# How `make serve` serves: ARGS="--port 9000 --instance ../elsewhere".
ARGS ?=
# What `make test` gives to pytest, and how many processes it runs in: one more than two cores, which
# computes while another waits. With two more, reading the tests and changing places costs more.
TESTS ?=
JOBS ?= 3
# Which of them, by their marks (pyproject.toml); .ci/run has those of `make test-rest` among them.
WANTED ?= not faults and not rest
# Where tests have their folders: in memory where 4 GB of it are free, else /tmp. They write hundreds
# of thousands of small files that are gone with them, and a disk makes each wait.
TESTS_IN := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000000 {print "/dev/shm"}')
TEST_ENV := $(if $(TESTS_IN),PYTEST_DEBUG_TEMPROOT=$(TESTS_IN))
PYTEST = $(TEST_ENV) $(BIN)/python -m pytest -n $(JOBS) --dist worksteal -q
# Of each module, how many tests `make test-database` runs.
FEW ?= 1
# How many minutes `make fuzz` and `make mutants` go on, and the seed of a round that is to be seen again: SEED=7.
MINUTES ?= 30
SEED ?=
# How many mutants `make mutants` makes of each area, and of which: AREAS="merging tokens".
SAMPLE ?= 15
AREAS ?=
# What `make test-fast` compares with: SINCE=HEAD~3.
SINCE ?=
CODE := wiki plugins tests bench

FRONTEND := wiki/frontend
TESTS_NODE := tests/node
# Node and npm come with the build dependencies; npm's scripts look for them on the path.
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm --prefix $(FRONTEND)
FRONTEND_SOURCES := $(shell find $(FRONTEND)/src plugins/*/frontend -type f 2>/dev/null) $(wildcard $(FRONTEND)/*.mjs)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# What a lock names. pip takes twice the work, and reads what a machine says of its own index: it is
# asked where uv has brought nothing.
INSTALL = $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r $(1) \
  || $(PIP) --require-hashes -r $(1)
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-annotate --no-header

.PHONY: help serve test test-first test-rest test-database test-fast test-night test-packages faults fuzz mutants check lint unused types audit format messages setup frontend hooks lock dist packages release docs pictures

help:  ## what can be made: these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: setup  ## the wiki on http://127.0.0.1:8080 (ARGS="--port 9000")
	exec $(BIN)/wiki serve $(ARGS)

# What is fastest to fail stands first; what one core reads for a minute is read meanwhile.
test: setup .venv/.tested  ## yes or no, in some eight minutes on two cores (TESTS="-k needs", JOBS=3)
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory --jobs=3 unused types test-first

test-first: setup .venv/.tested  ## the tests of `make test` alone, for whom `make check` has answered
	$(PYTEST) -m "$(WANTED)" $(TESTS)

# Why each of them is here: tests/rest.toml.
test-rest: setup .venv/.tested  ## what `make test` leaves out, then the packages
	$(PYTEST) -m "rest and not night and not faults" $(TESTS)
	$(MAKE) --no-print-directory audit test-packages

test-packages: setup .venv/.tested  ## whether what people install serves by itself, away from here
	bash .ci/wheel

# Why, of the tests: tests/rest.toml. Packages are made for each Python, and tried in each way of installing them.
test-night: setup .venv/.tested  ## what takes too long for a change to wait for, within two hours
	$(PYTEST) -m "night and not faults" $(TESTS)
	$(MAKE) --no-print-directory packages
	packaging/try extras file tools lintian image
	$(MAKE) --no-print-directory test-database FEW=0

# Pages, rows and lists of each part, not each of its tests: FEW=0 runs all, in some twenty minutes.
test-database: setup .venv/.tested  ## tests of each part with rows, lists and search on PostgreSQL (FEW=5, TESTS=tests/web)
	WIKI_TEST_INDEX=database WIKI_TEST_FEW=$(FEW) $(PYTEST) $(TESTS)

test-fast: setup .venv/.tested  ## the tests that your change wants first, 45 s (SINCE=HEAD~3)
	@$(TEST_ENV) $(BIN)/python -m tests.selection $(SINCE)

faults: setup .venv/.tested  ## stores, disks and processes broken on purpose, within an hour (TESTS="-k kill")
	$(TEST_ENV) nice timeout 60m $(BIN)/python -m pytest -m "" -q tests/faults plugins/correspondents/tests/test_silence.py $(TESTS)

fuzz: setup .venv/.tested  ## strangers' bytes of any kind, others each time (MINUTES=30, SEED=7)
	@$(TEST_ENV) nice $(BIN)/python -m tests.fuzz $(MINUTES) $(SEED)

mutants: setup .venv/.tested  ## whether tests notice code that is spoilt on purpose (SAMPLE=15, SEED=7, AREAS=merging, MINUTES=60)
	@$(TEST_ENV) nice $(BIN)/python -m tests.mutants --sample $(SAMPLE) --minutes $(MINUTES) --seed $(or $(SEED),1) $(AREAS)

check: lint unused types  ## all that reads the code and runs none of it

lint: .venv/.tested  ## its layout and layers
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/djlint --lint --quiet templates plugins
	$(BIN)/lint-imports --no-logo

unused: .venv/.tested  ## whether all of it is used
	$(BIN)/vulture

types: .venv/.tested  ## whether its types fit
	$(BIN)/mypy --strict $(CODE)

audit: setup  ## whether flaws are known in what the locks bring, where that can be asked
	@BIN=$(BIN) .ci/audit

format: .venv/.tested  ## Python files as they should be laid out
	$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

messages: .venv/.tested  ## what translators work from, anew from the code: *.pot
	@$(BIN)/python -m tests.languages.messages

hooks: .venv/.tested  ## has git look at each commit first (.pre-commit-config.yaml)
	$(BIN)/prek install

setup: .venv/.installed frontend  ## .venv and the front end, of the versions of the locks

# With hashes of what is in them in their names, and a manifest.
frontend: wiki/static/dist/manifest.json  ## what browsers get: wiki/static/dist

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; set PYTHON=python3.x"; exit 1; }
	@command -v git >/dev/null || { echo "git is missing: sudo apt-get install git"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || if [ "$$(id -u)" = 0 ]; \
	  then apt-get update -q && apt-get install -q -y python3-venv; \
	  else echo "python3-venv is missing: sudo apt-get install python3-venv"; exit 1; fi
	$(PYTHON) -m venv .venv

# uv, of the version and with the hashes of the lock.
.venv/bin/uv: | .venv/bin/python
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock >.venv/uv.lock
	$(PIP) --require-hashes -r .venv/uv.lock

# Pinned with hashes; our own package without its dependencies, which the lock has brought.
.venv/.installed: requirements.lock pyproject.toml | .venv/bin/uv
	$(call INSTALL,requirements.lock)
	$(PIP) --no-deps --no-build-isolation --editable .
	@# Where PYTHONDONTWRITEBYTECODE is set, the first start would not be the last to compile.
	$(BIN)/python -m compileall -q -x node_modules wiki plugins
	@touch $@

# What tests want beside.
.venv/.tested: requirements-dev.lock $(TESTS_NODE)/node_modules/.package-lock.json | .venv/.installed
	$(call INSTALL,requirements-dev.lock)
	@touch $@

# Without scripts: that of the HTML checker fetches a Java where there is none.
$(TESTS_NODE)/node_modules/.package-lock.json: $(TESTS_NODE)/package-lock.json | .venv/.installed
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm --prefix $(TESTS_NODE) ci --silent --ignore-scripts
	@touch $@

$(FRONTEND)/node_modules/.package-lock.json: $(FRONTEND)/package-lock.json | .venv/.installed
	$(NPM) ci --silent
	@touch $@

wiki/static/dist/manifest.json: $(FRONTEND)/node_modules/.package-lock.json $(FRONTEND_SOURCES)
	$(NPM) run --silent build

docs: .venv/.tested  ## the documents as a site, French and English, in build/docs
	@$(BIN)/python -m tests.guides.site

# By those who follow the guides (tests/guides): they stop where a word of a guide is not on the screen.
pictures: setup .venv/.tested  ## pictures, film and stopwatch of the documents, in docs/, within ten minutes
	$(TEST_ENV) WIKI_PICTURES=1 timeout 30m $(BIN)/python -m pytest -q tests/guides

dist: setup .venv/.tested  ## a source distribution and a wheel, front end inside, in dist/
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist .

packages: dist  ## what people install, in dist/: wheel, single file, packages for Debian (packaging/)
	BIN=$(CURDIR)/$(BIN) packaging/build

# The second holds all of the first.
lock: .venv/.tested  ## the locks anew, after a change of dependencies in pyproject.toml
	$(COMPILE) --extra build --extra all pyproject.toml --output-file requirements.lock
	$(COMPILE) --extra build --extra all --extra dev --constraint requirements.lock \
	  pyproject.toml --output-file requirements-dev.lock
	$(call INSTALL,requirements-dev.lock)
	$(BIN)/python packaging/notices.py

release: setup .venv/.tested  ## version, changelog, tests, packages, commit and tag (VERSION=1.2.0)
	@BIN=$(BIN) .ci/release "$(VERSION)"
