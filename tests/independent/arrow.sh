#!/usr/bin/env bash
# Runs arrow.py on the library and program of build/release, with pyarrow in a Python environment of its own (build/independent-arrow),
# made on the first run. An optional extra: where Python, PyPI or a build are not there it says SKIPPED and why.
set -uo pipefail
cd "$(dirname "$0")/../.."

venv=build/independent-arrow
[ -e build/release/libevenhand.a ] || { echo 'SKIPPED: build/release is not built'; exit 0; }
if ! "$venv/bin/python" -c 'import pyarrow' 2>/dev/null; then
  command -v python3 >/dev/null || { echo 'SKIPPED: no python3'; exit 0; }
  if ! python3 -m venv "$venv" >build/independent-arrow.log 2>&1 ||
     ! "$venv/bin/pip" install --quiet pyarrow >>build/independent-arrow.log 2>&1; then
    echo 'SKIPPED: pyarrow could not be installed (build/independent-arrow.log says why)'
    exit 0
  fi
fi
cc -shared -o "$venv/libevenhand.so" -Wl,--whole-archive build/release/libevenhand.a -Wl,--no-whole-archive -lpthread || exit 1
PYTHONDONTWRITEBYTECODE=1 exec "$venv/bin/python" tests/independent/arrow.py "$venv/libevenhand.so" build/release/evenhand examples/data/adult.csv
