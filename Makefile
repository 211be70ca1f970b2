# Each target is a few commands that can be given without make as well.  `.venv` is made and kept up to
# date by stamps: it is installed again when pyproject.toml or constraints.txt has changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What is started many times is compiled once, also where the machine would rather not keep it.
export PYTHONDONTWRITEBYTECODE =
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test exhaustive lint release-check site page extension docs fuzz bench outputs gates mutation mutants kill clean

# Three samples, before and after: one is explained, one fixed, one sent to the embedded sandbox.
demo: $(VENV)/.demo
	BIN=$(BIN) ./demo

# All tests, in twice as many processes as there are processors, since many wait for servers and for
# rates; files in their own order, so that those with few long tests do not come last.
PROCESSES = $(shell $(PYTHON) -c 'import os; print(2 * (os.cpu_count() or 1))')
TESTS ?=
test: $(VENV)/.test
	$(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder $(TESTS)

# All tests, with every case of what an ordinary run tries a part of (`tests/sampling.py`).
exhaustive: $(VENV)/.test
	CTCT_EXHAUSTIVE=1 $(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder

# What the code is held to besides its tests.
lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict
	$(BIN)/lint-imports
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.citation-file-format CITATION.cff
	$(BIN)/check-jsonschema --check-metaschema schemas/ctct-migrate.schema.json
	$(BIN)/pre-commit validate-manifest .pre-commit-hooks.yaml
	$(BIN)/zizmor --offline --no-progress --pedantic .github/workflows action.yml .github/dependabot.yml

# A release, built into dist/ and checked: nothing is published.
release-check: $(VENV)/.dev
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist
	$(BIN)/twine check --strict dist/*
	$(BIN)/python -m pytest -n 0 tests/release

# The documentation as a site, in build/site: every link leads somewhere.
site: $(VENV)/.dev
	DISABLE_MKDOCS_2_WARNING=true NO_MKDOCS_2_WARNING=true $(BIN)/mkdocs build --strict --quiet

# The playground's page is built again (with npm), and has to be what is committed.
page: playground/node_modules/.package-lock.json
	rm -rf build/page && mkdir -p build && cp -R ctct_migrate/playground/static build/page
	cd playground && npm run --silent build
	diff -r build/page ctct_migrate/playground/static

# The extension for VS Code, as a package (with npm).
extension: editors/vscode/node_modules/.package-lock.json
	cd editors/vscode && npm run --silent check && npm run --silent test && npm run --silent package

# What of the documentation is made from the program itself.
docs: $(VENV)/.dev
	$(BIN)/python -m documentation.pictures
	$(BIN)/ctct-migrate rules --format markdown > docs/rules.md
	$(BIN)/ctct-migrate schema --configuration > schemas/ctct-migrate.schema.json
	sed -i '/<!-- mapping campaign -->/q' docs/reference/campaign-elements.md
	(echo; $(BIN)/ctct-migrate mapping campaign --format markdown) >> docs/reference/campaign-elements.md
	sed -i '/<!-- mapping -->/q' docs/reference/resources.md
	(echo; $(BIN)/ctct-migrate mapping --all) >> docs/reference/resources.md
	sed -i '/<!-- requests -->/q' docs/reference/requests.md
	(echo; $(BIN)/ctct-migrate mapping --bodies) >> docs/reference/requests.md

# The laws, tried on whatever bytes hypothesis thinks of; what breaks one is kept in fuzz/found/.
SECONDS ?= 60
fuzz: $(VENV)/.dev
	$(BIN)/python -m fuzz --seconds $(SECONDS) --processes 2

# The figures that the documentation carries: how long everything takes, beside other tools …
bench: $(VENV)/.dev
	$(BIN)/python -m bench.startup
	$(BIN)/python -m bench.reporting
	$(BIN)/python -m bench.conversion
	$(BIN)/python -m bench.targets
	$(BIN)/python -m bench.bulk
	$(BIN)/python -m bench.archives
	$(BIN)/python -m bench.adversarial
	$(BIN)/python -m bench.editing

# Whether 3,000 documents of all resources give the same outputs as at another revision: what is made
# faster must not become something else.
BASE ?= main
outputs: $(VENV)/.dev
	rm -rf build/base && git worktree prune
	git worktree add --quiet --detach build/base $(BASE)
	PYTHONPATH=build/base $(BIN)/python bench/outputs.py build/outputs-base.jsonl
	$(BIN)/python bench/outputs.py build/outputs.jsonl
	git worktree remove --force build/base
	$(BIN)/python bench/outputs.py --compare build/outputs-base.jsonl build/outputs.jsonl

# Whether any gate silences a family: all mutants of all samples, and pairs of them.
gates: $(VENV)/.test
	CTCT_MIGRATE_GATES=1 $(BIN)/python -m pytest -q -n 0 tests/rules/test_rules_gating.py

# … and how often one mistake gives one error, in the right place.
mutation: $(VENV)/.dev
	$(BIN)/python -m bench.mutation

# Which mutants of the sender no test notices: `make mutants MUTANTS="pacing finding"`, or
# `MUTANTS="--sample 50"`; all of them take hours.
mutants: $(VENV)/.mutants
	$(BIN)/python -m bench.mutants $(MUTANTS)

# The long kill test of the sender: 400 random moments.
kill: $(VENV)/.dev
	$(BIN)/python -m bench.kill
	$(BIN)/python -m bench.kill --subject contacts --kills 50
	$(BIN)/python -m bench.kill --subject bulk --kills 50
	CTCT_KILL=1 $(BIN)/python -m pytest tests/sender/test_sender_toys.py
	$(BIN)/python -m bench.kill --subject v3 --contacts 30 --kills 100

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/.demo: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e '.[sandbox]'
	touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e '.[test]'
	touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e '.[dev,parquet]'
	touch $(VENV)/.demo $(VENV)/.test $@

$(VENV)/.mutants: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e '.[test,mutants]'
	touch $@

%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && npm ci --silent

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
