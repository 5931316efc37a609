# The two commands of the README, and the smaller ones they are made of.
.PHONY: run test lint format bundle bench soak fuzz types

run: ## install what is missing, build, open the window
	@scripts/run.sh

test: ## install what the tests need and run every test
	@scripts/test.sh

lint: ## formatting and lints, nothing is changed
	@scripts/lint.sh

format: ## format everything
	@cargo fmt --all && find src-tauri/crates/docket-import/src -name '*.rs' -print0 | xargs -0 rustfmt --edition 2024 --config-path rustfmt.toml
	@cd ui && npm run --silent format

soak: ## the properties of hostile texts, a hundred times as many cases and new ones each time
	@DOCKET_SOAK=$${DOCKET_SOAK:-100} cargo test --release -p docket-domain --lib -- text::

fuzz: ## fuzzing of every report format and of the intake (MINUTES=30; docs/fuzzing.md)
	@scripts/fuzz.sh

bench: ## a thousand pushes during which things go wrong, drawn from seeds (RUNS=1 SEED=7 repeats one)
	@cargo run --release -p docket-tests --bin docket-faults -- $${RUNS:-1000} $${SEED:-1} $${AT_ONCE:-4}

types: ## write the window's TypeScript anew from the contract
	@DOCKET_WRITE_TYPES=1 cargo test -q -p docket-api --lib typescript

bundle: ## .deb and .rpm
	@scripts/bundle.sh
