# `make help` lists the targets. Needs make and a python3 (3.11 or newer); uv is fetched when it is not here, and
# finds or fetches Python 3.13.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

UV_VERSION := 0.13.9
# A uv on the PATH may be a shim that answers nothing: it must run.
UV := $(shell if uv --version >/dev/null 2>&1; then command -v uv; else echo $(CURDIR)/.tools/uv/bin/uv; fi)
PYTHON := $(CURDIR)/.venv/bin/python
ENVIRONMENTS := .venv .tools/sam .tools/emulator .tools/localstripe
READY := $(ENVIRONMENTS:%=%/.ready)

export UV PYTHON
# Where a machine has its own list of certificate authorities, uv goes by it too.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS := true
endif
# Bytecode stands in one place, so that sources stay clean and nothing is compiled twice.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.tools/bytecode
export SAM_CLI_TELEMETRY := 0
export AWS_DEFAULT_REGION ?= eu-west-3

.PHONY: help setup demo run test check check-style check-types check-imports check-templates check-policy check-locks bench simulate lock build clean

help: ## this list
	@echo "iméra's privacy back office"
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(READY) ## install everything into .venv and .tools

demo: setup ## start the local back office, play a story through it, show what happened
	@$(PYTHON) -m cli.demo

run: setup ## the local back office until Ctrl-C; its data stays in .local/ (PAST=0: a shop without a past)
	@$(PYTHON) -m cli.local run

# A process for each core. Tests that need a local back office wait more than they compute: a process more, and each file's
# in one, with an office of its own.
test: .venv/.ready ## everyday tests (PYTEST="-k words" to choose)
	@$(PYTHON) -m pytest $(if $(findstring stack,$(PYTEST)),-n 3 --dist loadfile --no-loadscope-reorder,-n auto) $(PYTEST)

check: check-style check-types check-imports check-templates check-policy check-locks ## style, types, import contracts, templates, policy, locks

check-style: .venv/.ready
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .

check-types: .venv/.ready
	@$(PYTHON) -m mypy

check-imports: .venv/.ready
	@PYTHONPATH=.:layers/core .venv/bin/lint-imports --no-cache --no-logo

check-templates: .venv/.ready .tools/sam/.ready
	@.venv/bin/cfn-lint template.yaml infra/*.yaml
	@.tools/sam/bin/sam validate --lint

check-policy: .venv/.ready
	@$(PYTHON) -m cli.local.policy
	@$(PYTHON) -m cli.local.retention_doc --check

check-locks: .venv/.ready
	@$(PYTHON) requirements/lock.py --check

bench: setup ## counts and ratios of docs/performance.md
	@$(PYTHON) -m bench

simulate: .venv/.ready ## years of 100,000 made-up people, purged night by night (SIM_PEOPLE, SIM_YEARS, SIM_SEED: one world again)
	@PYTHONPATH=.:layers/core $(PYTHON) -m tests.simulation.years

lock: .venv/.ready ## compile stale locks from pyproject.toml (UPGRADE=1: newer versions of everything)
	@$(PYTHON) requirements/lock.py --uv $(UV) $(if $(UPGRADE),--upgrade)

# ARCH=x86_64 builds what runs on this machine; the default is what goes to AWS.
export ARCH ?= arm64
build: setup ## the artifacts that go to AWS, in .aws-sam/build (ARCH=x86_64 for this machine)
	@.tools/sam/bin/sam build --cached --parameter-overrides Arch=$(ARCH)

clean: ## remove artifacts and caches; keeps environments and .local/
	@rm -rf .aws-sam .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	@find cli functions layers tests requirements -name __pycache__ -type d -prune -exec rm -rf {} +

# --- environments: each from its hashed lock, again only when the lock changed ---

.tools/uv/.ready:
	@if ! uv --version >/dev/null 2>&1; then \
	  echo "· uv $(UV_VERSION)"; \
	  rm -rf .tools/uv; \
	  { python3 -m venv .tools/uv && .tools/uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); } \
	    >.tools-uv.log 2>&1 || { mkdir -p .tools; mv .tools-uv.log .tools/uv.log; rm -rf .tools/uv; \
	    echo "uv cannot be installed here (see .tools/uv.log): install uv, or python3 with venv and a package index, and try again" >&2; exit 1; }; \
	  rm -f .tools-uv.log; \
	fi
	@mkdir -p $(@D) && touch $@

# One line, whatever goes wrong; the long story is in the log beside the environment.
define environment
	@echo "· $(@D)"
	@mkdir -p .tools
	@$(@D)/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null || \
	  $(UV) venv --quiet --clear --python 3.13 $(@D) 2>.tools/python.log || \
	  { echo "Python 3.13 is neither here nor can uv fetch it (see .tools/python.log): install it and try again" >&2; exit 1; }
	@$(UV) pip sync --quiet --no-config --require-hashes --python $(@D)/bin/python $< 2>.tools/install.log || \
	  { echo "$< cannot be installed (see .tools/install.log): check the network and try again" >&2; exit 1; }
endef

.tools/%/.ready: requirements/%.txt .python-version .tools/uv/.ready
	$(environment)
	@touch $@

.venv/.ready: requirements/dev.txt .python-version pyproject.toml .tools/uv/.ready
	$(environment)
	@$(UV) pip install --quiet --no-config --no-deps --no-build-isolation --python $(PYTHON) --editable . 2>.tools/install.log || \
	  { echo "the project cannot be installed (see .tools/install.log)" >&2; exit 1; }
	@touch $@
