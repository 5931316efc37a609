# Sourced by the other scripts: installs what is missing, says what it installs, asks for
# sudo only when something has to be installed and the person is not root. Idempotent.
# shellcheck shell=bash

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
stop() { printf '\n%s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null 2>&1; then sudo "$@"
  else stop "Installing system packages needs root, and there is no sudo here. As root, run: $*"; fi
}

# need_packages WHY PACKAGE...: Debian packages that are not installed yet.
need_packages() {
  local why=$1 missing=() p
  shift
  command -v dpkg-query >/dev/null 2>&1 || { say "Not a Debian-like system: please make sure that these are installed ($why): $*"; return 0; }
  for p in "$@"; do
    dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
  done
  [ ${#missing[@]} = 0 ] && return 0
  say "Installing system packages ($why): ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq || say "apt-get update failed; trying with the package lists that are there"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null \
    || stop "Installing ${missing[*]} failed; the lines above say why."
}

version_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

need_rust() {
  local wanted=1.95 have
  if ! command -v cargo >/dev/null 2>&1 && [ -x "$HOME/.cargo/bin/cargo" ]; then PATH="$HOME/.cargo/bin:$PATH"; fi
  if ! command -v cargo >/dev/null 2>&1; then
    if apt-cache show rustup >/dev/null 2>&1; then
      need_packages "the Rust toolchain's installer" rustup
      say "Installing the stable Rust toolchain with rustup"
      rustup default stable || stop "rustup could not install Rust; the lines above say why."
      PATH="$HOME/.cargo/bin:$PATH"
    else
      stop "Rust $wanted or newer is needed and not installed. Install it with rustup (https://rustup.rs), then run this again."
    fi
  fi
  have=$(cargo --version | awk '{print $2}')
  version_at_least "$have" "$wanted" || stop "Rust $wanted or newer is needed; this is $have. Run: rustup update stable"
}

need_node() {
  local wanted=20.19 have
  if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then need_packages "building the window" nodejs npm; fi
  have=$(node --version | tr -d v)
  version_at_least "$have" "$wanted" || stop "Node.js $wanted or newer is needed to build the window; this is $have. Install a current one (https://nodejs.org), then run this again."
}

# need_npm FOLDER: the folder's packages, exactly as its lock file says.
need_npm() {
  local folder=$1
  if [ ! -f "$folder/node_modules/.package-lock.json" ] || [ "$folder/package-lock.json" -nt "$folder/node_modules/.package-lock.json" ]; then
    say "Installing the npm packages of $folder/"
    # `install`, not `ci`: it keeps to the lock file too, but does not insist that packages for
    # other operating systems can be had from wherever this machine gets its packages.
    (cd "$folder" && npm install --no-save --no-audit --no-fund --loglevel=error) \
      || stop "npm install in $folder/ failed; the lines above say why."
    touch "$folder/node_modules/.package-lock.json"
  fi
}

need_build() {
  need_packages "building a desktop application" build-essential pkg-config curl file \
    libwebkit2gtk-4.1-dev libgtk-3-dev librsvg2-dev libayatana-appindicator3-dev libxdo-dev libssl-dev
  need_rust
  need_node
  need_npm ui
}

need_virtual_desktop() {
  need_packages "a virtual display with a keychain" xvfb xauth dbus-x11 gnome-keyring webkit2gtk-driver \
    adwaita-icon-theme fonts-dejavu-core fonts-noto-color-emoji imagemagick
}

need_tests() {
  need_build
  need_virtual_desktop
  need_packages "page tests in a browser" chromium python3 openssl
}

# build_window [PROFILE-FLAG]: the window's files, then the application around them.
build_window_files() {
  say "Building the window's files"
  (cd ui && npm run --silent build) || stop "Building the window's files failed; the lines above say why."
}
