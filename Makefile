# `make` alone tells what there is. Everything lives in .venv and var/; nothing else on the machine is touched, but
# for the browser that test-browser needs.
PYTHON ?= python3
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
DEVELOPMENT := DEBUG=on

# What `make test-services` talks to.
TEST_DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/test
TEST_BROKER_URLS ?= redis://127.0.0.1:6379/9 amqp://guest:guest@127.0.0.1:5672//

COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --no-strip-extras \
	--allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

# Where every branch has a test, because money or the way in depends on it, or people read it.
MONEY := portal/mobilepay/*,portal/webhooks/*,payments/*,refunds/*,terminals/*,portal/tillapi/*,portal/audit/*,portal/gateway/*,portal/operations/*,portal/database/*,portal/observability/*,portal/accounts/*,portal/emails/*,portal/retention/*,portal/web/*,portal/dashboard/*,portal/roles.py

# Debian's Chromium: fetched where that is ours to do, asked for where it is not.
CHROMIUM := command -v chromium > /dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null && apt-get update --quiet \
		&& apt-get install --quiet --yes --no-install-recommends chromium; } \
	|| { echo "Chromium is missing, and test-browser needs it: apt-get install chromium, as root." >&2; exit 1; }

# Libraries with known flaws. Where PyPI's advisories cannot be asked, that is said and nothing else.
AUDIT := mkdir -p var; echo "pip-audit: libraries with known flaws"; \
	$(BIN)/pip-audit --progress-spinner off --disable-pip --require-hashes --requirement requirements.txt > var/audit.txt 2>&1; \
	if grep -q "^Found" var/audit.txt; then cat var/audit.txt; exit 1; fi; \
	grep "^No known" var/audit.txt || tail -n 1 var/audit.txt; \
	grep -c "could not be audited" var/audit.txt | sed "s/$$/ libraries could not be audited: PyPI's advisories do not answer here/;/^0 /d"

CHAOS = $(if $(SALES),--sales $(SALES)) $(if $(TILLS),--tills $(TILLS)) $(if $(SEED),--seed $(SEED)) $(if $(RECORD),--record $(RECORD))

.DEFAULT_GOAL := help
.PHONY: help demo run worker simulator test test-browser test-services check format schema bench chaos lock clean

##@ Try it
demo: .venv/runs  ## everything in one process: portal, worker, simulated MobilePay, phone page
	@DEBUG=on VAR_DIR=var/demo $(MANAGE) demo

##@ Develop
run: .venv/runs  ## the portal alone, on port 8000, for development
	$(DEVELOPMENT) $(MANAGE) migrate --verbosity 0
	$(DEVELOPMENT) $(BIN)/granian --interface wsgi --port 8000 --reload portal.wsgi:application
worker: .venv/runs  ## a worker with beat, for development
	$(DEVELOPMENT) $(BIN)/celery --app portal worker --beat --pool threads --concurrency 4 --loglevel info
simulator: .venv/runs  ## MobilePay's simulator, on port 8600
	$(DEVELOPMENT) $(MANAGE) simulator --port 8600

##@ Prove
test: .venv/develops  ## all tests, in random order, on both cores; FAST=1 for those that take no time
ifdef FAST
	$(BIN)/python -m pytest --numprocesses 2 -m "not slow"
else
	$(BIN)/python -m pytest --numprocesses 2 --cov --cov-report=
	@$(BIN)/coverage report --fail-under=100 --include='$(MONEY)'
endif
test-services: .venv/develops  ## all tests on PostgreSQL; whole sales and kills with the Procfile over Redis and RabbitMQ
	TEST_DATABASE_URL=$(TEST_DATABASE_URL) $(BIN)/python -m pytest --numprocesses 2
	TEST_DATABASE_URL=$(TEST_DATABASE_URL) TEST_BROKER_URLS="$(TEST_BROKER_URLS)" $(BIN)/python -m pytest tests/services
test-browser: .venv/develops  ## the pages in Chromium: journeys, keys, no JavaScript, accessibility
	@$(CHROMIUM)
	$(BIN)/python -m pytest tests/browser --numprocesses 2
check: .venv/develops  ## lint, format, types, import rules, templates, known flaws, migrations, OpenAPI drift
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint --quiet templates portal/mobilepay/simulator
	$(BIN)/bandit --quiet --configfile pyproject.toml --severity-level medium --recursive portal payments refunds terminals
	@$(AUDIT)
	DJANGO_SETTINGS_MODULE=tests.settings $(MANAGE) makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=tests.settings $(MANAGE) spectacular --validate --fail-on-warn | diff docs/openapi.yaml -
bench: .venv/runs  ## what the portal costs and carries, into docs/performance.md; PARTS="polls lists" measures less
	@DEBUG=on VAR_DIR=var/bench $(MANAGE) bench $(PARTS)
chaos: .venv/runs  ## sales and refunds while processes die and MobilePay fails; then the books must agree; SALES=10000 for long
	@DEBUG=on VAR_DIR=var/chaos $(MANAGE) chaos $(CHAOS)
format: .venv/develops  ## put everything into the house's shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
schema: .venv/develops  ## write docs/openapi.yaml anew
	DJANGO_SETTINGS_MODULE=tests.settings $(MANAGE) spectacular --validate --fail-on-warn --file docs/openapi.yaml

##@ House-keeping
lock: .venv/develops  ## lock the newest allowed dependencies, with hashes
	$(COMPILE) --upgrade --output-file requirements.txt requirements.in
	$(COMPILE) --upgrade --output-file requirements-dev.txt requirements-dev.in
clean:  ## forget the virtual environment and the demo's data
	rm -rf .venv var
help:  ## this list
	@awk 'BEGIN {FS = ":.*##"} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*##/ {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/runs: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	@touch $@
.venv/develops: requirements-dev.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	@touch $@ .venv/runs
