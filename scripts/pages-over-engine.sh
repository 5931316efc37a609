#!/usr/bin/env bash
# Serves the real engine and the built window on loopback and runs the page tests over it.
set -euo pipefail
cd "$(dirname "$0")/.."
server=$1
room=$(mktemp -d "${TMPDIR:-/tmp}/docket-pages.XXXXXX")
"$server" --data-dir "$room/data" --ui ui/dist > "$room/address" &
pid=$!
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$room"' EXIT
for _ in $(seq 100); do [ -s "$room/address" ] && break; sleep 0.1; done
address=$(head -n 1 "$room/address")
[ -n "$address" ] || { echo "The loopback server did not start." >&2; exit 1; }
cd ui
DOCKET_UI_URL=$address npx --no-install vitest run --config vitest.pages.config.ts tests/engine.test.ts
