#!/usr/bin/env bash
# make lint: formatting and lints of both languages. Changes nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/need.sh
need_build
command -v cargo-fmt >/dev/null 2>&1 || { say "Installing rustfmt"; rustup component add rustfmt; }
command -v cargo-clippy >/dev/null 2>&1 || { say "Installing clippy"; rustup component add clippy; }
mkdir -p ui/dist
say "cargo fmt"; cargo fmt --all --check
# Formats are declared by a macro, which cargo fmt does not look into.
find src-tauri/crates/docket-import/src -name '*.rs' -print0 | xargs -0 rustfmt --check --edition 2024 --config-path rustfmt.toml
say "cargo clippy"; cargo clippy --workspace --all-targets --all-features -- -D warnings
say "the window: types and lints"; (cd ui && npm run --silent check && npm run --silent lint)
# The fuzzer is a workspace of its own that nothing else builds: its lock file must not fall behind.
say "the fuzzer's lock file"; cargo metadata --locked --format-version 1 --manifest-path src-tauri/crates/docket-import/fuzz/Cargo.toml >/dev/null
