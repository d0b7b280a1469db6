# make demo    see it work: a simulated Calltouch sends a month of leads
# make serve   run it for real traffic (settings: README.md)
# make test    every check that a change needs, some minutes
# make proofs  kill rounds, fuzzers and simulated months, bounded; make test leaves them out
# make bench   how fast it is, as ratios, about an hour; figures into .bench/*.json
# make screenshots  every page at both widths, into .screenshots
# make faults  the same in all their rounds, some hour and a half; prints what was counted
# make docs    the papers that are made of the code: docs/tables.md and docs/tables.ru.md
# make pictures LINK=…  the pictures of the README, from a running demo (needs pngquant)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The published file must open in all of these: the oldest still met in BI tools, ours, the newest.
DUCKDBS := 1.1.3 1.5.5 2.0.0
# Many tests wait for servers, so there may be more of them at a time than cores.
PYTESTS := $(shell expr $$(nproc) + 1)
PROOFS := tests/faults tests/road/test_simulated.py tests/receiver/resync tests/analytics/fold/test_properties.py

.PHONY: setup demo serve test proofs faults bench screenshots lint format clean
.DEFAULT_GOAL := demo

setup: $(VENV)/installed

demo: setup
	@$(BIN)/calltouch demo

serve: setup
	@$(BIN)/calltouch serve

test: $(VENV)/installed-dev $(DUCKDBS:%=.duckdb/%) lint
	$(BIN)/pytest -n $(PYTESTS) --dist worksteal --ignore tests/faults
	PYTHONPATH=.duckdb/2.0.0 $(BIN)/pytest -q -n auto tests/analytics --ignore tests/analytics/reports

proofs: FAULT_SEED ?= 1
proofs: $(VENV)/installed-dev $(DUCKDBS:%=.duckdb/%)
	FAULTS=bounded FAULT_SEED=$(FAULT_SEED) $(BIN)/pytest -n $(PYTESTS) --dist worksteal $(PROOFS)

faults: FAULT_SEED ?= $(shell date +%s)
faults: $(VENV)/installed-dev $(DUCKDBS:%=.duckdb/%)
	@rm -f .faults.jsonl
	FAULTS=full FAULT_SEED=$(FAULT_SEED) FAULTS_TABLE=.faults.jsonl $(BIN)/pytest $(PROOFS); \
		failed=$$?; $(BIN)/python -m tests.faults.table .faults.jsonl; exit $$failed

bench: $(VENV)/installed-dev
	@mkdir -p .bench
	$(BIN)/python -m bench.receive --work .bench --json .bench/receive.json
	$(BIN)/python -m bench.digest --work .bench --json .bench/digest.json
	$(BIN)/python -m bench.growing --work .bench --json .bench/growing.json
	$(BIN)/python -m bench.reports .bench/leads-1000000 --json .bench/reports.json
	$(BIN)/python -m bench.pages .bench/leads-1000000 --json .bench/pages.json
	$(BIN)/python -m bench.resync

screenshots: $(VENV)/installed-dev
	@mkdir -p .screenshots
	SCREENSHOTS=$(CURDIR)/.screenshots $(BIN)/pytest -q -n auto tests/dashboards/test_every_page.py

lint: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .duckdb .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: docs pictures
docs: $(VENV)/installed
	$(BIN)/python -m docs.tables

pictures: $(VENV)/installed-dev
	$(BIN)/python -m docs.pictures $(LINK)

$(VENV)/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(MAKE) --no-print-directory venv-package
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

.duckdb/%: | $(VENV)/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --target $@ duckdb==$*

# Debian keeps what makes virtual environments in a package of its own.
.PHONY: venv-package
venv-package:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq python3-venv; \
	else \
		echo "Python cannot make virtual environments here. Run: sudo apt-get install python3-venv"; \
		exit 1; \
	fi
