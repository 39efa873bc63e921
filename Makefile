# `make help` says what there is. Stamps under .venv/ and static/ are written only after their step
# succeeded, so that every target may be interrupted and started again.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app app
WORKERS ?= 2
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# No bytecode of pip's own downloads, no questions, no colour codes in logs.
export PIP_NO_INPUT = 1

DEPS := $(VENV)/.deps
NODE_DEPS := node_modules/.installed
ASSETS := static/vendor/.built
# Icons are picked from the places that name them.
ASSET_SOURCES := package-lock.json scripts/assets.mjs $(shell find templates static/js models queries \
	operations admin_views portal web app.py -name '*.html' -o -name '*.js' -o -name '*.py' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help demo test serve worker migrate seed lint format bench soak requirements dictionary migration lock clean tools

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: export RECORDROOM_ENV ?= demo
demo: $(DEPS) $(ASSETS) ## everything: install, make the demo world, serve it on 127.0.0.1:$PORT (8000)
	@echo "==> database"
	@$(FLASK) db upgrade
	@echo "==> demo world"
	@$(BIN)/python -m seed demo
	@$(FLASK) serve

test: $(DEPS) $(ASSETS) tools ## the whole suite, on SQLite and PostgreSQL, with a browser
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not soak" $(ARGS)

serve: $(DEPS) $(ASSETS) migrate ## serve what is there
	@$(FLASK) serve

worker: $(DEPS) ## carry out what waits in the background; as many as you like
	@$(FLASK) worker

migrate: $(DEPS) ## bring the database up to date
	@$(FLASK) db upgrade

seed: $(DEPS) migrate ## roles and settings only, for a new installation
	@$(BIN)/python -m seed

lint: $(DEPS) ## style of the code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: $(DEPS) ## put the code in form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(DEPS) $(ASSETS) ## speed of pages, and of many rows at once
	@$(BIN)/python -m benchmarks
	@$(BIN)/python -m benchmarks.bulk

soak: $(DEPS) $(ASSETS) tools ## the long campaigns
	@$(BIN)/python -m pytest -m soak $(ARGS)

requirements: $(DEPS) ## which requirements no test shows yet
	@$(BIN)/python -m tests.requirements

dictionary: $(DEPS) ## every table and column, in words: instance/dictionary.md
	@$(BIN)/python -m scripts.dictionary instance/dictionary.md

migration: $(DEPS) ## a migration from the models: make migration m="add_nickname_to_customer"
	@test -n "$(m)" || { echo 'say what it does: make migration m="add_nickname_to_customer"'; exit 2; }
	@$(FLASK) db upgrade
	@$(FLASK) db migrate -m "$(m)"
	@$(BIN)/ruff format --quiet migrations/versions

lock: $(DEPS) ## choose new exact versions within pyproject.toml
	@$(BIN)/python -m pip install --quiet "uv>=0.9"
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --extra dev pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --group node -o requirements-node.lock

clean: ## remove what can be made again; instance/ (your data) stays
	rm -rf $(VENV) node_modules static/vendor .pytest_cache .ruff_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

tools: $(DEPS)
	@sh scripts/tools.sh postgresql chromium freeradius

$(DEPS): requirements.lock
	@echo "==> Python packages (half a minute)"
	@PYTHON="$(PYTHON)" sh scripts/venv.sh $(VENV)
	@$(BIN)/python -m pip install --quiet --quiet --require-hashes -r requirements.lock
	@touch $@

$(NODE_DEPS): package-lock.json package.json | $(DEPS)
	@echo "==> front-end packages"
	@sh scripts/node.sh npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(ASSETS): $(NODE_DEPS) $(ASSET_SOURCES)
	@echo "==> front-end assets"
	@sh scripts/node.sh node scripts/assets.mjs
	@touch $@
