#!/usr/bin/env bash
# make fuzz MINUTES=30: fuzzes every report format and the intake, one process after the other, at
# the lowest priority. What it finds lies in target/fuzz/found, what it learnt in
# target/fuzz/corpus (smaller with each run). docs/fuzzing.md says what is checked and was found.
# Seeds are the formats' own examples, and the small files of ../shared/corpus where it is there.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/need.sh
need_packages "the fuzzer is C++" g++
need_rust
minutes=${MINUTES:-10}
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")/fuzz
host=$(rustc -vV | sed -n 's/^host: //p')
say "Building the fuzzing targets"
# Only what runs on the target is instrumented, not what builds it: hence --target.
RUSTC_WRAPPER=$PWD/scripts/fuzz-rustc.sh CARGO_TARGET_DIR=$target CARGO_INCREMENTAL=0 RUSTFLAGS="--cfg fuzzing" \
  nice cargo build --release --locked --target "$host" --manifest-path src-tauri/crates/docket-import/fuzz/Cargo.toml
programs=$target/$host/release
work=${FUZZ_DIR:-$target}
mkdir -p "$work"/{corpus,new,seeds}/{report,intake} "$work/found"
corpus=${DOCKET_SHARED:-../shared}/corpus
if [ -d "$corpus" ]; then export DOCKET_FUZZ_CORPUS=$corpus; fi
DOCKET_FUZZ_SEEDS=$work/seeds "$programs/report"
limits=(-max_len=65536 -rss_limit_mb=512 -timeout=10 -print_final_stats=1 -artifact_prefix="$work/found/")
# Two thirds of the time for the formats, one third for the intake.
for part in "report $((minutes * 40))" "intake $((minutes * 20))"; do
  read -r name seconds <<<"$part"
  say "$name: as few cases as reach everything that is known"
  rm -rf "$work/new/$name"; mkdir -p "$work/new/$name"
  nice -n 15 "$programs/$name" -merge=1 "${limits[@]}" "$work/new/$name" "$work/corpus/$name" "$work/seeds/$name" \
    >"$work/$name-merge.log" 2>&1 || stop "A seed fails: the end of $work/$name-merge.log says which."
  rm -rf "$work/corpus/$name"; mv "$work/new/$name" "$work/corpus/$name"
  say "$name: fuzzing for $seconds seconds"
  end=$((SECONDS + seconds))
  while [ $SECONDS -lt $end ]; do
    # It ends at each fault; the others are worth finding too.
    nice -n 15 "$programs/$name" "${limits[@]}" -max_total_time=$((end - SECONDS)) "$work/corpus/$name" \
      >>"$work/$name.log" 2>&1 || true
  done
  grep -a "stat::number_of_executed_units\|DONE\|^#.*DONE" "$work/$name.log" | tail -3 || true
done
found=$(find "$work/found" -type f | wc -l)
[ "$found" = 0 ] || stop "$found faults: see $work/found (a case is a line and a body; give it to $programs/report or …/intake)."
say "Nothing was found."
