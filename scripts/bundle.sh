#!/usr/bin/env bash
# make bundle: the release build as .deb and .rpm, without a network.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/need.sh
need_build
need_packages "building packages" rpm
say "Building the packages"
ui/node_modules/.bin/tauri build --bundles deb,rpm --features custom-protocol
find "${CARGO_TARGET_DIR:-target}/release/bundle" -name '*.deb' -o -name '*.rpm' | sed 's/^/  /'
