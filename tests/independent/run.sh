#!/usr/bin/env bash
# Runs check.py in a Python environment of its own (build/independent), made on the first run. An optional extra: where
# Python, PyPI or the data are not there it says SKIPPED and why, and that is not a failure.
set -uo pipefail
cd "$(dirname "$0")/../.."

venv=build/independent
if ! "$venv/bin/python" -c 'import numpy, scipy' 2>/dev/null; then
  command -v python3 >/dev/null || { echo 'SKIPPED: no python3'; exit 0; }
  mkdir -p build
  if ! python3 -m venv "$venv" >build/independent.log 2>&1 ||
     ! "$venv/bin/pip" install --quiet numpy scipy >>build/independent.log 2>&1; then
    echo 'SKIPPED: numpy and scipy could not be installed (build/independent.log says why)'
    exit 0
  fi
fi
PYTHONDONTWRITEBYTECODE=1 exec "$venv/bin/python" tests/independent/check.py "$@"
