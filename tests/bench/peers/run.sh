#!/usr/bin/env bash
# Runs the same jobs in Evenhand and in its peers, in turns, in one run, and prints times and ratios. An optional extra:
# polars, DuckDB, Fairlearn, aequitas, pandas and scikit-learn go into a Python environment of their own (build/peers); with --tfma
# also TensorFlow Model Analysis (build/peers-tfma, about 3 GB).
#
#     tests/bench/peers/run.sh [--rows N] [--tries N] [--only JOB[,JOB]] [--tfma]
set -uo pipefail
cd "$(dirname "$0")/../../.."

install_into() { # environment, module that tells that it is there, packages...
  local venv=build/$1 module=$2
  shift 2
  "$venv/bin/python" -c "import $module" 2>/dev/null && return
  command -v python3 >/dev/null || { echo 'SKIPPED: no python3'; return 1; }
  mkdir -p build
  echo "peers: installing $* into $venv"
  python3 -m venv "$venv" >"$venv.log" 2>&1 && "$venv/bin/pip" install --quiet "$@" >>"$venv.log" 2>&1 && return
  echo "SKIPPED: $* could not be installed ($venv.log says why)"
  return 1
}

install_into peers aequitas polars duckdb pyarrow pandas scikit-learn fairlearn aequitas || exit 0
case " $* " in
*' --tfma '*) # the wheel of fairness-indicators names versions that do not resolve; it runs on what TFMA brings
  install_into peers-tfma tensorflow_model_analysis tensorflow_model_analysis pandas &&
    build/peers-tfma/bin/pip install --quiet --no-deps fairness-indicators >>build/peers-tfma.log 2>&1 || exit 0 ;;
esac
[ -x build/release/evenhand ] && [ -x build/release/tests/bench_rows ] ||
  { cmake --preset release && cmake --build --preset release; } >/dev/null || exit 1
PYTHONDONTWRITEBYTECODE=1 exec build/peers/bin/python tests/bench/peers/bench.py "$@"
