#!/usr/bin/env bash
# make test: installs what the tests need, then runs every test: the window's units and its
# pages in a browser, everything in Rust, and the real window on a virtual display.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/need.sh
need_tests
need_npm tests/witness
[ -d ../shared ] || [ -n "${DOCKET_SHARED:-}" ] \
  || say "The shared test data (../shared) is not here: the tests that read it say so and check nothing."
export DOCKET_SCREENSHOTS=${DOCKET_SCREENSHOTS:-$PWD/tests/artefacts}
mkdir -p "$DOCKET_SCREENSHOTS"
build_window_files
say "The window's unit tests"
(cd ui && npm run --silent test)
say "The window's pages in a browser"
(cd ui && npm run --silent test:pages)
# Always the whole workspace with the same features, so that nothing is compiled twice.
whole=(--workspace --features docket-desktop/custom-protocol)
say "Building"
cargo build "${whole[@]}"
target=$(realpath "${CARGO_TARGET_DIR:-target}")
export DOCKET_CLI=$target/debug/docket DOCKET_LOOPBACK=$target/debug/docket-loopback
# The same cases of the property tests in every run; others, and many more: make soak.
export PROPTEST_RNG_SEED=${PROPTEST_RNG_SEED:-20260921}
say "Rust tests"
cargo test "${whole[@]}" --no-fail-fast
say "Pages in a browser, over the real engine"
scripts/pages-over-engine.sh "$DOCKET_LOOPBACK"
say "The real window"
DOCKET_DESKTOP=$target/debug/docket-desktop \
  scripts/virtual-desktop.sh cargo test "${whole[@]}" --test window -- --nocapture --test-threads=1
say "All tests passed. Screenshots are in $DOCKET_SCREENSHOTS"
