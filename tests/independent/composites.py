"""Intervals of numbers that are neither a rate nor an AUC, from the rows, with scipy's root finding and distributions.

A gap is made of the rows of the slice alone, of both, and of the baseline alone: masks over rows.
"""

import math

import numpy as np
from scipy import optimize, stats

FEW = 10  # rows of a label below which a loss says few_events
Z_MOST = 37.0


def limits_of(x, n, z):
    """Wilson's interval as textbooks have it."""
    p, middle = x / n, (x + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(max(n * p * (1 - p) + z * z / 4, 0))
    return 0.0 if x == 0 else middle - half, 1.0 if x == n else middle + half


class Rates:
    """F1, or balanced accuracy, of two slices: each rate of up to three parts with rows of their own."""

    def __init__(self, metric, chosen, label, parts):
        self.f1 = metric == "f1"
        asked = [(chosen | label, chosen & label)] if self.f1 else [(label, chosen & label), (~label, ~chosen & ~label)]
        self.rates = [[(int((hit & part).sum()), int((of & part).sum())) for part in parts] for of, hit in asked]

    def number(self, shares, side):
        rates = []
        for counts, share in zip(self.rates, shares):
            n = sum(c[1] for c in counts[side])
            rates.append(sum(c[1] * p for c, p in zip(counts[side], share[side])) / n if n else 0.0)
        return 2 * rates[0] / (1 + rates[0]) if self.f1 else sum(rates) / 2

    def range(self, a, b, z):
        """Of a * first - b * second."""
        shares = [[x / n if n else 0.0 for x, n in counts] for counts in self.rates]

        def value():
            return a * self.number(shares, slice(0, 2)) - b * self.number(shares, slice(1, 3))

        middle, down, up = value(), 0.0, 0.0
        for r, counts in enumerate(self.rates):
            for k, (x, n) in enumerate(counts):
                if not n:
                    continue
                moved = []
                for limit in limits_of(x, n, z):
                    shares[r][k] = limit
                    moved.append(value() - middle)
                shares[r][k] = x / n
                down, up = math.hypot(down, min(*moved, 0)), math.hypot(up, max(*moved, 0))
        return middle - down, middle + up

    def same(self):
        return not any(counts[0][1] or counts[2][1] for counts in self.rates)


class Areas:
    """Areas under precision-recall curves of two slices, by their positives."""

    def __init__(self, areas, positives):
        self.areas, self.positives = areas, positives

    @staticmethod
    def limits(area, n, z):
        if n * min(area, 1 - area) < 3:
            return limits_of(n * area, n, z)
        reach = z / math.sqrt(n * area * (1 - area))
        return tuple(1 / (1 + (1 - area) / area * math.exp(-end)) for end in (-reach, reach))

    def range(self, a, b, z):
        (one, other), middle = self.areas, a * self.areas[0] - b * self.areas[1]
        first, second = self.limits(one, self.positives[0], z), self.limits(other, self.positives[1], z)
        return (
            middle - math.hypot(a * (one - first[0]), b * (second[1] - other)),
            middle + math.hypot(a * (first[1] - one), b * (other - second[0])),
        )


def inverted(of, z):
    """(difference, ratio, p) of something that has a range of a * first - b * second at any z."""
    lower, upper = of.range(1, 1, z)
    first, second = sum(of.range(1, 0, 0)) / 2, sum(of.range(0, 1, 0)) / -2
    at = first / (first + second) if first + second else 0.5
    low = optimize.brentq(lambda t: of.range(1 - t, t, z)[0], 0, at, xtol=1e-16) if of.range(1, 0, z)[0] > 0 else 0.0
    high = optimize.brentq(lambda t: of.range(1 - t, t, z)[1], at, 1, xtol=1e-16) if of.range(0, 1, z)[1] < 0 else 1.0

    def beyond(critical):
        r = of.range(1, 1, critical)
        return r[0] if first > second else -r[1]

    edge = 0.0 if not beyond(0) > 0 else Z_MOST if beyond(Z_MOST) > 0 else optimize.brentq(beyond, 0, Z_MOST, xtol=1e-15)
    ratio = [t / (1 - t) if t < 1 else math.inf for t in (low, high)]
    return max(lower, -1), min(upper, 1), *ratio, 2 * stats.norm.sf(edge)


def sums(metric, score, label):
    """What each row adds to the upper and the lower sum."""
    if metric == "calibration_ratio":
        return score, label.astype(float)
    loss = (score - label) ** 2 if metric == "brier" else -np.log(np.where(label, score, 1 - score))
    return loss, np.ones(len(score))


def spread(parts, first, second, a, b):
    """Variance and degrees of freedom of a log(first) - b log(second), over the parts; each is (top, below) per row."""
    total, squares = 0.0, 0.0
    for k, (top, below) in enumerate(parts):
        if len(top) < 2:
            continue
        one = a * (top / first[0] - below / first[1]) if k < 2 else 0
        other = b * (top / second[0] - below / second[1]) if k > 0 else 0
        v = len(top) * np.var(one - other, ddof=1)
        total, squares = total + v, squares + v * v / (len(top) - 1)
    return total, total * total / squares


def quotients(parts, level):
    first, second = ([sum(p[i].sum() for p in side) for i in (0, 1)] for side in (parts[:2], parts[1:]))
    if not min(*first, *second) > 0:
        return None
    one, other = first[0] / first[1], second[0] / second[1]
    v, df = spread(parts, first, second, 1, 1)
    wide = math.sqrt(spread(parts, first, second, one, other)[0] / v) / ((one + other) / 2)
    log, reach = math.log(one / other), stats.t.ppf((1 + level) / 2, df) * math.sqrt(v)

    def difference(end):
        far = log + end * wide
        far = far if (far > 0) == (log + end > 0) else log + end
        return math.sqrt(one * other) * 2 * math.sinh(far / 2)

    p = 2 * stats.t.sf(abs(log) / math.sqrt(v), df)
    return difference(-reach), difference(reach), math.exp(log - reach), math.exp(log + reach), p


def part_of(part, rest, level):
    """A mean over a part against that over the whole."""
    w = len(part[0]) / (len(part[0]) + len(rest[0]))
    found = quotients([part, (np.empty(0), np.empty(0)), rest], level)
    if found is None:
        return None
    d_lower, d_upper, r_lower, r_upper, p = found
    ratio = [r / (w * r + 1 - w) for r in (r_lower, r_upper)]
    return (1 - w) * d_lower, (1 - w) * d_upper, *ratio, p


def means(parts, level):
    """Welch's and Satterthwaite's of the means of (score) over three parts, and Fieller's ratio."""
    n = [len(p) for p in parts]
    first, second = n[0] + n[1], n[1] + n[2]
    a = sum(p.sum() for p in parts[:2]) / first
    b = sum(p.sum() for p in parts[1:]) / second
    va = vb = c = total = squares = 0.0
    for k, p in enumerate(parts):
        one, other = n[k] / first * (k < 2), n[k] / second * (k > 0)
        if not n[k] or one == other:
            continue
        v = np.var(p, ddof=1) / n[k]
        va, vb, c = va + one * one * v, vb + other * other * v, c + one * other * v
        own = (one - other) ** 2 * v
        total, squares = total + own, squares + own * own / (n[k] - 1)
    df, error = total * total / squares, math.sqrt(total)
    t = stats.t.ppf((1 + level) / 2, df)
    lead, middle, last = b * b - t * t * vb, a * b - t * t * c, a * a - t * t * va
    root = math.sqrt(max(middle * middle - lead * last, 0)) if lead > 0 else 0
    ratio = [(middle - root) / lead, (middle + root) / lead] if lead > 0 else [-math.inf, math.inf]
    return a - b - t * error, a - b + t * error, *ratio, 2 * stats.t.sf(abs(a - b) / error, df)


def few(metric, labels):
    positives = int(labels.sum())
    return positives < FEW or (metric != "calibration_ratio" and len(labels) - positives < FEW)


def interval(metric, value, score, label, chosen, mask, level):
    """(lower, upper, method, reason) of a value that is there."""
    z = stats.norm.ppf((1 + level) / 2)
    s, y = score[mask], label[mask].astype(bool)
    if metric in ("f1", "balanced_accuracy"):
        nothing = np.zeros(len(label), bool)
        lower, upper = Rates(metric, chosen, label.astype(bool), [mask, nothing, nothing]).range(1, 0, z)
        return lower, upper, "wilson_mapped" if metric == "f1" else "mover_wilson", None
    if metric == "pr_auc":
        n = int(y.sum())
        logit = n * min(value, 1 - value) >= 3
        return *Areas.limits(value, n, z), "boyd_logit" if logit else "wilson_positives", None
    if metric == "mean_score":
        if len(s) < 2 or np.ptp(s) == 0:
            return None, None, None, "one_row" if len(s) < 2 else "no_spread"
        half = stats.t.ppf((1 + level) / 2, len(s) - 1) * s.std(ddof=1) / math.sqrt(len(s))
        return s.mean() - half, s.mean() + half, "student_t", None
    if metric not in ("calibration_ratio", "brier", "log_loss"):
        return None, None, None, "no_closed_form"
    if metric != "calibration_ratio" and (s.min() < 0 or s.max() > 1):
        return None, None, None, "not_probabilities"
    top, below = sums(metric, s, y)
    if metric == "calibration_ratio" and top.sum() < 0:
        return None, None, None, "not_probabilities"
    if len(s) < 2:
        return None, None, None, "one_row"
    if not min(top.sum(), below.sum()) > 0:
        return None, None, None, "no_spread"
    v = len(s) * np.var(top / top.sum() - below / below.sum(), ddof=1)
    if v * len(s) <= 2.0**-48:
        return None, None, None, "no_spread"
    half = stats.t.ppf((1 + level) / 2, len(s) - 1) * math.sqrt(v)
    return value * math.exp(-half), value * math.exp(half), "log_delta", "few_events" if few(metric, y) else None


def gap(metric, values, score, label, chosen, own, base, relation, level):
    """((difference lower, upper, ratio lower, upper, p), method, reason) of two values that are there."""
    z, y = stats.norm.ppf((1 + level) / 2), label.astype(bool)
    parts = [own & ~base, own & base, base & ~own]
    if metric in ("ece", "ece_debiased", "pr_auc_trapezoid", "pr_auc_davis_goadrich"):
        return None, None, "no_closed_form"
    if relation == "equal":
        return None, None, "same_rows"
    if metric in ("f1", "balanced_accuracy"):
        rates = Rates(metric, chosen, y, parts)
        return (None, None, "same_rows") if rates.same() else (inverted(rates, z), "mover_wilson", None)
    if metric == "pr_auc":
        if relation != "disjoint":
            return None, None, "no_closed_form"
        return inverted(Areas(values, [int(y[m].sum()) for m in (own, base)]), z), "mover_boyd", None
    if metric == "mean_score":
        if any(m.sum() == 1 for m in parts):
            return None, None, "one_row"
        kind = "_overlap" if relation == "overlap" else "" if relation == "disjoint" else "_part"
        return means([score[m] for m in parts], level), "welch_t" + kind, None
    if metric != "calibration_ratio" and any(score[m].min() < 0 or score[m].max() > 1 for m in (own, base)):
        return None, None, "not_probabilities"
    if metric == "calibration_ratio" and any(score[m].sum() < 0 for m in (own, base)):
        return None, None, "not_probabilities"
    if any(m.sum() == 1 for m in parts):
        return None, None, "one_row"
    rows = [sums(metric, score[m], y[m]) for m in parts]
    if metric != "calibration_ratio" and relation == "inside":
        found = part_of(rows[1], rows[2], level)
    elif metric != "calibration_ratio" and relation == "contains":
        found = part_of(rows[1], rows[0], level)
        if found:
            d_lower, d_upper, r_lower, r_upper, p = found
            found = (-d_upper, -d_lower, 1 / r_upper, 1 / r_lower, p)
    else:
        found = quotients(rows, level)
    if found is None:
        return None, None, "no_spread"
    rest = {"inside": parts[2], "contains": parts[0]}.get(relation, own)
    return found, "log_delta", "few_events" if any(few(metric, y[m]) for m in (own, base, rest)) else None
