#!/usr/bin/env bash
# Breeds inputs for the fuzz targets with clang's libFuzzer, one target at a time:
#     tests/fuzz/run.sh [SECONDS] [TARGET...]      (60 seconds each; csv, jsonl, npy, cube, options, predicate)
# New inputs are kept in build/fuzz/corpus/TARGET; what broke an invariant is left in build/fuzz/TARGET-*, to be made small with
# -minimize_crash=1 and put into tests/fuzz/corpus/TARGET when mended. Without clang and libFuzzer it says SKIPPED.
set -uo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:-60}
[ $# -eq 0 ] || shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(csv jsonl npy cube options predicate)

probe=$(mktemp -d)
trap 'rm -rf "$probe"' EXIT
echo 'int LLVMFuzzerTestOneInput(const unsigned char *p, unsigned long n) { return !p && n; }' >"$probe/probe.c"
clang=
for tool in clang clang-22 clang-19 clang-14; do
  if command -v "$tool" >/dev/null && "$tool" -fsanitize=fuzzer,address "$probe/probe.c" -o "$probe/probe" 2>/dev/null; then
    clang=$tool
    break
  fi
done
[ -n "$clang" ] || { echo 'SKIPPED: no clang with libFuzzer (Debian: apt-get install clang libclang-rt-14-dev)'; exit 0; }

mkdir -p build/fuzz
{ cmake --preset fuzz -DCMAKE_C_COMPILER="$clang" && cmake --build --preset fuzz; } >build/fuzz/build.log 2>&1 ||
  { tail -n 30 build/fuzz/build.log; exit 1; }

broken=0
for target in "${targets[@]}"; do
  found=build/fuzz/corpus/$target
  mkdir -p "$found"
  echo "== $target, $seconds s"
  build/fuzz/tests/fuzz_"$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/$target-" "$found" "tests/fuzz/corpus/$target" >"build/fuzz/$target.log" 2>&1
  code=$?
  grep -E '^stat::(number_of_executed_units|average_exec_per_sec|peak_rss_mb)|^Done|not true|ERROR|SUMMARY' "build/fuzz/$target.log"
  [ $code -eq 0 ] || { broken=$((broken + 1)); tail -n 40 "build/fuzz/$target.log"; }
done
echo "${#targets[@]} targets, $broken with findings"
[ "$broken" -eq 0 ]
