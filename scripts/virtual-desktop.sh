#!/usr/bin/env bash
# Runs a command on a virtual display with its own session bus and an unlocked, empty
# keychain, all of which end with it: virtual-desktop.sh COMMAND [ARG ...]
set -euo pipefail
room=$(mktemp -d "${TMPDIR:-/tmp}/docket-desktop.XXXXXX")
trap 'rm -rf "$room"' EXIT
chmod 700 "$room"
export XDG_RUNTIME_DIR=$room XDG_DATA_HOME=$room/data XDG_CONFIG_HOME=$room/config XDG_CACHE_HOME=$room/cache
mkdir -p "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME"
unset WAYLAND_DISPLAY
export GDK_BACKEND=x11 WEBKIT_DISABLE_DMABUF_RENDERER=1 LIBGL_ALWAYS_SOFTWARE=1 NO_AT_BRIDGE=1 DOCKET_VIRTUAL_DESKTOP=1
# shellcheck disable=SC2016
xvfb-run --auto-servernum --server-args='-screen 0 1440x900x24 -nolisten tcp' \
  dbus-run-session -- bash -c '
    eval "$(printf docket | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)" || true
    "$@"' virtual-desktop "$@"
