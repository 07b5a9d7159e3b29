# make demo     set up, and run the main job on the bundled site
# make test     set up, and run the tests
# make lint     ruff and mypy --strict
# make torture  kill crawls of a changing site at 200 random points, some fifteen minutes (make test: at 15)
# make bench    the figures, as ratios; exits 1 when a bar is missed
# make venv     the set-up that they share
# make lock     pin the dependencies again (needs uv)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps
PIN := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock"

.PHONY: venv demo test torture lint bench lock clean

venv: $(VENV)/.runtime

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "make: needs Python 3.11 or newer with venv; on Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	$(PIP) -r requirements-dev.txt
	@touch $@

demo: $(VENV)/.runtime
	@$(BIN)/scrapy demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest $(PYTEST_ARGS)

torture: $(VENV)/.dev
	CRASH_POINTS=200 $(BIN)/python -m pytest tests/test_torture.py tests/archive/test_recovery.py -k killed

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

lock:
	uv lock
	uv export --quiet --frozen --no-emit-project --no-default-groups --extra fast --group build --output-file requirements.txt
	uv export --quiet --frozen --no-emit-project --extra fast --extra history --extra postgres --extra s3 --extra parquet --extra search --group build --group dev --group bench --output-file requirements-dev.txt
	uv export --quiet --frozen --only-group deploy --output-file deploy/requirements-check.txt
	uv export --quiet --frozen --only-group integration --output-file tests/requirements-integration.txt
	$(PIN) newsspider/playback/build.in --output-file newsspider/playback/build.txt
	$(PIN) newsspider/playback/requirements.in --constraint newsspider/playback/build.txt --output-file newsspider/playback/requirements.txt

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
