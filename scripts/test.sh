#!/usr/bin/env bash
# make test: installs what the tests need, then runs every test: Rust, the window's units,
# pages in a browser, and the real window on a virtual display.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/need.sh
need_tests
need_npm tests/witness
build_window_files
export DOCKET_SCREENSHOTS=${DOCKET_SCREENSHOTS:-$PWD/tests/artefacts}
mkdir -p "$DOCKET_SCREENSHOTS"
say "The window's unit tests"
(cd ui && npm run --silent test)
say "Rust tests"
cargo build --workspace --features docket-desktop/custom-protocol
cargo test --workspace --features docket-desktop/custom-protocol --exclude docket-tests
cargo test -p docket-tests --lib --bins
for journey in tests/journeys/*.rs; do :; done
say "Journeys, contracts and crashes"
cargo test -p docket-tests --test journeys
say "Pages in a browser"
(cd ui && npm run --silent pages)
say "The real window"
target=$(realpath "${CARGO_TARGET_DIR:-target}")
DOCKET_DESKTOP=$target/debug/docket-desktop scripts/virtual-desktop.sh cargo test -p docket-tests --test window -- --nocapture
say "All tests passed. Screenshots are in $DOCKET_SCREENSHOTS"
