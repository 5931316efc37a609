#!/usr/bin/env bash
# make bundle: the release build as .deb and .rpm, without a network. The packages hold the
# window, the command line `docket`, its manual page and its shell completions.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/need.sh
need_build
need_packages "building packages" rpm
target=${CARGO_TARGET_DIR:-$PWD/target}
extras=$target/release/extras
say "Building the command line"
cargo build --release -p docket-cli
mkdir -p "$extras"
"$target/release/docket" man > "$extras/docket.1"
"$target/release/docket" completions bash > "$extras/docket.bash"
"$target/release/docket" completions zsh > "$extras/_docket"
"$target/release/docket" completions fish > "$extras/docket.fish"
files=$(printf '{"/usr/bin/docket":"%s","/usr/share/man/man1/docket.1":"%s","/usr/share/bash-completion/completions/docket":"%s","/usr/share/zsh/vendor-completions/_docket":"%s","/usr/share/fish/vendor_completions.d/docket.fish":"%s"}' \
  "$target/release/docket" "$extras/docket.1" "$extras/docket.bash" "$extras/_docket" "$extras/docket.fish")
say "Building the packages"
ui/node_modules/.bin/tauri build --bundles deb,rpm --features custom-protocol \
  --config "{\"bundle\":{\"linux\":{\"deb\":{\"files\":$files},\"rpm\":{\"files\":$files}}}}"
find "$target/release/bundle" -name '*.deb' -o -name '*.rpm' | sed 's/^/  /'
