# Needs Python >= 3.11 and make, nothing else: `make demo` to watch it work, `make test` for everything that CI runs.
#
# Versions come from requirements.lock, pinned and hashed for every platform. It takes the place of uv.lock, which names
# the registry that it was resolved from and so would tie every clone to that host; see docs/architecture.md. It is used
# as constraints: each environment installs only what it needs, at the locked version, with the hashes checked.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VERSIONS := 3.11 3.12 3.13
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
WORKERS ?= 3
MANIFESTS := pyproject.toml core/pyproject.toml $(wildcard plugins/*/pyproject.toml)
INSTALL := pip install --quiet --constraint requirements.lock --editable 'core[cli,fast,new-plugin,otel,schema,scoreboard,testing]' \
	$(foreach plugin,$(wildcard plugins/*/pyproject.toml),--editable $(patsubst %/,%,$(dir $(plugin))))

.PHONY: bench checks clean demo docs help hooks install lint lint-imports lint-mypy lint-news lint-pyright lint-ruff \
	lock scoreboard test test-main test-others test-workers
.DELETE_ON_ERROR:

# What was compiled once is kept: the tests start some hundred processes, and each worker imports every test.
unexport PYTHONDONTWRITEBYTECODE

help:
	@echo 'make demo   a real HTTP conversation with a simulated provider, on loopback'
	@echo 'make test   everything that CI runs: lint, docs, and the tests on each Python that is here'
	@echo 'make lint   ruff, mypy, pyright, import-linter, towncrier'
	@echo 'make docs   the manual, into site/'
	@echo 'make scoreboard  what each model can do, computed from the recordings, and compared with the tables'
	@echo '              (EVERY=--every prints the equal cells, too)'
	@echo 'make hooks  the hook reference of the manual, and the options in the READMEs of plugins, from the code'
	@echo 'make bench  how cost grows, then the cost beside other libraries (30 min; PEERS="subject groq" for some)'
	@echo 'make lock   requirements.lock from the pyproject files; UPGRADE=--upgrade for newer versions'
	@echo 'make clean  remove what the others made'

# uv itself comes with pip, at the locked version and hash.
$(VENV)/.uv: requirements.lock
	@test -n '$(PYTHON)' || { echo 'jackfield needs Python 3.11 or newer: none found on PATH' >&2; exit 1; }
	@echo 'Creating $(VENV) with $(PYTHON)'
	@$(PYTHON) -m venv $(VENV)
	@awk '/^[^ #]/ { keep = /^uv==/ } keep' requirements.lock > $(VENV)/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $(VENV)/uv.txt
	@touch $@

$(VENV)/.demo: $(VENV)/.uv $(MANIFESTS)
	@echo 'Installing jackfield and its plugins'
	@$(UV) $(INSTALL) --python $(VENV)
	@touch $@

$(VENV)/.dev: $(VENV)/.demo
	@echo 'Installing the development tools'
	@$(UV) $(INSTALL) --python $(VENV) --group dev
	@touch $@

install: $(VENV)/.dev

demo: $(VENV)/.demo
	@$(BIN)/jackfield demo

# All side by side; a check prints when it ends, the workers as they go. Many tests wait: so more of them than there are
# processors.
test: $(VENV)/.dev
	@$(MAKE) --no-print-directory --jobs=3 --output-sync=target test-main checks

checks: lint-pyright test-others lint docs

test-main: $(VENV)/.dev
	@$(MAKE) --no-print-directory --output-sync=none test-workers

test-workers: $(VENV)/.dev
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --cov

test-others: $(addprefix test-,$(VERSIONS))

# Another interpreter runs what shows that the language is the same there: types and annotations, assembly, the transport,
# every recording decoded, both clients end to end. The one of $(VENV) runs everything. `make test PORTABLE=` runs all on all.
PORTABLE := tests/typing tests/corpus/test_decoding.py tests/e2e/test_clients.py \
	tests/core/test_assembly.py tests/core/test_schema_types.py tests/core/test_transport.py

test-3.%: $(VENV)/.dev
	@if $(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, $*))'; then exit 0; fi; \
	for python in python3.$* "$$HOME"/.pyenv/versions/3.$*.*/bin/python3.$*; do \
		if "$$python" -c '' 2>/dev/null; then \
			echo "Testing on $$("$$python" --version)"; \
			$(UV) venv --quiet --allow-existing --python "$$("$$python" -c 'import sys; print(sys.executable)')" .venv-3.$* \
			&& $(UV) $(INSTALL) --python .venv-3.$* --group test \
			&& exec .venv-3.$*/bin/python -m pytest --quiet -m "not slow" $(PORTABLE); \
			exit 1; \
		fi; \
	done; \
	echo 'Python 3.$* is not on this machine: its tests are left out'

lint: lint-ruff lint-imports lint-news lint-mypy lint-pyright

lint-ruff: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lint-imports: $(VENV)/.dev
	$(BIN)/lint-imports

lint-news: $(VENV)/.dev
	$(BIN)/towncrier build --draft --version next

lint-mypy: $(VENV)/.dev
	$(BIN)/mypy

lint-pyright: $(VENV)/.dev
	$(BIN)/pyright

# Not --quiet: with it, --strict overlooks broken links.
docs: $(VENV)/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# The recordings are no part of the repository: without them the pages are made from the scoreboards as they stand.
scoreboard: $(VENV)/.dev
	$(BIN)/python -m jackfield.scoreboard.regenerate --corpus "$${JACKFIELD_CORPUS:-../shared/corpus}" \
		--tables "$${JACKFIELD_TABLES:-../shared/scoreboards}" $(EVERY)

hooks: $(VENV)/.dev
	$(BIN)/python -m tests.docs.hook_reference
	$(BIN)/python -m tests.docs.option_tables

# Optional, and never part of `test`: peers are installed and results kept in a scratch folder.
BENCH_SCRATCH ?= $(or $(TMPDIR),/tmp)/jackfield-bench
bench: $(VENV)/.uv
	@mkdir -p $(BENCH_SCRATCH)
	@$(UV) venv --quiet --allow-existing --python $(VENV)/bin/python $(BENCH_SCRATCH)/growth
	@$(UV) pip install --quiet --python $(BENCH_SCRATCH)/growth --no-sources ./core \
		$(patsubst %/,./%,$(dir $(wildcard plugins/*/pyproject.toml))) matplotlib uvloop
	$(BENCH_SCRATCH)/growth/bin/python bench/growth.py --json $(BENCH_SCRATCH)/growth.json --plots docs/img
	cd bench && PATH=$(abspath $(BIN)):$$PATH BENCH_SCRATCH=$(BENCH_SCRATCH) $(abspath $(BIN))/python run.py $(PEERS)

lock: $(VENV)/.uv
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--all-extras --group dev core/pyproject.toml --output-file requirements.lock $(UPGRADE)

clean:
	rm -rf $(VENV) .venv-3.* site dist build .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
