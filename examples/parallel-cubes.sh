#!/bin/sh
# parallel-cubes: one table in parts, counted in parallel, audited as a whole. Each part could lie on another machine: what
# travels is its cube, which is small. The order of the parts does not matter, to the byte.
#
#     examples/parallel-cubes.sh [FILE.csv]      default: examples/data/adult.csv
#
# EVENHAND names the program (default: evenhand on the PATH), PARTS the number of parts (default 8).
set -eu
file=${1-"$(dirname "$0")/data/adult.csv"}
evenhand=${EVENHAND:-evenhand}
parts=${PARTS:-8}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Row i goes to part i modulo 8, each part with the header. (Cells with line ends inside would need a CSV tool here.)
awk -v parts="$parts" -v folder="$folder" '
  NR == 1 { for (i = 0; i < parts; i++) print > (folder "/part" i ".csv"); next }
  { print > (folder "/part" NR % parts ".csv") }' "$file"

# One process for each part; each is waited for, so that a failure is one.
running=
for part in "$folder"/part*.csv; do
  "$evenhand" cube build "$part" --label label --score score --slice sex,race --bucket age:25,45,65 -o "${part%.csv}.ehc" &
  running="$running $!"
done
for process in $running; do wait "$process"; done

"$evenhand" cube merge "$folder"/part*.ehc -o "$folder/all.ehc"
"$evenhand" audit "$folder/all.ehc" --top 5
