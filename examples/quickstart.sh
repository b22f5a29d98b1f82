#!/usr/bin/env bash
# From a fresh clone to a fairness report of a real model on real data: sets up, builds native and wasm, audits the
# predictions of a model on UCI Adult's test rows (examples/data), and says where the results are.
set -euo pipefail
cd "$(dirname "$0")/.."

./setup.sh
quietly() { # label, command...: output only if it fails
  local label=$1 log
  shift
  log=$(mktemp)
  printf 'quickstart: %s\n' "$label"
  "$@" >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; exit 1; }
  rm -f "$log"
}
quietly 'building the native program (build/release/evenhand)' \
  sh -c 'cmake --preset release && cmake --build --preset release --target evenhand_cli evenhand'
quietly 'building the wasm modules and the viewer (build/wasm, web/dist)' \
  sh -c 'cmake --preset wasm && cmake --build --preset wasm --target evenhand_wasm evenhand_cli_wasm && npm run --silent build'

mkdir -p out
audit=(audit examples/data/adult.csv --label label --score score --slice sex,race --bucket age:25,45,65
  --cross 'sex*race' --min-slice 30)
echo
echo "\$ evenhand ${audit[*]}"
echo
build/release/evenhand "${audit[@]}" --json out/adult.json --cube out/adult.ehc
node js/bin/evenhand.js "${audit[@]}" --json out/adult.node.json >/dev/null
cmp out/adult.json out/adult.node.json
rm out/adult.node.json
build/release/evenhand view "${audit[@]:1}" -o out/adult.html >/dev/null

cat <<'DONE'

Written: out/adult.html  open it in a browser: move the threshold, see every gap (one file, no network)
         out/adult.json  the whole report: every metric with its interval and gap
         out/adult.ehc   the cube: the counts behind it, for any other threshold or cross
Node (wasm) gave the same report, byte for byte.

Next:    build/release/evenhand audit out/adult.ehc --threshold .1:.9:.1    other thresholds, without the rows
         build/release/evenhand audit YOUR.csv --label COL --score COL --slice COL,COL
         docs/reading-a-gap.md                                              what the numbers say, in plain words
         ./tests/run.sh                                                     every test
DONE
