# Two commands do everything: `make run` and `make test`. A machine needs Python 3.11 or newer (with venv) and make.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
JUDGES := .venv/judges

.PHONY: run test bench lint docs shots vendor clean

run: $(STAMP)
	@$(BIN)/spasmkg tour -o out/tour.svg

$(STAMP): pyproject.toml
	@echo "Installing into .venv (the first time takes a minute or two)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --editable ".[owl,shapes,pandas]" --group dev
	@touch $@

# Each of the two keeps to its part of the tests as long as it has any: what a module or a session shares is made once.
test: lint $(JUDGES)/.installed
	SPASMKG_JUDGES=$(JUDGES) $(BIN)/python -m pytest -n 2 --dist worksteal

$(JUDGES)/.installed: tests/judges.txt $(STAMP)
	@$(PYTHON) -m venv $(JUDGES)
	@$(JUDGES)/bin/python -m pip install --quiet --requirement tests/judges.txt
	@touch $@

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(STAMP)
	@$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m benchmarks

docs: $(STAMP)
	$(BIN)/python -m docs.reference
	$(BIN)/python -m docs.notebooks

# The pictures of the workbench in the README; needs Debian's chromium. Their outcome is committed.
shots: $(STAMP)
	$(BIN)/python -m docs.shots

# The bundles of the workbench, from frontend/package-lock.json; needs node. Their outcome is committed.
vendor:
	cd frontend && npm ci --no-audit --no-fund && npm run build

clean:
	rm -rf .venv dist out
