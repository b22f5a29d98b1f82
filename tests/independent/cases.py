"""The audits that are checked: real files, each as the command line's options and as what the expectation is made from.

Where a file has no score, an explicit formula gives one: no seed of any library, so every machine asks the same.
"""

import csv
import math
import os
import pathlib
from dataclasses import dataclass, field

import expected

SHARED = pathlib.Path(os.environ.get("EVENHAND_SHARED", pathlib.Path(__file__).resolve().parents[3] / "shared"))


@dataclass
class Case:
    """One audit: the options, from which both the command line and the expectation are made."""

    title: str
    path: pathlib.Path
    label: str
    scores: list
    slices: list
    crosses: list = field(default_factory=list)
    buckets: dict = field(default_factory=dict)
    thresholds: list = field(default_factory=lambda: [0.5])
    threshold_text: str = ""
    metrics: tuple = expected.METRICS
    baseline: str = "overall"
    positive: str = ""
    missing: list = field(default_factory=lambda: ["NA", "NaN", "null"])
    names: list = None
    delimiter: str = ","
    min_slice: int = 0
    level: float = 0.95
    show_missing: bool = False

    def options(self):
        out = [
            "--label",
            self.label,
            "--score",
            ",".join(self.scores),
            "--slice",
            ",".join(self.slices),
            "--baseline",
            self.baseline,
            "--level",
            repr(self.level),
            "--min-slice",
            str(self.min_slice),
            "--missing",
            ",".join(self.missing),
            "--metric",
            ",".join(self.metrics),
            "--threshold",
            self.threshold_text or ",".join(map(repr, self.thresholds)),
        ]
        for cross in self.crosses:
            out += ["--cross", cross]
        for name, edges in self.buckets.items():
            out += ["--bucket", f"{name}:{','.join(f'{edge:g}' for edge in edges)}"]
        for flag, text in (("--positive", self.positive), ("--names", ",".join(self.names or []))):
            out += [flag, text] if text else []
        if self.delimiter != ",":
            out += ["--delimiter", self.delimiter]
        return out + ["--show-missing"] * self.show_missing


ADULT = (
    "age workclass fnlwgt education education_num marital_status occupation relationship race sex capital_gain "
    "capital_loss hours native_country income"
).split()


def adult_cases(folder):
    """The raw test file: no header, a comment line, blanks after commas, '?' for missing, a full stop after labels."""
    raw = SHARED / "data/adult/adult.test"
    common = dict(label="income", positive=">50K.", missing=["?"])
    yield Case(
        "Adult raw, two models",
        raw,
        scores=["education_num", "hours"],
        slices=["sex", "race", "workclass", "native_country"],
        crosses=["sex*race"],
        thresholds=[9.5, 12.0, 40.0],
        names=ADULT,
        **common,
    )
    scored = folder / "adult_scored.csv"
    lines = []
    for i, line in enumerate(raw.read_text("ascii").splitlines()):
        cells = line.split(", ")
        if len(cells) == len(
            ADULT
        ):  # an explicit formula: a logit of age, schooling and hours, and a little of the row's number
            logit = (
                -8.2
                + 0.035 * float(cells[0])
                + 0.33 * float(cells[4])
                + 0.03 * float(cells[12])
                + (i * 7919 % 1000) / 700
            )
            score = 1 / (1 + math.exp(-logit))
            line += (
                f", {score!r}" if i % 3 else f", {score:.2f}"
            )  # all digits, or two: then ties and scores at thresholds
        lines.append(line)
    scored.write_text("\n".join(lines) + "\n", "ascii")
    shared = dict(path=scored, scores=["score"], slices=["sex", "race"], names=[*ADULT, "score"], **common)
    tenths = [i / 10 for i in range(1, 10)]
    yield Case(
        "Adult, overall",
        crosses=["sex*race", "race*sex*workclass"],
        buckets={"age": [25, 45, 65]},
        thresholds=tenths,
        threshold_text=".1:.9:.1",
        **shared,
    )
    yield Case(
        "Adult, complement",
        crosses=["sex*race"],
        baseline="complement",
        show_missing=True,
        buckets={"hours": [20, 40.5, 1000]},
        thresholds=[0.01, 0.5, 0.99],
        **{**shared, "slices": ["sex", "workclass"]},
    )
    yield Case(
        "Adult, named slice",
        crosses=["sex*race"],
        baseline="sex=Male",
        min_slice=200,
        level=0.9,
        thresholds=[0.25, 0.5],
        **shared,
    )


def compas_cases(folder):
    common = dict(
        path=SHARED / "data/compas/compas-two-years.csv",
        label="two_year_recid",
        scores=["decile_score"],
        slices=["sex", "race", "age_cat"],
        crosses=["sex*race"],
        buckets={"age": [21, 30, 50]},
    )
    yield Case("COMPAS, overall", thresholds=[0.0, 1.0, 4.0, 7.0, 9.0, 10.0], **common)
    yield Case("COMPAS, complement", thresholds=[4.0], baseline="complement", level=0.99, **common)
    yield Case("COMPAS, a cross", thresholds=[4.0, 7.0], baseline="sex=Male & race=Caucasian", min_slice=30, **common)
    yield Case(
        "COMPAS, a bucket",
        thresholds=[4.0],
        baseline="30<=age<50",
        metrics=("fpr", "selection_rate", "f1", "brier"),
        **common,
    )
    damaged = folder / "compas_damaged.csv"
    with open(common["path"], newline="", encoding="utf-8") as source, open(
        damaged, "w", newline="", encoding="utf-8"
    ) as target:
        rows, out = csv.reader(source), csv.writer(target, delimiter=";", lineterminator="\n")
        out.writerow([*next(rows), "logit"])
        for i, row in enumerate(rows):
            row = [*row, repr((float(row[10]) - 5.5) * 0.7 + (i * 31337 % 1009) / 1009)]
            out.writerow(damage(row, i // 25) if i % 25 == 0 else row)
    yield Case(
        "COMPAS damaged, overall",
        damaged,
        label="two_year_recid",
        scores=["logit", "decile_score"],
        slices=["sex", "race"],
        crosses=["age*sex"],
        buckets={"age": [21, 30.5, 50]},
        thresholds=[-1.0, 0.0, 0.125, 4.0],
        delimiter=";",
        show_missing=True,
    )


def damage(row, kind):
    """A defect in a row of COMPAS: most make it a row to skip, a missing group only leaves the row without one."""
    column, cell = [
        (-1, ""),
        (-1, "NaN"),
        (-1, "inf"),
        (-1, "-1e300"),
        (-1, "high"),
        (-1, "0x1p3"),
        (-1, "1_0"),
        (13, ""),
        (13, "NA"),
        (1, "old"),
        (1, ""),
        (1, "null"),
        (0, ""),
        (3, "NA"),
        (10, "-Infinity"),
        (10, "1099511627776"),
    ][kind % 16]
    if kind % 17 == 16:
        return row[:7]
    return [*row[:column], cell, *(row[column + 1 :] if column >= 0 else [])]


def hatecheck_cases(folder):
    """Quoted commas; groups of one class, where half of all rates are undefined; scores by an explicit formula."""
    scored = folder / "hatecheck_scored.csv"
    with open(SHARED / "data/hatecheck/test_suite_cases.csv", newline="", encoding="utf-8") as source, open(
        scored, "w", newline="", encoding="utf-8"
    ) as target:
        rows, out = csv.reader(source), csv.writer(target, lineterminator="\r\n")
        out.writerow([*next(rows), "score"])
        for i, row in enumerate(rows):
            guess = 0.35 + 0.3 * (row[4] == "hateful") + (i * 104729 % 997) / 997 * 0.4 - 0.05 * (len(row[3]) % 7 == 0)
            out.writerow([*row, repr(guess) if i % 2 else f"{guess:.1f}"])
    common = dict(
        path=scored, label="label_gold", positive="hateful", scores=["score"], slices=["target_ident", "functionality"]
    )
    yield Case(
        "HateCheck, overall",
        crosses=["target_ident*direction"],
        thresholds=[0.3, 0.5, 0.7, 2.0],
        show_missing=True,
        **common,
    )
    yield Case("HateCheck, complement", baseline="complement", min_slice=100, **common)
    yield Case("HateCheck, named slice", baseline="target_ident=women", thresholds=[0.6], **common)


def all_cases(folder):
    """Files that are made go into the folder."""
    yield from adult_cases(folder)
    yield from compas_cases(folder)
    yield from hatecheck_cases(folder)
