#!/usr/bin/env bash
# Reads generated reports of five formats with Docket and with two other tools, and imports them whole
# with Docket, in one run:
# scripts/bench/formats.sh GENERATOR DEFECTDOJO PYTHON [RECORDS]
#   GENERATOR   ../shared/tools/gen_reports.py
#   DEFECTDOJO  a checkout of its sources (see peer_parse.py)
#   PYTHON      an interpreter with sarif-tools and what DefectDojo's requirements.txt names; without
#               Django its models are replaced by plain objects (see peer_parse.py)
# Each line is a run of its own; three of each, in turns, so that a load that changes meets all.
set -euo pipefail
here=$(realpath "$(dirname "$0")")
generator=$(realpath "$1") defectdojo=$(realpath "$2") python=$3 records=${4:-100000}
cd "$here/../.."
# Apart: with `--example` cargo builds no program.
cargo build --release -p docket-import --example read
cargo build --release -p docket-cli
built=$(realpath "${CARGO_TARGET_DIR:-target}")/release
read_one=$built/examples/read
work=${BENCH_DIR:-$(mktemp -d)}
make_report() { [ -s "$work/$2" ] || "$python" "$generator" "$1" --n "$records" --out "$work/$2" --seed 7 "${@:3}"; }
make_report cyclonedx big.cdx.json
make_report nessus big.nessus
make_report nuclei big.jsonl
make_report csv big.csv
# Without what ends DefectDojo's reading (see the generator).
make_report sarif big.sarif --compat
timed() { # NAME COMMAND...: seconds, user, system, KB
  local outcome
  outcome=$(/usr/bin/time -f "%e %U %S %M" -o /dev/stderr "${@:2}" 2>&1 >/dev/null | tail -1)
  printf '%s %s load %s\n' "$1" "$outcome" "$(cut -d' ' -f1 /proc/loadavg)"
}
import() { # FORMAT FILE: read, matched, stored and indexed, in an empty data folder
  local folder
  folder=$(mktemp -d)
  timed "$1 docket-import" "$built/docket" --data-dir "$folder" import "$2" --app bench --create-app
  rm -r "$folder"
}
for _ in 1 2 3; do
  for pair in "cyclonedx big.cdx.json" "nessus big.nessus" "nuclei big.jsonl" "csv big.csv" "sarif big.sarif"; do
    read -r format file <<<"$pair"
    timed "$format docket" "$read_one" "$work/$file"
    import "$format" "$work/$file"
    # Its own clock, without the start of the interpreter.
    printf '%s defectdojo %s\n' "$format" "$("$python" "$here/peer_parse.py" "$defectdojo" "$format" "$work/$file" | tail -1)"
  done
  timed "sarif sarif-tools" "$(dirname "$python")/sarif" summary "$work/big.sarif"
done
