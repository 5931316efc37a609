#!/usr/bin/env bash
# make run: installs what is missing, builds Docket, opens its window. Without a display it
# drives the practice journey on a virtual one and leaves screenshots.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/need.sh

need_build
build_window_files
say "Building Docket (the first time takes some minutes)"
cargo build --release --features custom-protocol -p docket-desktop -p docket-cli
target=${CARGO_TARGET_DIR:-target}
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  say "Opening the window ($target/release/docket-desktop; the command line is $target/release/docket)"
  exec "$target/release/docket-desktop"
fi
say "There is no display here, so the window cannot open. Running the practice journey on a virtual display instead."
need_virtual_desktop
shots=$PWD/screenshots
rm -rf "$shots" && mkdir -p "$shots"
DOCKET_DESKTOP=$(realpath "$target/release/docket-desktop") DOCKET_SCREENSHOTS=$shots \
  scripts/virtual-desktop.sh cargo test -p docket-tests --test window -- --nocapture --test-threads=1 a_newcomer
say "The journey went through. Its screenshots are in $shots:"
ls "$shots"
