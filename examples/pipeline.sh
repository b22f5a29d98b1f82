#!/bin/sh
# pipeline: a check for a build pipeline. Rows come in on standard input, a report goes through `--json -`, one number is
# taken out and compared with a limit; the exit code is the verdict.
#
#     examples/pipeline.sh LIMIT < predictions.csv       e.g. examples/pipeline.sh 0.05 < examples/data/adult.csv
#
# EVENHAND names the program (default: evenhand on the PATH). Exit: 0 within the limit, 1 beyond, 2 could not tell.
set -eu
limit=${1-}
if ! printf '%s\n' "$limit" | grep -qE '^[0-9]*\.?[0-9]+$'; then
  echo "usage: pipeline.sh LIMIT < predictions.csv      LIMIT is a number such as 0.05" >&2
  exit 2
fi

report=$(mktemp)
trap 'rm -f "$report"' EXIT
"${EVENHAND:-evenhand}" audit - --label label --score score --slice sex --json - > "$report" || exit 2

# The report has one line per result and one per criterion, but JSON is read best by something that knows JSON.
node -e '
  const [, file, limit] = process.argv;
  const report = JSON.parse(require("node:fs").readFileSync(file, "utf8"));
  const row = report.fairness.find((r) => r.criterion === "equalized_odds_difference" && r.column === "sex");
  if (row?.value == null || row.reason) { // a comparison that had to leave groups out (partial) proves nothing either
    console.log(`cannot tell: ${row?.reason ?? "no such criterion"}`);
    process.exit(2);
  }
  const within = row.value <= Number(limit);
  console.log(`${within ? "pass" : "FAIL"}: true or false positive rates of ${row.slice_min} and ${row.slice_max} differ by ` +
    `${row.value.toFixed(4)}, limit ${limit}`);
  process.exit(within ? 0 : 1);
' "$report" "$limit"
