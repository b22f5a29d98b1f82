#!/bin/sh
# The native program with 1, 2 and 3 threads from bytes to report: the same bytes, at exact scores and at bins of 7 bits, with distinct
# scores and with few. Run by ctest, and under the thread sanitizer by tests/run.sh.
#
#     threads.sh BENCH_ROWS EVENHAND
set -eu
rows=$1 evenhand=$2
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
"$rows" 120000 >distinct.csv
awk -F, -v OFS=, 'NR > 1 { $1 = substr($1, 1, 4) } 1' distinct.csv >few.csv
for file in distinct few; do
  for bits in 52 7; do
    for threads in 1 2 3; do
      "$evenhand" audit $file.csv --label label --score score --slice sex,age,region,site --threshold .1:.9:.1 --score-bits $bits \
        --threads $threads --json $file-$bits-$threads.json >/dev/null
      cmp $file-$bits-1.json $file-$bits-$threads.json
    done
  done
done
