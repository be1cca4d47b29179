# The two commands: `make run` builds everything and serves, `make test` installs what the tests
# need and passes them all.

# Built files live outside of the checkout, so that every checkout shares them.
CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/underpin
export CARGO_TARGET_DIR ?= $(CACHE)/target
export UNDERPIN_TOOLS ?= $(CACHE)/tools

HTTP ?= 127.0.0.1:8090
DIR ?= underpin_data

.PHONY: run build console test fuzz bench bench-queries fmt setup clean-console

run: build
	$(CARGO_TARGET_DIR)/release/underpin serve --http $(HTTP) --dir $(DIR)

build: console
	cargo build --release --locked --package underpin-server

console: admin-ui/dist/index.html

admin-ui/node_modules/.package-lock.json: admin-ui/package.json admin-ui/package-lock.json
	cd admin-ui && npm ci --no-audit --no-fund
	@touch $@

admin-ui/dist/index.html: admin-ui/node_modules/.package-lock.json admin-ui/index.html admin-ui/vite.config.ts $(shell find admin-ui/src admin-ui/public -type f 2>/dev/null)
	cd admin-ui && npm run build
	@touch $@

setup:
	deploy/test-setup.sh

test: setup console
	deploy/test-all.sh

# Malformed requests for MINUTES; UNDERPIN_TEST_DATABASE=postgres chooses the database.
MINUTES ?= 10
SEED ?= $(shell date +%s)
fuzz: setup
	cargo build --package underpin-server --locked
	FUZZ_MINUTES=$(MINUTES) FUZZ_SEED=$(SEED) \
		cargo test --package underpin-tests --test it --locked -- fuzz:: --nocapture

bench: setup build
	deploy/bench.sh

bench-queries: setup build
	deploy/bench-queries.sh

fmt:
	cargo fmt --all
	cd admin-ui && npm run --if-present format
