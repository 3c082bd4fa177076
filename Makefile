# Needs python3 (3.11 or newer) and make; everything else goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install demo test test-slow check bench train-starter lock clean

# Networks with a certificate authority of their own tell it to the system.
export UV_SYSTEM_CERTS := 1

# Tests and benchmarks draw on Qt's offscreen platform, so that no window pops up.
OFFSCREEN := QT_QPA_PLATFORM=offscreen
# The networks of the tests are so small that threads cost more than they give.
ONE_THREAD := OMP_NUM_THREADS=1

help:  ## Show this list.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: $(STAMP)  ## Set up .venv with the pinned dependencies.

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Outcrop needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

demo: install  ## Segment a synthetic survey: in the window, or without a display to files.
	$(BIN)/outcrop demo

test: check  ## Run the checks and the tests.
	$(OFFSCREEN) $(ONE_THREAD) $(BIN)/python -m pytest -m "not slow and not gpu" --numprocesses 2 --dist worksteal

test-slow: install  ## Run the tests that take minutes.
	$(OFFSCREEN) $(ONE_THREAD) $(BIN)/python -m pytest -m slow

check: install  ## Run the linters and the type checker.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m numpydoc.hooks.validate_docstrings $$(git ls-files 'app/*.py' 'engine/*.py')
	$(BIN)/typos
	$(BIN)/validate-pyproject pyproject.toml

bench: install  ## Measure; writes build/bench.json.
	mkdir -p build
	$(OFFSCREEN) $(BIN)/python -m pytest tests/benchmarks -m "not gpu" --benchmark-json build/bench.json -o faulthandler_timeout=0
	$(BIN)/python -m tests.benchmarks.report build/bench.json

train-starter: install  ## Train the starters on, on synthetic images; takes an hour.
	$(BIN)/python -m engine.training.starter --out build/starter --start resources/models \
		--minutes 60 --seed 0 --rate 5e-4

lock:  ## Pin the dependencies anew.
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate \
		--custom-compile-command "make lock" --quiet --output-file requirements.lock

clean:  ## Remove what was built; keeps .venv.
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
