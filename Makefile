# Tuntas. `make` lists what there is. Needs Python 3.11 or newer and make; everything else is installed here.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The main job: which procedure, seconds a working day lasts, ports; ONCE=1 exits when it is done.
SOP ?= cirebon-2021
SPEED ?= 20
PORT ?= 8000
CLOUD_PORT ?= 4566
ONCE ?=

# The simulator: how many complaints, which chance; STANDARD_TIME=verify=2 tries another standard time.
N ?= 10000
SEED ?= 1
STANDARD_TIME ?=

# Deployment to AWS.
REGION ?= ap-southeast-3

# Tests: `make test TESTS=tests/unit/web` runs these alone. All of them run in parallel, in one process more
# than there are cores: the end-to-end tests share a process (tests/conftest.py), which mostly waits.
TESTS ?=
JOBS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))

CANDIDATES := python3.11 python3.12 python3.13 python3
PYTHON ?= $(shell for p in $(CANDIDATES); do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	>/dev/null 2>&1 && { command -v "$$p"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
BROWSER := $(VENV)/.browser

.PHONY: help
help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18
	@echo
	@echo "  Settings: make run SOP=$(SOP) SPEED=$(SPEED) PORT=$(PORT) ONCE=1; make test TESTS=tests/unit/web"

.PHONY: run
run: $(INSTALLED) ## carry a complaint through its procedure on the local cloud, then stay up (ONCE=1 exits)
	@exec $(BIN)/python -m infra demo --sop "$(SOP)" --speed "$(SPEED)" --port "$(PORT)" \
		--cloud-port "$(CLOUD_PORT)" $(if $(filter-out 0,$(ONCE)),--once)

.PHONY: cloud
cloud: $(INSTALLED) ## only the local cloud with the application on it
	@exec $(BIN)/python -m infra local --speed "$(SPEED)" --port "$(PORT)" --cloud-port "$(CLOUD_PORT)"

.PHONY: test
test: $(if $(TESTS),$(INSTALLED),check) $(BROWSER) ## the checks, then every test (TESTS=… only these tests)
	@$(BIN)/python -m pytest $(if $(TESTS),$(TESTS),--numprocesses $(JOBS))

.PHONY: check
check: $(INSTALLED) ## format, lint, types, procedures, and the packaged template
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted as agreed: 'make format' does it."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@if [ -f chalicelib/__main__.py ]; then $(BIN)/python -m chalicelib lint chalicelib/sops/*.toml; fi
	@$(BIN)/python -m infra policies --check
	@$(BIN)/python -m infra build --check

.PHONY: bench
bench: $(INSTALLED) ## measure start-up, deadlines, each procedure's calls and cost, the 60-second promise (six minutes)
	@for name in startup due one_life promise; do $(BIN)/python -m bench.$$name; done

.PHONY: simulate
simulate: $(INSTALLED) ## a year of complaints under virtual time: N=… SEED=… SOP=… STANDARD_TIME=step=days
	@$(BIN)/python -m infra simulate --count "$(N)" --seed "$(SEED)" \
		$(if $(filter file default,$(origin SOP)),,--sop "$(SOP)") \
		$(if $(STANDARD_TIME),--standard-time "$(STANDARD_TIME)")

.PHONY: format
format: $(INSTALLED) ## format the code and fix what ruff can fix
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

.PHONY: package
package: $(INSTALLED) ## make the template and the archives, in .build/
	@$(BIN)/python -m infra build

.PHONY: deploy
deploy: $(INSTALLED) ## put it on AWS: STAGE=… MAIL_FROM=… [PUBLIC_URL=…] [PARAMETERS="Name=Value …"]
	@[ -n "$(STAGE)" ] || { echo "Say which installation: make deploy STAGE=production MAIL_FROM=…"; exit 2; }
	@[ -n "$(MAIL_FROM)" ] || { echo "Say who sends the mail: make deploy STAGE=$(STAGE) MAIL_FROM=noreply@…"; exit 2; }
	@$(BIN)/python -m infra deploy --stage "$(STAGE)" --mail-from "$(MAIL_FROM)" --region "$(REGION)" \
		$(if $(PUBLIC_URL),--public-url "$(PUBLIC_URL)") $(foreach p,$(PARAMETERS),--parameter "$(p)")

.PHONY: clean
clean: ## delete the local cloud's state and what was built; the environment stays
	@if [ -e .local/lock ] && command -v flock >/dev/null && ! flock --nonblock .local/lock true; then \
		echo "The local cloud is running: stop it first (Ctrl-C)."; exit 1; fi
	@rm -rf .local .build .mypy_cache .pytest_cache .ruff_cache .hypothesis tests/output
	@find app.py chalicelib infra tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): requirements.txt requirements-dev.txt
	@[ -n "$(PYTHON)" ] || { \
		echo "Tuntas needs Python 3.11, 3.12 or 3.13 with venv (on Debian: apt install python3 python3-venv)."; exit 1; }
	@echo "installing what Tuntas needs into $(VENV)/ with $(PYTHON) (about a minute)"
	@[ -x $(BIN)/python ] || "$(PYTHON)" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt 2>$(VENV)/pip.log || { \
		tail -n 3 $(VENV)/pip.log; \
		echo "Could not install: is there a network, and does pip reach its index? More in $(VENV)/pip.log"; exit 1; }
	@touch $@

$(BROWSER): $(INSTALLED)
	@if ! command -v chromium chromium-browser google-chrome >/dev/null; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "installing Chromium for the browser tests"; \
			{ apt-get update && apt-get install --yes --no-install-recommends chromium; } >$(VENV)/browser.log 2>&1 \
			|| { echo "Could not install Chromium: is there a network? More in $(VENV)/browser.log"; exit 1; }; \
		else echo "The browser tests need Chromium (on Debian: apt install chromium)."; exit 1; fi; fi
	@touch $@
