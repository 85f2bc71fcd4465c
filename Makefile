# S3Assist: `make ask Q="…"` answers a question, `make test` runs the tests; both set up first.
#
# Needs make, Python 3.11 or newer and pip. Everything goes into .venv and index/ of this folder.
# Another Python: make PYTHON=python3.12 …   More flags: make ask Q="…" ARGS="--json"

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ARGS   ?=

INSTALL := $(BIN)/python -m pip install --quiet --no-input --disable-pip-version-check \
	--progress-bar off --constraint constraints.txt --editable

# Touched when a step is done, so that it runs once, and again when what it read has changed.
READY   := $(VENV)/.ready
TESTS   := $(VENV)/.ready-test
DEV     := $(VENV)/.ready-dev
BENCH   := $(VENV)/.ready-bench
INDEXED := index/.ready
# Code that shapes the index: a newer one reads the documents again where it must.
SHAPING := $(wildcard $(patsubst %,src/s3assist/%/*.py,encode index ingest ingest/loaders ingest/loaders/pdf))

# The question goes through the environment and is expanded by nobody: it may hold $ and quotes.
unexport Q
export QUESTION := $(value Q)
# Compiled code is kept, or each of the many processes that tests start compiles it again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup ask index test test-slow test-all bench format clean distclean
.PHONY: check check-format check-lint check-types check-imports
.DEFAULT_GOAL := help

help:
	@echo 'make ask Q="…"   answer a question from the documents in corpus/'
	@echo 'make index       bring the index in line with corpus/'
	@echo 'make test        the tests that take less than two minutes together'
	@echo 'make test-all    all tests, the slow ones and those that need development data too'
	@echo 'make bench       measure what people wait for; about an hour, and 10 GB of disk meanwhile'
	@echo 'make check       formatting, linters, types and the direction of imports'
	@echo 'make format      format the code'
	@echo 'make clean       remove the index and all caches; make distclean: .venv too'

setup: $(READY)

# Exit status 1 of `ask` means "not found", which is an answer and no failure of make.
ask: $(READY) $(INDEXED)
	@if [ -z "$$QUESTION" ]; then echo 'Ask something: make ask Q="…"' >&2; exit 2; fi; \
	$(BIN)/s3assist ask $(ARGS) -- "$$QUESTION" || { status=$$?; [ $$status -eq 1 ] || exit $$status; }

index: $(READY)
	@$(BIN)/s3assist index $(ARGS)
	@touch $(INDEXED)

test: $(TESTS)
	@$(BIN)/python -m pytest -m "not slow and not data" -n auto --maxprocesses 4 --dist worksteal --timeout 120 $(ARGS)

# One test measures by itself what would wait for others; two processes need 4 GB of memory.
test-slow: $(BENCH)
	@failed=0; \
	$(BIN)/python -m pytest -m "(slow or data) and not alone" -n 2 --dist worksteal $(ARGS) || failed=1; \
	$(BIN)/python -m pytest -m alone $(ARGS) || failed=1; \
	exit $$failed

test-all: test test-slow

# Figures and pictures go into docs/; a part of it: make bench ARGS="cold rate --save docs".
bench: $(BENCH)
	@$(BIN)/python -m benchmarks $(or $(ARGS),--save docs)
	@$(BIN)/python -m pytest -q --benchmark-only --benchmark-columns=median,iqr,rounds benchmarks

check: check-format check-lint check-types check-imports

check-format: $(DEV)
	$(BIN)/ruff format --check --quiet .

check-lint: $(DEV)
	$(BIN)/ruff check .

check-types: $(DEV)
	$(BIN)/mypy

check-imports: $(DEV)
	$(BIN)/lint-imports --no-logo

format: $(DEV)
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

clean:
	@find index -mindepth 1 ! -name .gitkeep -delete
	@rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find src scripts tests -name __pycache__ -prune -exec rm -rf {} +

distclean: clean
	@rm -rf $(VENV)

$(INDEXED): $(SHAPING) | $(READY)
	@$(BIN)/s3assist index >&2
	@touch $@

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("S3Assist needs Python 3.11 or newer; name one: make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	@echo 'Setting up .venv (once; a few minutes) …' >&2
	@$(PYTHON) -m venv $(VENV) >&2
	@$(INSTALL) . >&2
	@touch $@

$(TESTS): $(READY)
	@echo 'Installing what the tests need …' >&2
	@$(INSTALL) '.[test]' >&2
	@touch $@

$(BENCH): $(TESTS)
	@echo 'Installing what the benchmarks need …' >&2
	@$(INSTALL) '.[bench]' >&2
	@touch $@

$(DEV): $(TESTS)
	@echo 'Installing the linters …' >&2
	@$(INSTALL) '.[dev]' >&2
	@touch $@
