# Omloop: the commands of the project. `make help` lists them.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
UV_VERSION := 0.13.9
export UV_PROJECT_ENVIRONMENT := $(VENV)

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench conformity messages

help: ## List the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.installed ## Install everything into .venv, and nothing anywhere else

$(VENV)/.installed: pyproject.toml uv.lock
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Omloop needs Python 3.11 or newer; set PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(VENV)/bin/uv sync --frozen --quiet
	@touch $@

run: setup ## Start Omloop with the demo group of companies (OMLOOP_PORT, OMLOOP_DATA)
	@exec $(VENV)/bin/omloop up --demo

test: check ## Run everything: style, types, walls between rooms, and every test
	$(VENV)/bin/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: setup ## Style, types and walls between rooms, without the tests
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: setup ## Measure speed beside a peer or a physical limit
	$(VENV)/bin/uv sync --frozen --quiet --group bench
	$(VENV)/bin/python -m benchmarks

conformity: setup ## Our results on e-invoices beside the official ones (MUTANTS=20000 SEED=1: also beside Saxon; FUZZ=100000: damaged files)
	$(VENV)/bin/python -m tools.conformity --mutants $(or $(MUTANTS),0) --fuzz $(or $(FUZZ),0) --seed $(or $(SEED),1)

messages: setup ## Compile the Dutch texts (needs GNU gettext)
	for folder in src/omloop/*/locale; do (cd $$(dirname $$folder) && $(CURDIR)/$(VENV)/bin/django-admin compilemessages -v 0); done
