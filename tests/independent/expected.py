"""What a report must hold, worked out from the rows of a CSV file with Python's csv, numpy and scipy; nothing of
Evenhand is used.

Rows become an array per column; a slice is a mask over rows; how two slices lie to each other is read off their masks.
"""

import csv
import hashlib
from fractions import Fraction
from itertools import product
from math import fsum

import numpy as np

from definitions import auc, average_precision, calibration_error, davis_goadrich, debiased_error, log_loss, trapezoid

COUNTS = ("tp", "fp", "tn", "fn")
# name: which counts are on top, which below (besides those on top), why there is no value when nothing is below
RATES = {
    "fpr": ("fp", "tn", "no_negatives"),
    "fnr": ("fn", "tp", "no_positives"),
    "tpr": ("tp", "fn", "no_positives"),
    "tnr": ("tn", "fp", "no_negatives"),
    "ppv": ("tp", "fp", "nobody_selected"),
    "npv": ("tn", "fn", "everybody_selected"),
    "fdr": ("fp", "tp", "nobody_selected"),
    "for": ("fn", "tn", "everybody_selected"),
    "selection_rate": ("tp fp", "tn fn", "no_rows"),
    "accuracy": ("tp tn", "fp fn", "no_rows"),
}
LABEL_RATES = ("prevalence", "mean_label")
AREAS = {"pr_auc": average_precision, "pr_auc_trapezoid": trapezoid, "pr_auc_davis_goadrich": davis_goadrich}
PROBABILITIES = {"log_loss": log_loss, "ece": calibration_error, "ece_debiased": debiased_error}
OTHERS = ("mean_score", "calibration_ratio", "brier", "roc_auc", *AREAS, *PROBABILITIES)
METRICS = (*COUNTS, *list(RATES), "balanced_accuracy", "f1", *LABEL_RATES, *OTHERS)
LESS_IS_BETTER = ("fpr", "fnr", "fdr", "for", "brier", *PROBABILITIES)
MORE_IS_BETTER = ("tpr", "tnr", "ppv", "npv", "accuracy", "balanced_accuracy", "f1", "roc_auc", *AREAS)


class Value:
    """A number, or the reason why there is none; for a fraction of counts also x and n. `rows` tells a proportion of
    rows, which has intervals, from other fractions; `ranked` are the scores and labels that an AUC comes from."""

    def __init__(self, value=None, reason=None, x=None, n=None, rows=False, ranked=None):
        self.value, self.reason, self.x, self.n = value, reason, x, n
        self.proportion = rows and value is not None
        self.ranked = ranked
        self.limits = (None, None, None, None)  # of other numbers: lower, upper, method, why there is none


def countable(cell):
    """Whether a score or a number to be bucketed can be counted; a row in which one cannot is skipped."""
    try:
        return "_" not in cell and abs(float(cell)) < 2**40  # Python alone reads 1_0
    except ValueError:
        return False


class Rows:
    """The rows of a file that an audit counts, column by column."""

    def __init__(self, case):
        with open(case.path, newline="", encoding="utf-8") as file:
            lines = list(csv.reader(file, delimiter=case.delimiter, skipinitialspace=case.names is not None))
        names = case.names or lines.pop(0)
        lines = [line for line in lines if line]
        whole = [line for line in lines if len(line) == len(names)]
        text = {name: np.array([line[i].strip() for line in whole]) for i, name in enumerate(names)}
        missing = [*case.missing, ""]
        self.missing = {name: int(np.isin(cells, missing).sum()) for name, cells in text.items()}
        usable = ~np.isin(text[case.label], missing)
        for name in case.scores:
            usable &= np.array([cell not in missing and countable(cell) for cell in text[name]])
        for name in case.buckets:
            usable &= np.array([cell in missing or countable(cell) for cell in text[name]])
        self.met, self.skipped = len(lines), len(lines) - int(usable.sum())
        self.text = {name: cells[usable] for name, cells in text.items()}
        self.has = {name: ~np.isin(cells, missing) for name, cells in self.text.items()}
        label = self.text[case.label]
        self.label = (label == case.positive if case.positive else label.astype(float)).astype(int)
        self.score = {name: self.text[name].astype(float) for name in case.scores}
        with open(case.path, "rb") as file:
            self.sha256 = hashlib.sha256(file.read()).hexdigest()

    def groups(self, name, edges):
        """[(group's part of a slice name, mask)] in the order of a report; rows without a group come last, as None."""
        has = self.has[name]
        if edges:
            number = np.array([float(cell) if ok else np.nan for cell, ok in zip(self.text[name], has)])
            bounds = [-np.inf, *edges, np.inf]
            texts = [
                f"{name}<{edges[0]:g}",
                *(f"{a:g}<={name}<{b:g}" for a, b in zip(edges, edges[1:])),
                f"{name}>={edges[-1]:g}",
            ]
            found = [(text, (number >= low) & (number < high)) for text, low, high in zip(texts, bounds, bounds[1:])]
        else:
            cells = self.text[name]
            values = sorted(set(cells[has].tolist()), key=lambda v: v.encode())
            found = [(f"{name}={value}", has & (cells == value)) for value in values]
        return found + [(None, ~has)]


class Slice:
    def __init__(self, name, mask, column=None, missing=False):
        self.name, self.mask, self.column, self.missing = name, mask, column, missing


def slices_of(case, rows):
    """Slices in report order: the baseline first, then overall, then column by column, cross by cross."""
    columns = list(dict.fromkeys([*case.slices, *case.buckets]))
    families = [[column] for column in columns] + [cross.split("*") for cross in case.crosses]
    slices = [Slice("overall", np.ones(len(rows.label), bool))]
    for family in families:
        for groups in product(*(rows.groups(name, case.buckets.get(name)) for name in family)):
            texts = [text or f"{name} is missing" for name, (text, _) in zip(family, groups)]
            mask = np.logical_and.reduce([mask for _, mask in groups])
            missing = any(text is None for text, _ in groups)
            kept = mask.any() or (len(family) == 1 and family[0] in case.buckets and not missing)
            if kept and (case.show_missing or not missing):
                slices.append(Slice(" & ".join(texts), mask, "*".join(family), missing))
    return sorted(slices, key=lambda s: s.name != case.baseline)  # stable


class Numbers:
    """Values of any metric on any set of rows, for one model at one threshold (None: the metrics that need none)."""

    def __init__(self, rows, model, threshold):
        self.label, self.score, self.threshold = rows.label, rows.score[model], threshold
        if threshold is not None:
            chosen = self.score > threshold
            self.kinds = {
                "tp": chosen & (self.label == 1),
                "fp": chosen & (self.label == 0),
                "tn": ~chosen & (self.label == 0),
                "fn": ~chosen & (self.label == 1),
            }

    def __call__(self, metric, mask):
        if self.threshold is not None:
            return self.with_threshold(metric, {kind: int((of & mask).sum()) for kind, of in self.kinds.items()})
        return self.without_threshold(metric, self.score[mask], self.label[mask])

    def with_threshold(self, metric, c):
        if metric in COUNTS:
            return Value(c[metric], x=c[metric])
        if metric == "fn/fp":
            return Value(c["fn"] / c["fp"] if c["fp"] else None)
        if metric in RATES:
            top, rest, reason = RATES[metric]
            x = sum(c[kind] for kind in top.split())
            return rate(x, x + sum(c[kind] for kind in rest.split()), reason if sum(c.values()) else "no_rows")
        if not sum(c.values()):
            return Value(reason="no_rows")
        if metric == "balanced_accuracy":
            for one, other, reason in (("tp", "fn", "no_positives"), ("tn", "fp", "no_negatives")):
                if c[one] + c[other] == 0:
                    return Value(reason=reason)
            return Value(float((Fraction(c["tp"], c["tp"] + c["fn"]) + Fraction(c["tn"], c["tn"] + c["fp"])) / 2))
        below = 2 * c["tp"] + c["fp"] + c["fn"]
        return Value(2 * c["tp"] / below if below else None, None if below else "no_positives", 2 * c["tp"], below)

    @staticmethod
    def without_threshold(metric, score, label):
        n, positives = len(label), int(label.sum())
        if metric in LABEL_RATES:
            return rate(positives, n, "no_rows")
        if n == 0:
            return Value(reason="no_rows")
        if metric == "mean_score":
            return Value(fsum(score) / n)
        if metric == "calibration_ratio":
            return Value(fsum(score) / positives) if positives else Value(reason="no_positives")
        if metric == "brier":
            return Value(fsum((score - label) ** 2) / n)  # no cancellation: every term is >= 0
        if metric in AREAS:
            return Value(AREAS[metric](score, label)) if positives else Value(reason="no_positives")
        if metric in PROBABILITIES:
            if score.min() < 0 or score.max() > 1:
                return Value(reason="not_probabilities")
            value = PROBABILITIES[metric](score, label)
            return Value(value) if np.isfinite(value) else Value(reason="infinite_loss")
        return Value(auc(score, label), ranked=(score, label)) if 0 < positives < n else Value(reason="one_class")


def rate(x, n, reason):
    return Value(x / n if n else None, None if n else reason, x, n, rows=True)


def lies(a, b):
    """How the rows of mask a lie to those of mask b."""
    if (a == b).all():
        return "equal"
    if not (a & b).any():
        return "disjoint"
    if not (a & ~b).any():
        return "inside"
    return "contains" if not (b & ~a).any() else "overlap"


class Gap:
    """A slice against its baseline. `pair` is the two disjoint proportions that the test compares; `share` is what part
    of the containing slice's rows the part is, None where both slices are compared as they are. `parts` are the rows of the
    first alone, of both and of the second alone, where the two overlap."""

    def __init__(self, reason=None):
        self.reason = self.interval_reason = self.ratio_reason = reason
        self.difference = self.ratio = self.pair = self.share = self.parts = self.relation = self.limits = None


def relation_of_counts(value, base, both):
    """How the rows lie that a rate asks about, of slices that overlap."""
    if not both.n:
        return "disjoint"
    if both.n == value.n:
        return "equal" if both.n == base.n else "inside"
    return "contains" if both.n == base.n else "overlap"


def gap_of(value, base, relation, both=None):
    if value.reason:
        return Gap(value.reason)
    if base.reason:
        return Gap("missing_baseline")
    gap = Gap()
    gap.relation = relation
    if value.proportion:  # subtract exactly, round once
        gap.difference = float(Fraction(value.x, value.n) - Fraction(base.x, base.n))
    else:
        gap.difference = value.value - base.value
    if base.value:
        gap.ratio = float(Fraction(value.value) / Fraction(base.value))
    else:
        gap.ratio_reason = "zero_baseline"
    if not value.proportion:
        gap.interval_reason = "not_yet"
        return gap
    if relation == "overlap":
        relation = gap.relation = relation_of_counts(value, base, both)
    if relation == "overlap":
        rest = [(side.x - both.x, side.n - both.n) for side in (value, base)]
        gap.parts = (*rest[0], both.x, both.n, *rest[1])
    elif relation == "disjoint":
        gap.pair = (value.x, value.n, base.x, base.n)
    else:
        part, whole = (value, base) if relation == "inside" else (base, value)
        rest = (whole.x - part.x, whole.n - part.n)
        if relation == "equal" or rest[1] == 0:
            gap.interval_reason = "same_rows"
        else:
            gap.share = part.n / whole.n
            gap.pair = (part.x, part.n, *rest) if relation == "inside" else (*rest, part.x, part.n)
    return gap


def limits(gap, certainty):
    """(difference lower, upper, ratio lower, upper, p), mapped where a part is held against its whole."""
    d_lower, d_upper, r_lower, r_upper, p = certainty.overlaps[gap.parts] if gap.parts else certainty.pairs[gap.pair]
    if gap.ratio is None:
        r_lower = r_upper = np.nan
    if gap.share is None:
        return d_lower, d_upper, r_lower, r_upper, p
    w = gap.share
    if gap.relation == "inside":  # p_part - p_whole = (1 - w)(p_part - p_rest); ratio r / (w r + 1 - w)
        ratio = [1 / w if np.isinf(r) else r / (w * r + 1 - w) for r in (r_lower, r_upper)]
    else:  # p_whole - p_part = (1 - w)(p_rest - p_part); ratio w + (1 - w) r
        ratio = [w + (1 - w) * r for r in (r_lower, r_upper)]
    return (1 - w) * d_lower, (1 - w) * d_upper, *ratio, p


def worst(values, lower_is_better):
    """Least and greatest defined value of the groups of a column, and what is to be said of the comparison."""
    there = {name: value for name, value in values.items() if value is not None}
    if len(there) < 2:
        return None, None, "one_group"
    return (min(there, key=there.get), max(there, key=there.get), "partial" if len(there) < len(values) else None)
