#!/usr/bin/env bash
# Sets up, builds everything and runs every test. Ends with "N passed, N failed" over all suites; exit 1 if any failed.
# A suite that cannot run here (no ../shared, no PyPI, no Chromium) says SKIPPED and why.
set -uo pipefail
cd "$(dirname "$0")/.."
./setup.sh --tests || exit 1

logs=build/test-logs
mkdir -p "$logs"
passed=0 failed=0 broken=()

title() { # what begins: a line that also tells how long everything took so far
  echo "== $1 ($((SECONDS / 60)) min $((SECONDS % 60)) s)"
}

build() { # preset
  title "build $1"
  { cmake --preset "$1" && cmake --build --preset "$1"; } >"$logs/build-$1.log" 2>&1 && return
  tail -n 40 "$logs/build-$1.log"
  broken+=("build $1")
}

sum() { # pattern, file: adds up the numbers in what the pattern matches
  grep -oE "$1" "$2" | grep -oE '[0-9]+' | awk '{ n += $1 } END { print n + 0 }'
}

count() { # suite, pattern for passed, pattern for failed, exit code
  local log=$logs/$1.log p f
  p=$(sum "$2" "$log") f=$(sum "$3" "$log")
  passed=$((passed + p)) failed=$((failed + f))
  if [ "$4" -ne 0 ] && [ "$f" -eq 0 ]; then broken+=("$1 (exit $4)"); fi
  if [ "$4" -eq 0 ] && [ "$p" -eq 0 ] && ! grep -qE '^(# )?SKIPPED' "$log"; then broken+=("$1 (ran no test)"); fi
}

c_tests() { # preset
  title "C tests: $1"
  ctest --preset "$1" -j2 2>&1 | tee "$logs/ctest-$1.log" | grep -vE '^ *(Start|[0-9]+/[0-9]+ Test .* Passed)'
  local code=${PIPESTATUS[0]} total f skipped
  skipped=$(grep -cE '\*\*\*Skipped' "$logs/ctest-$1.log") # counted among the total, and no pass
  total=$(grep -oE 'tests failed out of [0-9]+' "$logs/ctest-$1.log" | grep -oE '[0-9]+$')
  f=$(grep -oE '[0-9]+ tests failed out of' "$logs/ctest-$1.log" | grep -oE '^[0-9]+')
  [ -n "$total" ] || { broken+=("ctest $1 (ran no test)"); return; }
  passed=$((passed + total - f - skipped)) failed=$((failed + f))
  if [ "$code" -ne 0 ] && [ "$f" -eq 0 ]; then broken+=("ctest $1 (exit $code)"); fi
}

node_tests() { # suite, files...
  local suite=$1
  shift
  title "$suite"
  node --test --test-reporter=tap "$@" >"$logs/$suite.log" 2>&1
  local code=$?
  grep -E '^# (tests|pass|fail|skipped) |^ *not ok|# SKIP' "$logs/$suite.log"
  [ $code -eq 0 ] || grep -E -A25 '^ *not ok' "$logs/$suite.log" | head -n 120
  count "$suite" '^# pass [0-9]+' '^# fail [0-9]+' $code
}

script() { # suite, command...: one test, judged by its exit code; its own last lines tell the rest
  local suite=$1
  shift
  title "$suite"
  "$@" 2>&1 | tee "$logs/$suite.log" | tail -n 30
  if [ "${PIPESTATUS[0]}" -ne 0 ]; then
    failed=$((failed + 1))
  elif ! grep -q '^SKIPPED' "$logs/$suite.log"; then
    passed=$((passed + 1))
  fi
}

for preset in release asan tsan wasm; do build "$preset"; done
npm run --silent build || broken+=('js build')
echo '== types'
npm run --silent check || broken+=('tsc')

for preset in release asan tsan wasm; do c_tests "$preset"; done
node_tests house tests/house/
node_tests cli tests/cli/run.mjs
EVENHAND_CLI="node $PWD/js/bin/evenhand.js" node_tests cli-node tests/cli/run.mjs
node_tests js tests/js/
node_tests parity tests/parity/
node_tests web tests/web/
node_tests examples tests/examples/
node_tests goldens-runner tests/goldens/
echo '== goldens'
if ls ../shared/goldens/*.json >/dev/null 2>&1; then
  node tests/goldens/run.mjs ../shared/goldens/*.json >"$logs/goldens.log" 2>&1
  code=$?
  grep -E '^(not ok|[a-z]+\.json: |  [a-z_]+ \(|[0-9]+ passed)' "$logs/goldens.log"
  count goldens '^[0-9]+ passed' ', [0-9]+ failed$' $code
else
  echo 'SKIPPED goldens: ../shared/goldens is not here; node tests/goldens/run.mjs FILE... runs any file of that shape'
fi
script independent tests/independent/run.sh
script independent-arrow tests/independent/arrow.sh

echo
for what in "${broken[@]}"; do echo "broken: $what"; done
failed=$((failed + ${#broken[@]}))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
