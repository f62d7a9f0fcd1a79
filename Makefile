# `make help` lists what can be made.
PYTHON ?= python3
PORT ?= 8000
WORKSPACE ?= workspace
BIN := .venv/bin
DONE := .make
# Empty unless there is a Node that Next.js can use; then it comes from a Python package.
NODE := $(shell node -e 'const [a, b] = process.versions.node.split("."); if (a > 20 || (a == 20 && b >= 9)) console.log("yes")' 2>/dev/null)

# Where tests put their files, 2 GB: in memory where there is plenty. Databases wait for a disk at
# each commit.
TESTS_IN := $(shell df -P -B1G /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 >= 6 {print "/dev/shm"; found = 1} END {if (!found) print "$${TMPDIR:-/tmp}"}')

# Compiled modules are kept, so that each of many processes does not compile them again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo install test check bench web openapi reference lock screenshots clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: ## Install, import the built-in digits, train, and serve the page on PORT
	@$(MAKE) --no-print-directory -j2 install
	@exec $(BIN)/tellapart --workspace $(WORKSPACE) demo --port $(PORT)

install: $(DONE)/python $(DONE)/web ## Install everything into .venv and web/node_modules, build the page

test: install $(DONE)/chromium ## Run all tests: unit, integration, end-to-end, docs, web
	cd web && ../scripts/npm.sh test
	@files=$$(mktemp -d $(TESTS_IN)/tellapart-tests.XXXXXX) && trap "rm -rf $$files" EXIT && \
	  $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --durations=25 --basetemp="$$files/run"

check: install ## Format, lint, types, import contract, web lint and types, OpenAPI drift
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/hadolint Dockerfile
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec compose.yaml
	$(BIN)/python scripts/generate_openapi.py --check
	$(BIN)/python scripts/generate_reference.py --check
	cd web && ../scripts/npm.sh run lint && ../scripts/npm.sh run typecheck && ../scripts/npm.sh run check-client

bench: install ## Race every performance claim against its rival
	$(BIN)/python benchmarks/run.py

web: $(DONE)/web ## Build the web page into the package

openapi: install ## Write web/openapi.json, and the TypeScript client from it
	$(BIN)/python scripts/generate_openapi.py
	cd web && ../scripts/npm.sh run generate

reference: install ## Write docs/reference from the code
	$(BIN)/python scripts/generate_reference.py

lock: ## Choose the newest allowed versions of all Python packages
	$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
	  --extra train --extra keras --extra kaggle --extra huggingface --extra postgres --extra loadtest --group dev --generate-hashes --no-emit-index-url \
	  --custom-compile-command 'make lock' --output-file requirements.lock

screenshots: install $(DONE)/chromium ## Take the pictures of the page that the README shows
	$(BIN)/python scripts/take_screenshots.py

clean: ## Remove what was built and installed; a workspace is kept
	rm -rf .venv $(DONE) web/node_modules web/.next web/out src/tellapart/api/static

$(DONE)/python: pyproject.toml requirements.lock scripts/install_python.sh
	@PYTHON=$(PYTHON) scripts/install_python.sh
	@mkdir -p $(DONE) && touch $@

$(DONE)/node_modules: web/package.json web/package-lock.json scripts/npm.sh $(if $(NODE),,$(DONE)/python)
	@echo "Installing what the page needs (web/node_modules)"
	@cd web && ../scripts/npm.sh ci --silent
	@mkdir -p $(DONE) && touch $@

$(DONE)/web: $(DONE)/node_modules $(shell find web/src web/public -type f 2>/dev/null) $(wildcard web/*.ts web/*.mjs web/scripts/*.mjs)
	@echo "Building the page"
	@cd web && ../scripts/npm.sh run --silent build > ../$(DONE)/web.log 2>&1 || { cat ../$(DONE)/web.log; exit 1; }
	@rm -rf src/tellapart/api/static && cp -r web/out src/tellapart/api/static
	@touch $@

$(DONE)/chromium: $(DONE)/python scripts/install_chromium.sh
	@scripts/install_chromium.sh
	@touch $@
