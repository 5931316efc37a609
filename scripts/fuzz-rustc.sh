#!/usr/bin/env bash
# rustc for fuzzing: what takes apart what others wrote is built so that the fuzzer sees which
# branches are taken and what is compared (as cargo-fuzz does, with a stable compiler); the judge,
# the fuzzer and everything else stay fast.
rustc=$1
shift
case " $* " in
  *" --crate-name docket_import "* | *" --crate-name quick_xml "* | *" --crate-name csv "* | *" --crate-name zip "* | *" --crate-name cvss "*)
    coverage=-Cllvm-args=-sanitizer-coverage
    exec "$rustc" "$@" -Cpasses=sancov-module $coverage-level=4 $coverage-inline-8bit-counters \
      $coverage-pc-table $coverage-trace-compares
    ;;
  *) exec "$rustc" "$@" ;;
esac
