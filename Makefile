# Short names for what is done often. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run test check fmt release schema schema-rs permissions lifecycle migration bench bench-peers bench-scale

help: ## Lists these
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' Makefile

run: ## Runs the server, with a database of its own and sample content
	cargo run

test: ## Runs the tests
	cargo test

check: ## Runs everything that CI runs
	.ci/run

fmt: ## Formats the code
	cargo fmt

release: ## Builds the program as it is released, in twice the time of cargo build --release
	benches/pgo/build

# The program is built with src/db/schema.rs, so that comes first.
schema: schema-rs ## Writes the generated files: schema.graphql and src/db/schema.rs
	@mkdir -p target
	cargo run -q -- schema > target/schema.graphql
	mv target/schema.graphql schema.graphql

schema-rs: ## Writes src/db/schema.rs alone, which the program need not compile for
	@mkdir -p target
	.ci/schema-rs > target/schema.rs
	mv target/schema.rs src/db/schema.rs

permissions: ## Writes the tables of docs/permissions.md
	WRITE_PERMISSIONS=1 cargo test -q --test it permissions

lifecycle: ## Writes the tables of docs/lifecycle.md
	WRITE_LIFECYCLE=1 cargo test -q --test it authoring::lifecycle_table

migration: ## Creates a migration: make migration NAME=add_x
	@set -e; case "$$NAME" in \
	  ''|*[!a-z0-9_]*) echo 'usage: make migration NAME=add_x (a-z, 0-9, _)' >&2; exit 2 ;; \
	esac; \
	day=$$(date +%F); \
	last=$$(ls migrations | sed -n "s/^$$day-\([0-9]\{6\}\)_.*/\1/p" | sort | tail -n 1); \
	folder=$$(printf 'migrations/%s-%06d_%s' "$$day" "$$(expr "$${last:-0}" + 1)" "$$NAME"); \
	mkdir "$$folder"; \
	echo '-- Does it.' > "$$folder/up.sql"; \
	echo '-- Takes all of up.sql back.' > "$$folder/down.sql"; \
	echo "$$folder"

bench: ## Measures parts
	cargo bench

bench-peers: ## Measures beside other servers, for docs/performance.md
	benches/peers/run

bench-scale: ## Measures a small and a large blog, on the PostgreSQL of DATABASE_URL
	cargo build --release --bin imprenta
	benches/scale/run
