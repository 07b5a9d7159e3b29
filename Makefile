# make demo     set up, and run the main job on the bundled site
# make test     set up, and run the tests on all cores; ALL=1: the slow ones too
# make lint     ruff and mypy --strict
# make torture  kill crawls at 200 random points, into object storage at 20, and cut the power at more (ALL=1: 15, 10, 9)
# make mutants  change the core (FILES="newsspider/durable.py …") one thing at a time: does a test fail?
# make engines  the tests of Dask and of Spark, which only this installs (456 MB; needs Java 17)
# make bench    the figures, as ratios; exits 1 when a bar is missed
# make screenshots  the pictures of the archive browser in docs/images, by Chromium
# make catalogues  collect the texts that people read, and compile their translations
# make venv     the set-up that they share
# make findings  the surprises of other people's software, one script each; asks the package registries
# make lock     pin the dependencies again (needs uv)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps
PIN := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock"

# One more than cores: a test often waits for a server, a browser or a disk.
WORKERS = $(shell $(BIN)/python -c 'import os; print(os.cpu_count() + 1)')

.PHONY: venv demo test torture mutants lint engines bench findings screenshots catalogues lock clean

venv: $(VENV)/.runtime

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "make: needs Python 3.11 or newer with venv; on Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q newsspider   # who may not write here would compile it anew at every start
	$(BIN)/python -m newsspider.text.templates   # and the pages
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	$(PIP) -r requirements-dev.txt
	@touch $@

$(VENV)/.mutants: tests/requirements-mutants.txt $(VENV)/.dev
	$(PIP) -r tests/requirements-mutants.txt
	@touch $@

demo: $(VENV)/.runtime
	@$(BIN)/newsspider demo

test: $(VENV)/.dev
	ALL=$(ALL) $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

torture: $(VENV)/.dev
	CRASH_POINTS=200 $(BIN)/python -m pytest tests/test_torture.py tests/archive/test_recovery.py tests/test_power_cuts.py tests/test_stored_crashes.py tests/test_load_parquet.py -k "killed or power"

mutants: $(VENV)/.mutants
	$(BIN)/python -m tests.mutants $(FILES)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy

engines: $(VENV)/.dev
	@command -v java >/dev/null || { echo "make: Spark needs Java 17; on Debian or Ubuntu: apt-get install openjdk-17-jre-headless"; exit 1; }
	$(PIP) -r tests/requirements-integration.txt
	ENGINE_KILLS=10 $(BIN)/python -m pytest tests/test_engines.py tests/test_tables.py tests/spark_cluster.py $(PYTEST_ARGS)

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

findings:
	@failed=0; for each in findings/*.sh; do echo "== $$each"; bash "$$each" || { echo "$$each: changed"; failed=1; }; done; exit $$failed

LOCALE := newsspider/text/locale
PYBABEL := $(BIN)/pybabel --quiet
screenshots: $(VENV)/.dev
	$(BIN)/python -m tests.screenshots

catalogues: $(VENV)/.dev
	@mkdir -p build
	$(PYBABEL) extract --mapping $(LOCALE)/babel.ini --keywords N_ --keywords message --keywords messages:1,2 --no-wrap --add-location file --sort-output --omit-header --output build/newsspider.pot newsspider
	$(PYBABEL) update --input-file build/newsspider.pot --output-dir $(LOCALE) --domain newsspider --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(PYBABEL) compile --directory $(LOCALE) --domain newsspider

lock:
	uv lock
	uv export --quiet --frozen --no-emit-project --no-default-groups --extra fast --group build --output-file requirements.txt
	uv export --quiet --frozen --no-emit-project --no-default-groups --extra fast --extra s3 --output-file deploy/requirements-s3.txt
	uv export --quiet --frozen --no-emit-project --extra fast --extra history --extra postgres --extra s3 --extra parquet --extra search --extra browse --extra xlsx --extra dask --group build --group dev --group bench --output-file requirements-dev.txt
	uv export --quiet --frozen --only-group deploy --output-file deploy/requirements-check.txt
	uv export --quiet --frozen --only-group integration --output-file tests/requirements-integration.txt
	uv export --quiet --frozen --only-group mutants --output-file tests/requirements-mutants.txt
	$(PIN) newsspider/browser/playback/build.in --output-file newsspider/browser/playback/build.txt
	$(PIN) newsspider/browser/playback/requirements.in --constraint newsspider/browser/playback/build.txt --output-file newsspider/browser/playback/requirements.txt

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
