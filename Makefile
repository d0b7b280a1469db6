# make demo    see it work, with two years of a simulated Calltouch's leads
# make serve   run it for real traffic (settings: README.md)
# make test    every check that a change needs, some minutes
# make test-fast  those of them that need no browser, no server and no made world
# make proofs  kill rounds, fuzzers, recipes, simulated months, the ten jobs of docs/pages.md in a
#              browser and the tools of docs/tools, bounded; make test leaves them out
# make mutants bugs put into some rooms, to see whether their tests notice; MUTANTS=40 in each
# make lock    deploy/**/requirements.lock anew: the newest of what pyproject.toml allows
# make bench   how fast it is, as ratios, about an hour; figures into .bench/*.json
# make screenshots  every page at both widths, into .screenshots
# make faults  the same in all their rounds, some hour and a half; prints what was counted
# make container  builds the image of deploy/Dockerfile and runs it, some minutes
# make docs    the papers that are made of the code: tables, queries, reports
# make pictures LINK=…  the pictures of the README, from a running demo (needs pngquant)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The published file must open in all of these: the oldest still met in BI tools, ours, the newest.
DUCKDBS := 1.1.3 1.5.5 2.0.0
# Many tests wait for servers, so there may be more of them at a time than cores.
PYTESTS := $(shell expr $$(nproc) + 1)
# What the checks need beside Python: a browser, file systems to fill, a compiler of failing disks,
# what verifies units, carries backups, and holds parcels and the catalogue of a lake.
TOOLS := chromium e2fsprogs fonts-dejavu-core gcc libc6-dev mount postgresql-15 restic systemd xfsprogs
# And in front of it: the proxies of deploy/.
PROXIES := caddy haproxy nginx
# What builds and runs the image, and makes Debian's own where no registry of images is reached.
ENGINE := debootstrap podman runc
# Left to make proofs.
NOT_HERE := --ignore tests/faults --ignore tests/deploy/proxies --ignore tests/deploy/container --ignore tests/recipes --ignore tests/jobs --ignore tests/tools --ignore tests/lake --ignore tests/analytics/export/test_exporting.py
PROOFS := tests/faults tests/deploy/proxies tests/deploy/container tests/recipes tests/jobs tests/tools tests/analytics/export/test_exporting.py tests/road/test_simulated.py tests/receiver/resync tests/analytics/fold/test_properties.py tests/analytics/fold/test_links.py tests/analytics/as_of/test_as_of.py

LOCK := $(BIN)/uv pip compile --quiet --universal --upgrade --generate-hashes --python-version 3.11 \
	--custom-compile-command 'make lock' pyproject.toml

CAN_INSTALL := [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null
INSTALL := apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends
# Tests start servers of their own: Debian is not to make and start one.
NO_CLUSTER := $(INSTALL) postgresql-common && sed -i 's/^.*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf

.PHONY: setup demo serve test test-fast proofs faults container mutants bench screenshots lint format lock clean tools
.DEFAULT_GOAL := demo

setup: $(VENV)/installed

demo: setup
	@$(BIN)/calltouch demo

serve: setup
	@$(BIN)/calltouch serve

# The second run is about lakes. The third is about the store: what readers' SQL may name is judged for one DuckDB at a time.
test: tools $(DUCKDBS:%=.duckdb/%) .duckdb/lake-1.5.5 lint
	$(BIN)/pytest -n $(PYTESTS) --dist worksteal $(NOT_HERE)
	PYTHONPATH=.duckdb/lake-1.5.5 $(BIN)/pytest -q tests/lake --ignore tests/lake/faults
	PYTHONPATH=.duckdb/2.0.0 $(BIN)/pytest -q -n auto tests/analytics --ignore tests/analytics/reports --ignore tests/analytics/sql_sandbox --ignore tests/analytics/export

test-fast: $(VENV)/installed-dev
	$(BIN)/pytest -q -n auto --dist worksteal -m "not browser and not server and not slow" $(NOT_HERE)

proofs faults: TOOLS += $(PROXIES) btrfs-progs
faults container: TOOLS += $(ENGINE)
proofs: FAULT_SEED ?= 1
proofs: tools $(VENV)-tools/installed $(DUCKDBS:%=.duckdb/%) .duckdb/httpfs-1.5.5 .duckdb/lake-1.5.5
	FAULTS=bounded FAULT_SEED=$(FAULT_SEED) $(BIN)/pytest -n $(PYTESTS) --dist worksteal $(PROOFS)
	PYTHONPATH=.duckdb/lake-1.5.5 FAULTS=bounded FAULT_SEED=$(FAULT_SEED) $(BIN)/pytest tests/lake/faults

faults: FAULT_SEED ?= $(shell date +%s)
faults: tools $(VENV)-tools/installed $(DUCKDBS:%=.duckdb/%) .duckdb/httpfs-1.5.5 .duckdb/lake-1.5.5
	@rm -f .faults.jsonl
	FAULTS=full FAULT_SEED=$(FAULT_SEED) FAULTS_TABLE=.faults.jsonl $(BIN)/pytest $(PROOFS) && \
		PYTHONPATH=.duckdb/lake-1.5.5 FAULTS=full FAULT_SEED=$(FAULT_SEED) $(BIN)/pytest tests/lake/faults; \
		failed=$$?; $(BIN)/python -m tests.faults.table .faults.jsonl; exit $$failed

mutants: $(VENV)-mutants/installed
	$(VENV)-mutants/bin/python -m tests.mutants

$(VENV)-tools/installed: tests/tools/requirements.txt
	$(PYTHON) -m venv $(VENV)-tools
	$(VENV)-tools/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

container: tools
	FAULTS=full $(BIN)/pytest tests/deploy/container

bench: $(VENV)/installed-dev
	@mkdir -p .bench
	$(BIN)/python -m bench.receive --work .bench --json .bench/receive.json
	$(BIN)/python -m bench.flows --work .bench --json .bench/flows.json
	$(BIN)/python -m bench.digest --work .bench --json .bench/digest.json
	$(BIN)/python -m bench.growing --work .bench --json .bench/growing.json
	$(BIN)/python -m bench.reports .bench/leads-1000000 --json .bench/reports.json
	$(BIN)/python -m bench.pages .bench/leads-1000000 --json .bench/pages.json
	$(BIN)/python -m bench.as_of .bench/leads-1000000 --json .bench/as_of.json
	$(BIN)/python -m bench.dataset .bench/leads-1000000 --json .bench/dataset.json
	$(BIN)/python -m bench.resync

screenshots: tools
	@mkdir -p .screenshots
	SCREENSHOTS=$(CURDIR)/.screenshots $(BIN)/pytest -q -n auto tests/dashboards/test_every_page.py

lint: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/codespell
	$(BIN)/mypy

format: $(VENV)/installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/installed-dev
	$(LOCK) --output-file deploy/requirements.lock
	$(LOCK) --extra parcels --extra lake --output-file deploy/many-hosts/requirements.lock

clean:
	rm -rf $(VENV) $(VENV)-mutants $(VENV)-tools .duckdb .mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: docs pictures
docs: $(VENV)/installed
	$(BIN)/python -m docs.tables
	$(BIN)/python -m docs.dbt_sources
	$(BIN)/python -m docs.queries
	$(BIN)/python -m docs.reports

pictures: $(VENV)/installed-dev
	$(BIN)/python -m docs.pictures $(LINK)

$(VENV)/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(MAKE) --no-print-directory venv-package
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)-mutants/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)-mutants
	$(VENV)-mutants/bin/pip install --quiet --disable-pip-version-check --editable '.[dev,mutants]'
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# DuckDB's extension for files over HTTP, as one of these versions loads it.
.duckdb/httpfs-%: | $(VENV)/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --target $@ duckdb-extension-httpfs==$*

# And the one that a lake needs, with its extensions.
.duckdb/lake-%: | $(VENV)/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --target $@ duckdb==$* \
		duckdb-extension-ducklake==$* duckdb-extension-httpfs==$* duckdb-extension-postgres-scanner==$*

.duckdb/%: | $(VENV)/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --target $@ duckdb==$*

# Where this is not Debian, or we are not root, any Chromium will do; other tests say what they lack.
tools: $(VENV)/installed-dev
	@missing=$$(for tool in $(TOOLS); do \
		dpkg -s $$tool 2>/dev/null | grep -q '^Status: install ok installed' || echo $$tool; done); \
	if [ -z "$$missing" ]; then :; \
	elif $(CAN_INSTALL); then \
		case "$$missing" in *postgresql-15*) { $(NO_CLUSTER); } >/dev/null;; esac; \
		$(INSTALL) $$missing >/dev/null; \
	else $(BIN)/python -m tests.dashboards.browsing \
		|| { echo "Run: sudo apt-get install" $$missing; \
			echo "or:  $(BIN)/playwright install chromium"; exit 1; }; \
	fi

# Debian keeps what makes virtual environments in a package of its own.
.PHONY: venv-package
venv-package:
	@if $(CAN_INSTALL); then $(INSTALL) python3-venv >/dev/null; \
	else \
		echo "Python cannot make virtual environments here. Run: sudo apt-get install python3-venv"; \
		exit 1; \
	fi
