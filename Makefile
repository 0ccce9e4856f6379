# Every rule is one line of help: make help
.DEFAULT_GOAL := help
.PHONY: help run test full check fmt clean

UV := tools/uv
DO := $(UV) run --no-sync

help:  ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.synced  ## run the desk on this machine: http://127.0.0.1:8000
	@exec $(UV) run --no-sync app.py

# Asked of uv only when the lock has changed: even a sync with nothing to do costs half a second.
.venv/.synced: uv.lock
	@$(UV) sync --frozen --no-dev --inexact
	@touch $@

test:  ## every check and every test, with reduced counts
	@exec tools/test

full:  ## the same with every count and state
	@SWITCHBOARD_FULL=1 exec tools/test

check:  ## format, lint, types, floors
	@$(UV) sync --frozen --quiet
	@$(DO) ruff format --check
	@$(DO) ruff check
	@$(DO) pyright
	@$(DO) lint-imports --no-logo

fmt:  ## put the code into its format
	@$(UV) sync --frozen --quiet
	@$(DO) ruff format
	@$(DO) ruff check --fix

clean:  ## remove what tools left behind; never data
	@rm -rf .pytest_cache .ruff_cache .import_linter_cache .coverage htmlcov test-results
	@find . -name __pycache__ -not -path './.venv/*' -not -path './.uv/*' -prune -exec rm -rf {} +
