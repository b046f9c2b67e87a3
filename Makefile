# Two commands: `make run` starts everything, `make test` proves it. Nothing but Python 3.11 or 3.12, make and git is needed.
PORT ?= 8000
BIN := .venv/bin
UV = $(firstword $(wildcard var/tools/bin/uv) uv)
export PORT

.PHONY: help run test check format lint types contracts words train talk bench-reply bench-desk bench-hearing screenshots chaos bench-followups bench-sockets bench-insights test-spark clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run:  ## set up, train if needed, start everything (PORT=8000)
	@sh bot/setup.sh run
	@exec $(BIN)/kairos serve

test: setup-test lint types contracts words  ## set up, run all tests
	$(BIN)/kairos train
	$(BIN)/pytest -rs -n 2 --dist loadfile tests

check: setup-test lint types contracts words  ## format, lint, types, import contracts, fast tests of the core
	$(BIN)/pytest -q -n auto -m "fast and not long" $(addprefix tests/,actions bot dialogues engine models nlu talk telegram)

lint:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports

words:
	$(BIN)/kairos playbook check
	$(BIN)/kairos wording lint

format: setup-test  ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

train: setup-test  ## train the hearing
	$(BIN)/kairos train

talk: setup-test  ## play the golden conversations
	$(BIN)/kairos talk tests/conversations/*.yml

bench-reply: setup-test  ## our whole path beside Rasa's default pipeline, in one run
	$(BIN)/python -m tests.bench.reply

bench-hearing: setup-test  ## our hearing beside Rasa's DIET on public sets (DATA=folder, OPTIONS=--ours-only)
	$(BIN)/python -m tests.bench.hearing $(or $(DATA),$(error DATA must name the folder with the public sets)) $(OPTIONS)

bench-desk: setup-test  ## 50 agents watching 500 chats on one process
	$(BIN)/python -m tests.bench.desk

chaos: setup-test  ## kill processes under customers 100 times on PostgreSQL, 50 times on SQLite
	$(BIN)/python -m tests.bot.chaos

bench-followups: setup-test  ## a million follow-ups pending, a hundred a second due; beside APScheduler
	$(BIN)/python -m tests.bench.followups

bench-insights: setup-test  ## the measured pages over a great many messages (OPTIONS=--messages 1000000)
	$(BIN)/python -m tests.bench.insights $(OPTIONS)

test-spark: setup-test  ## the deeper questions on Spark beside DuckDB (fetches half a gigabyte, needs Java 17)
	$(UV) sync --frozen --quiet --group spark
	PYSPARK_SUBMIT_ARGS="--master local[2] --conf spark.sql.shuffle.partitions=2 pyspark-shell" \
		$(BIN)/pytest -q -k spark tests/insights/test_questions.py

bench-sockets: setup-test  ## five thousand idle sockets, two hundred customers who write
	$(BIN)/python -m tests.bench.sockets

screenshots: setup-test  ## make the README's pictures
	$(BIN)/python -m tests.browser.screenshots

.PHONY: setup-test
setup-test:
	@sh bot/setup.sh test

clean:  ## forget everything that was built or stored
	rm -rf var .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache
