# What a newcomer meets. Each target makes what it needs, starting from nothing but Python.

PYTHON ?= python3
BIN := .venv/bin
LANGUAGE_SERVER := tests/e2e/language_server
KERNELS := tests/e2e/connections/kernels
NODE_PARTS := $(LANGUAGE_SERVER)/node_modules/.package-lock.json $(KERNELS)/node_modules/.package-lock.json
WORKERS ?= 3
FUZZ_SECONDS ?= 3600

.DEFAULT_GOAL := help
.PHONY: help demo test setup check format docs pictures bench soak dist lock clean

help:  ## Show the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/installed  ## Open examples/quickstart in this terminal, or play it as text where there is none
	@$(BIN)/python tools/demo.py

test: .venv/installed $(if $(shell command -v npm),$(NODE_PARTS))  ## Run the whole test suite
	$(BIN)/python -m pytest -n $(WORKERS) $(TESTS)

setup: .venv/installed  ## Make .venv with everything a developer needs

check: .venv/installed  ## Check format, lint, types, contracts, docs, and known holes
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/docs.py --check
	$(BIN)/python tools/audit.py

format: .venv/installed  ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

docs: .venv/installed  ## Write the generated pages of docs/reference
	$(BIN)/python tools/docs.py

pictures: .venv/installed  ## Take the pictures of the docs anew (needs rsvg-convert and DejaVu Sans Mono)
	$(BIN)/python tools/pictures.py
	$(BIN)/python tools/docs_gallery.py

bench: .venv/installed  ## Measure start-up, parsing, restoring, memory and live reload against their budgets
	$(BIN)/python tests/bench/run.py

soak: .venv/installed  ## Hold the laws over examples, merges, simulations, faults and kills by the thousand, and fuzz
	$(BIN)/python tests/soak/properties.py
	$(BIN)/python tests/soak/laws.py
	$(BIN)/python tests/soak/differential.py
	$(BIN)/python tests/soak/bugs.py
	$(BIN)/python tests/soak/hostile.py
	$(BIN)/python tests/soak/bases.py
	$(BIN)/python tests/soak/kills.py
	$(BIN)/python tests/soak/fault_corpus.py
	$(BIN)/python tests/soak/simulations.py --count 20000
	$(BIN)/python tests/soak/fault_schedules.py --count 1000
	$(BIN)/python tests/soak/surviving.py
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group fuzz
	$(BIN)/python tests/soak/fuzz/run.py reader --seconds $(FUZZ_SECONDS)
	$(BIN)/python tests/soak/fuzz/run.py sanitiser --seconds $(FUZZ_SECONDS)
	$(BIN)/python tests/soak/fuzz/run.py endpoints --seconds $(FUZZ_SECONDS)
	$(BIN)/python tests/soak/fuzz/run.py vault --seconds $(FUZZ_SECONDS)

dist: .venv/installed  ## Build the wheel and the sdist, and use the wheel in a clean environment
	rm -rf dist
	$(BIN)/python -m hatchling build
	$(BIN)/python tools/try_dist.py dist/*.whl $(PYTHONS)

lock: .venv/installed  ## Lock the developers' environment anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	    pyproject.toml --group dev --extra fast --extra syntax --extra jupyter --extra web --extra zeromq --upgrade -o requirements/dev.txt

clean:  ## Remove what the other targets made
	rm -rf .venv .demo build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	rm -rf $(LANGUAGE_SERVER)/node_modules $(KERNELS)/node_modules

.venv/installed: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "stui-workspace needs Python 3.11 or newer; set PYTHON=/path/to/python" >&2; exit 1; }
	@echo "Making .venv (once)..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

%/node_modules/.package-lock.json: %/package-lock.json
	npm ci --prefix $* --no-audit --no-fund --silent --ignore-scripts
