#!/usr/bin/env python3
"""Recomputes every number of real reports with other tools and compares: values to 1e-12, intervals to 1e-9.

    tests/independent/run.sh [build/release/evenhand]     makes a Python environment with numpy and scipy, runs this

An optional extra: says what is missing and leaves with 0 when numpy, scipy or the data are not there. The data are the
public UCI Adult, COMPAS and HateCheck files, in the folder EVENHAND_SHARED (default ../shared), below data/.
"""

import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile
from collections import Counter
from fractions import Fraction

try:
    import composites
    import expected
except ImportError as error:
    print(f"SKIPPED: {error}; the independent check needs numpy and scipy (pip install numpy scipy)")
    sys.exit(0)
from cases import SHARED, all_cases
from definitions import Certainty, auc_gap, auc_limits, self_test

ROOT = pathlib.Path(__file__).resolve().parents[2]
NUMBER = 1e-12  # values: exact counts and one or two roundings on either side
INTERVAL = 1e-9  # limits and p: two root findings
LOSS = 1e-6  # of a log loss: its variance comes from rough logarithms
FAIRNESS = {
    "demographic_parity": "selection_rate",
    "equal_opportunity": "tpr",
    "predictive_equality": "fpr",
    "predictive_parity": "ppv",
    "accuracy_equality": "accuracy",
    "treatment_equality": "fn/fp",
}


class Tally:
    """Counts checks; keeps the first disagreements of a case for people to read."""

    def __init__(self):
        self.passed, self.failed, self.worst = 0, 0, Counter()

    def check(self, ok, say):
        if ok:
            self.passed += 1
            return
        self.failed += 1
        if self.failed <= 40:
            print(f"  DISAGREES {say():.400}")

    def same(self, where, found, wanted):
        self.check(
            found == wanted and type(found) is type(wanted), lambda: f"{where}: report {found!r}, expected {wanted!r}"
        )

    def near(self, where, found, wanted, tolerance):
        if wanted is not None and not math.isfinite(wanted):
            wanted = None  # an open limit is null in JSON
        if found is None or wanted is None:
            self.check(found is None and wanted is None, lambda: f"{where}: report {found!r}, expected {wanted!r}")
            return
        off = abs(found - wanted) / max(1.0, abs(wanted))
        self.worst[tolerance] = max(self.worst[tolerance], off)
        self.check(off <= tolerance, lambda: f"{where}: report {found!r}, expected {wanted!r}")


def ask(program, source, options, cwd=None):
    done = subprocess.run([program, "audit", str(source), *options, "--json", "-"], capture_output=True, cwd=cwd)
    if done.returncode:
        sys.exit(f"{' '.join(done.args)}\nleft with {done.returncode}: {done.stderr.decode()}")
    return done.stdout


def check_input(tally, case, rows, found):
    tally.same("input.rows", found["rows"], rows.met)
    tally.same("input.rows_skipped", found["rows_skipped"], rows.skipped)
    tally.same("input.sha256", found["sha256"], rows.sha256)
    columns = list(
        dict.fromkeys(
            [
                case.label,
                *case.scores,
                *case.slices,
                *case.buckets,
                *(name for cross in case.crosses for name in cross.split("*")),
            ]
        )
    )
    for name in columns:
        tally.same(f"input.missing.{name}", found["missing"].get(name), rows.missing[name])


def check_slices(tally, rows, slices, found):
    tally.same("slices", [row["name"] for row in found], [s.name for s in slices])
    for s, row in zip(slices, found):
        wanted = {
            "rows": int(s.mask.sum()),
            "weight": int(s.mask.sum()),
            "positives": int(rows.label[s.mask].sum()),
            "columns": s.column.split("*") if s.column else [],
        }
        for key, value in wanted.items():
            tally.same(f"slice {s.name} {key}", row[key], value)


def expect_results(case, rows, slices, certainty):
    """[(key, value, gap)] in the order of the report; asks `certainty` for the intervals that will be needed."""
    base = next((s for s in slices if s.name == case.baseline), None)
    out, numbers = [], {(m, t): expected.Numbers(rows, m, t) for m in case.scores for t in [*case.thresholds, None]}
    for model in case.scores:
        for s in slices:
            against = base.mask if base else ~s.mask
            relation = expected.lies(s.mask, against) if base else "disjoint"
            small = min(s.mask.sum(), against.sum()) < case.min_slice
            for metric in case.metrics:
                has_threshold = metric not in expected.LABEL_RATES + expected.OTHERS
                for t in case.thresholds if has_threshold else [None]:
                    value = numbers[model, t](metric, s.mask)
                    if s is base or metric in expected.COUNTS or small:
                        gap = expected.Gap(
                            "is_baseline" if s is base else "count" if metric in expected.COUNTS else "too_small"
                        )
                    else:
                        gap = expected.gap_of(
                            value,
                            numbers[model, t](metric, against),
                            relation,
                            numbers[model, t](metric, s.mask & against) if relation == "overlap" else None,
                        )
                    if metric == "roc_auc" and gap.interval_reason == "not_yet":
                        if relation != "equal":
                            found = auc_gap(rows.score[model], rows.label, s.mask, against, certainty.z)
                            gap.interval_reason, gap.limits = (found, None) if isinstance(found, str) else (None, found)
                            gap.method = "delong" + {"disjoint": "", "overlap": "_overlap"}.get(relation, "_part")
                        else:
                            gap.interval_reason = "same_rows"
                    if value.value is not None and metric not in (*expected.COUNTS, "roc_auc") and not value.proportion:
                        asked = (rows.score[model], rows.label, None if t is None else rows.score[model] > t)
                        value.limits = composites.interval(metric, value.value, *asked, s.mask, case.level)
                        if gap.interval_reason == "not_yet":
                            both = (value.value, numbers[model, t](metric, against).value)
                            found = composites.gap(metric, both, *asked, s.mask, against, relation, case.level)
                            gap.limits, gap.method, gap.interval_reason = found
                            if gap.limits and gap.ratio is None:
                                gap.limits = (*gap.limits[:2], None, None, gap.limits[4])
                    if value.proportion:
                        certainty.ask_rate(value.x, value.n)
                    if gap.pair:
                        certainty.ask_pair(*gap.pair)
                    if gap.parts:
                        certainty.ask_overlap(gap.parts)
                    out.append(((model, s.name, metric, t), value, gap))
    return out


def check_gap(tally, where, gap, found, certainty, case, tolerance):
    tally.same(f"{where} baseline", found["baseline"], case.baseline)
    tally.same(f"{where} reason", found["reason"], gap.reason)
    tally.same(f"{where} interval_reason", found["interval_reason"], gap.interval_reason)
    tally.same(f"{where} ratio_reason", found["ratio_reason"], gap.ratio_reason)
    tally.near(f"{where} difference", found["difference"], gap.difference, NUMBER)
    tally.near(f"{where} ratio", found["ratio"], gap.ratio, NUMBER)
    tally.near(f"{where} relative", found["relative"], None if gap.ratio is None else gap.ratio - 1, NUMBER)
    names = ["difference_lower", "difference_upper", "ratio_lower", "ratio_upper", "p"]
    wanted = gap.limits or (expected.limits(gap, certainty) if gap.pair or gap.parts else [None] * 5)
    for name, value in zip(names, wanted):
        tally.near(f"{where} {name}", found[name], value, tolerance)
    if found["p"] and (wanted[4] or 0) > 1e-290:  # a small p is right in its own size too
        tally.near(f"{where} log p", math.log(found["p"]), math.log(wanted[4]), tolerance)
    method = None if not gap.pair else "miettinen_nurminen" + ("_part" if gap.share is not None else "")
    method = "mover_wilson" if gap.parts else gap.method if gap.limits else method
    tally.same(f"{where} method", found["method"], method)
    tally.same(f"{where} p_adjusted", found["p_adjusted"], None)


def check_results(tally, case, wanted, found, certainty):
    keys = [(row["model"], row["slice"], row["metric"], row["threshold"]) for row in found]
    tally.check(keys == [key for key, _, _ in wanted], lambda: "results: other rows or another order than expected")
    for (key, value, gap), row in zip(wanted, found):
        where = " ".join(map(str, key))
        count = key[2] in expected.COUNTS
        tally.near(f"{where} value", row["value"], value.value, NUMBER)
        tally.same(f"{where} reason", row["reason"], value.reason)
        tally.same(f"{where} numerator", row["numerator"], value.x)
        tally.same(f"{where} denominator", row["denominator"], value.n)
        lower, upper, method, lacks = value.limits
        if value.proportion:
            lower, upper, method = *certainty.rates[value.x, value.n], "wilson"
        elif value.ranked:
            lower, upper, method = auc_limits(*value.ranked, certainty.z)
        tolerance = LOSS if key[2] == "log_loss" else INTERVAL
        tally.near(f"{where} lower", row["lower"], lower, tolerance)
        tally.near(f"{where} upper", row["upper"], upper, tolerance)
        tally.same(f"{where} method", row["method"], method)
        reason = "count" if count else value.reason or lacks
        tally.same(f"{where} interval_reason", row["interval_reason"], reason)
        check_gap(tally, f"{where} gap", gap, row["gap"], certainty, case, tolerance)


def expect_fairness(case, rows, slices):
    """{(model, criterion, column, threshold): (value, reason, slice_min, slice_max)}"""
    out = {}
    for model in case.scores:
        for column in dict.fromkeys(s.column for s in slices if s.column):
            groups = [s for s in slices if s.column == column and not s.missing]
            for t in [*case.thresholds, None]:
                numbers = expected.Numbers(rows, model, t)

                def values(metric):
                    return {
                        s.name: None if s.mask.sum() < case.min_slice else numbers(metric, s.mask).value for s in groups
                    }

                rows_of = (model, column, t, values)
                if t is not None:
                    add_criteria(out, *rows_of)
                for metric in case.metrics:
                    has_threshold = metric not in expected.LABEL_RATES + expected.OTHERS
                    if has_threshold == (t is not None):
                        add_worst(out, metric, *rows_of)
    return out


def add_criteria(out, model, column, t, values):
    parts = {}
    for criterion, metric in FAIRNESS.items():
        v = values(metric)
        low, high, reason = expected.worst(v, True)
        if low is None:
            parts[criterion] = [(None, reason, None, None)] * 2
        else:
            ratio = (v[low] / v[high], reason, low, high) if v[high] else (None, "zero_baseline", None, None)
            parts[criterion] = [(v[high] - v[low], reason, low, high), ratio]
        out[model, criterion + "_difference", column, t], out[model, criterion + "_ratio", column, t] = parts[criterion]
    out[model, "four_fifths", column, t] = parts["demographic_parity"][1]
    tpr, fpr = parts["equal_opportunity"], parts["predictive_equality"]
    for i, (name, choose) in enumerate((("difference", max), ("ratio", min))):
        pair = (tpr[i], fpr[i])
        undefined = next((part for part in pair if part[0] is None), None)
        if undefined:
            row = undefined
        else:
            value, _, low, high = choose(pair, key=lambda part: part[0])
            row = (value, "partial" if any(part[1] for part in pair) else None, low, high)
        out[model, "equalized_odds_" + name, column, t] = row
        if not i:
            mean = None if row[0] is None else (tpr[0][0] + fpr[0][0]) / 2
            out[model, "average_abs_odds_difference", column, t] = (mean, *row[1:])


def check_failing(tally, where, row, rates):
    """Who fails the four-fifths rule, from exact fractions. rates: {slice: Fraction, or None where it is left out}"""
    there = {name: rate for name, rate in rates.items() if rate is not None}
    if row["value"] is None:
        tally.same(f"{where} failing", "failing" in row or "passes" in row, False)
        return
    failing = [name for name, rate in there.items() if 5 * rate < 4 * max(there.values())]
    tally.same(f"{where} failing", sorted(row["failing"]), sorted(failing))
    passes = False if failing else None if len(there) < len(rates) else True
    tally.same(f"{where} passes", row["passes"], passes)


def add_worst(out, metric, model, column, t, values):
    if metric not in expected.LESS_IS_BETTER + expected.MORE_IS_BETTER:
        return
    v = values(metric)
    less = metric in expected.LESS_IS_BETTER
    low, high, reason = expected.worst(v, less)
    who = high if less else low
    row = (None if who is None else v[who], reason, None if less else who, who if less else None)
    out[model, f"{metric}_group_{'max' if less else 'min'}", column, t] = row


def check_fairness(tally, wanted, found, case, rows, slices):
    keys = [(row["model"], row["criterion"], row["column"], row["threshold"]) for row in found]
    tally.check(
        len(keys) == len(set(keys)) == len(wanted) and set(keys) == set(wanted),
        lambda: f"fairness rows: too many {set(keys) - set(wanted)}, too few {set(wanted) - set(keys)}",
    )
    for key, row in zip(keys, found):
        where = "fairness " + " ".join(map(str, key))
        value, reason, low, high = wanted.get(key, (math.nan, "", "", ""))
        tally.near(f"{where} value", row["value"], value, NUMBER)
        for name, text in (("reason", reason), ("slice_min", low), ("slice_max", high)):
            tally.same(f"{where} {name}", row[name], text)
        if row["criterion"] == "four_fifths":
            numbers = expected.Numbers(rows, row["model"], row["threshold"])
            groups = [s for s in slices if s.column == row["column"] and not s.missing]
            rates = {s.name: numbers("selection_rate", s.mask) for s in groups}
            out = {s.name for s in groups if s.mask.sum() < case.min_slice or not s.mask.any()}
            check_failing(tally, where, row, {n: None if n in out else Fraction(v.x, v.n) for n, v in rates.items()})


def check_case(tally, program, case):
    rows = expected.Rows(case)
    report = json.loads(ask(program, case.path, case.options()))
    slices = expected.slices_of(case, rows)
    certainty = Certainty(case.level)
    wanted = expect_results(case, rows, slices, certainty)
    certainty.compute()
    before = tally.passed, tally.failed
    check_input(tally, case, rows, report["input"])
    check_slices(tally, rows, slices, report["slices"])
    tally.same("spec.threshold", report["spec"]["threshold"], [float(t) for t in case.thresholds])
    check_results(tally, case, wanted, report["results"], certainty)
    check_fairness(tally, expect_fairness(case, rows, slices), report["fairness"], case, rows, slices)
    print(
        f"{case.title}: {len(rows.label)} rows, {len(slices)} slices, {len(wanted)} results, "
        f"{len(certainty.pairs)} gaps; "
        f"{tally.passed - before[0]} passed, {tally.failed - before[1]} failed",
        flush=True,
    )


def without_input(report):
    start, end = report.index(b'\n  "input": {'), report.index(b'\n  "slices": [')
    return report[:start] + report[end:]


def merged_by_node(case, parts, cube):
    """Builds a cube of each part and merges them with the JavaScript package; false where that is not built."""
    if not (ROOT / "node_modules/evenhand/wasm/evenhand.wasm").exists():
        return False
    spec = {
        "label": case.label,
        "score": case.scores,
        "slice": case.slices,
        "cross": case.crosses,
        "missing": case.missing,
        "bucket": [f"{name}:{','.join(f'{edge:g}' for edge in edges)}" for name, edges in case.buckets.items()],
        "delimiter": case.delimiter,
        "threshold": case.thresholds,
        "show_missing": case.show_missing,
    }
    spec |= {"positive": case.positive} if case.positive else {}
    spec |= {"names": case.names} if case.names else {}
    program = """import { Cube } from 'evenhand'; import { writeFileSync } from 'node:fs';
      const [spec, out, ...parts] = process.argv.slice(1);
      const cubes = await Promise.all(parts.map((part) => Cube.build(part, JSON.parse(spec))));
      writeFileSync(out, Cube.merge(cubes).save());"""
    subprocess.run(["node", "--input-type=module", "-e", program, json.dumps(spec), cube, *parts], cwd=ROOT, check=True)
    return True


def check_order(tally, program, case, folder):
    """The same rows in another order, or in three parts, are the same report, byte for byte (less `input`)."""
    lines = case.path.read_bytes().splitlines(keepends=True)
    head = [] if case.names else lines[:1]
    body = lines[len(head) :]
    random.Random(20240601).shuffle(body)
    shuffled = folder / "shuffled.csv"
    shuffled.write_bytes(b"".join(head + body))
    reports, metrics = [], ["--metric", ",".join(case.metrics)]
    for path in (case.path, shuffled):
        cube = folder / (path.stem + ".ehc")
        reports.append(without_input(ask(program, path, [*case.options(), "--cube", str(cube)])))
        reports.append(without_input(ask(program, cube, metrics)))
    third = len(body) // 3
    parts = [folder / f"part{i}.csv" for i in range(3)]
    for part, rows in zip(parts, (body[2 * third :], body[:7], body[7 : 2 * third])):
        part.write_bytes(b"".join(head + rows))
    if merged_by_node(case, parts, folder / "merged.ehc"):
        reports.append(without_input(ask(program, folder / "merged.ehc", metrics)))
    tally.check(
        len(set(reports)) == 1, lambda: f"{case.title}: not all {len(reports)} ways to the same rows give one report"
    )
    in_parts = "in three parts" if len(reports) > 4 else "(no JavaScript build: not in parts)"
    print(
        f"{case.title}: whole, shuffled, as cubes, {in_parts}: "
        f"{len(set(reports))} distinct of {len(reports)} reports"
    )


def main():
    program = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/release/evenhand").resolve()
    if not program.exists():
        sys.exit(f"{program} is not there: build it first (cmake --preset release && cmake --build --preset release)")
    if not (SHARED / "data").is_dir():
        print(
            f"SKIPPED: no data in {SHARED / 'data'}; EVENHAND_SHARED names the folder above data/adult"
        )
        return 0
    self_test()
    tally = Tally()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for case in all_cases(folder):
            check_case(tally, program, case)
            if case.baseline == "overall" and len(case.thresholds) > 3:
                check_order(tally, program, case, folder)
    print(f"farthest apart: values {tally.worst[NUMBER]:.1e}, intervals and p {tally.worst[INTERVAL]:.1e}")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
