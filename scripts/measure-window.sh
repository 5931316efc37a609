#!/usr/bin/env bash
# Start-up to an interactive window, and memory when idle: measure-window.sh PROGRAM [RUNS]
# Run it on a display, or: scripts/virtual-desktop.sh scripts/measure-window.sh target/release/docket-desktop
set -euo pipefail
program=$(realpath "$1")
runs=${2:-5}
for run in $(seq "$runs"); do
  room=$(mktemp -d)
  port=$((20000 + RANDOM % 20000))
  TAURI_AUTOMATION=true TAURI_WEBVIEW_AUTOMATION=true WebKitWebDriver --port="$port" --host=127.0.0.1 >/dev/null 2>&1 &
  driver=$!
  sleep 0.5
  begin=$(date +%s%N)
  session=$(curl -s -X POST "http://127.0.0.1:$port/session" -d "{\"capabilities\":{\"alwaysMatch\":{\"webkitgtk:browserOptions\":{\"binary\":\"$program\",\"args\":[\"--data-dir\",\"$room/data\"]}}}}" \
    | grep -o '"sessionId":"[^"]*"' | cut -d'"' -f4)
  # Interactive: the welcome page's button is there and can be pressed.
  until curl -s -X POST "http://127.0.0.1:$port/session/$session/element" \
    -d '{"using":"xpath","value":"//button[normalize-space()=\"Try it with practice data\"]"}' | grep -q 'element-'; do sleep 0.01; done
  end=$(date +%s%N)
  sleep 10
  # The application and WebKit's processes that it started; PSS counts shared pages once.
  memory=0
  for pid in $(pgrep -f -- "$room/data") $(pgrep -f WebKitWebProcess) $(pgrep -f WebKitNetworkProcess); do
    pss=$(awk '/^Pss:/ {print $2}' "/proc/$pid/smaps_rollup" 2>/dev/null || echo 0)
    [ "$pid" = "$driver" ] || memory=$((memory + ${pss:-0}))
  done
  echo "run $run: interactive after $(((end - begin) / 1000000)) ms, idle $((memory / 1024)) MiB (PSS)"
  curl -s -X DELETE "http://127.0.0.1:$port/session/$session" >/dev/null || true
  kill "$driver" 2>/dev/null || true
  wait "$driver" 2>/dev/null || true
  rm -rf "$room"
done
