"""The jobs as each peer's own users would write them, in the fastest form we found. Each is run in a process of its own:

    python jobs.py JOB FILE.csv

and prints one line of JSON: the seconds of the work after the imports, and what it counted, so that equal work is proven.
"""
import json
import sys
import time

THRESHOLDS = [round(t / 10, 1) for t in range(1, 10)]
COLUMNS = ['sex', 'age', 'region', 'site']
PAIRS = [(a, b) for i, a in enumerate(COLUMNS) for b in COLUMNS[i + 1:]]


def polars_bin(pl):
    """How many thresholds lie below the score: the cell of every threshold's confusion counts."""
    score = pl.col('score')
    return sum(((score > t).cast(pl.UInt8) for t in THRESHOLDS[1:]), (score > THRESHOLDS[0]).cast(pl.UInt8)).alias('bin')


def polars_schema(pl):
    return {'score': pl.Float64, 'label': pl.UInt8, **{name: pl.String for name in COLUMNS}}


def checksum(cells):
    """Of (group, label, bin, rows): false positives of every group at every threshold, which any audit must agree on."""
    fp = {}
    for group, label, above, rows in cells:
        for t in range(above):
            if not label:
                fp[group, t] = fp.get((group, t), 0) + rows
    return {f'{group}@{THRESHOLDS[t]}': n for (group, t), n in sorted(fp.items())}


def groups_of(rows, families):
    for row in rows:
        for family in families:
            yield ' & '.join(f'{name}={row[name]}' for name in family), row['label'], row['bin'], row['len']


def polars_counts(path, families):
    import polars as pl
    start = time.perf_counter()
    cells = (pl.scan_csv(path, schema=polars_schema(pl)).with_columns(polars_bin(pl))
             .group_by(*COLUMNS, 'label', 'bin').len().collect(engine='streaming'))
    rolled = [cells.group_by(*family, 'label', 'bin').agg(pl.col('len').sum()) for family in families]
    took = time.perf_counter() - start
    fp = {}
    for family, table in zip(families, rolled):
        fp.update(checksum(groups_of(table.to_dicts(), [family])))
    return took, fp


def polars_csv(path):
    return polars_counts(path, [(name,) for name in COLUMNS])


def polars_crosses(path):
    return polars_counts(path, PAIRS)


def polars_memory(path):
    import polars as pl
    table = pl.read_csv(path, schema=polars_schema(pl)).with_columns(pl.col(name).cast(pl.Categorical) for name in COLUMNS)
    best = 1e9
    for _ in range(5):
        start = time.perf_counter()
        table.lazy().with_columns(polars_bin(pl)).group_by(*COLUMNS, 'label', 'bin').len().collect()
        best = min(best, time.perf_counter() - start)
    return best, None


def polars_auc(path):
    import polars as pl
    table = pl.read_csv(path, schema=polars_schema(pl)).with_columns(pl.col(name).cast(pl.Categorical) for name in COLUMNS)
    best, found = 1e9, None
    positive = pl.col('label') == 1
    ranked = pl.col('score').rank('average').filter(positive).sum().alias('ranks')
    counts = [positive.sum().alias('p'), pl.len().alias('n')]
    for _ in range(3):
        start = time.perf_counter()
        tables = [table.select(ranked, *counts)] + [table.group_by(name).agg(ranked, *counts) for name in COLUMNS]
        best = min(best, time.perf_counter() - start)
        found = [(row['ranks'] - row['p'] * (row['p'] + 1) / 2) / (row['p'] * (row['n'] - row['p']))
                 for t in tables for row in t.to_dicts()]
    return best, {'overall': found[0], 'groups': len(found)}


def duckdb_counts(path, families):
    import duckdb
    db = duckdb.connect(config={'threads': 2})
    above = ' + '.join(f'(score > {t})::UTINYINT' for t in THRESHOLDS)
    types = "{'score': 'DOUBLE', 'label': 'UTINYINT', " + ', '.join(f"'{name}': 'VARCHAR'" for name in COLUMNS) + '}'
    start = time.perf_counter()
    db.execute(f"""CREATE TEMP TABLE cells AS SELECT {', '.join(COLUMNS)}, label, {above} AS bin, count(*) AS len
                   FROM read_csv('{path}', header = true, columns = {types}) GROUP BY ALL""")
    rolled = [db.execute(f"SELECT {', '.join(family)}, label, bin, sum(len)::BIGINT AS len FROM cells GROUP BY ALL").fetchall()
              for family in families]
    took = time.perf_counter() - start
    fp = {}
    for family, rows in zip(families, rolled):
        names = [*family, 'label', 'bin', 'len']
        fp.update(checksum(groups_of([dict(zip(names, row)) for row in rows], [family])))
    return took, fp


def duckdb_csv(path):
    return duckdb_counts(path, [(name,) for name in COLUMNS])


def duckdb_crosses(path):
    return duckdb_counts(path, PAIRS)


def pandas_sklearn(path):
    import pandas as pd
    from sklearn.metrics import confusion_matrix, roc_auc_score
    start = time.perf_counter()
    table = pd.read_csv(path)
    for t in THRESHOLDS:
        table[f'd{t}'] = (table['score'] > t).astype('int8')
    fp = {}
    for name in COLUMNS:
        for value, group in table.groupby(name):
            roc_auc_score(group['label'], group['score'])
            for t in THRESHOLDS:
                fp[f'{name}={value}@{t}'] = int(confusion_matrix(group['label'], group[f'd{t}'])[0, 1])
    return time.perf_counter() - start, {k: v for k, v in sorted(fp.items()) if v}


def fairlearn_frames(path):
    import pandas as pd
    from fairlearn.metrics import MetricFrame, false_negative_rate, false_positive_rate, selection_rate
    from sklearn.metrics import accuracy_score
    metrics = {'fpr': false_positive_rate, 'fnr': false_negative_rate, 'selection_rate': selection_rate, 'accuracy': accuracy_score}
    start = time.perf_counter()
    table = pd.read_csv(path)
    for name in COLUMNS:
        for t in THRESHOLDS:
            frame = MetricFrame(metrics=metrics, y_true=table['label'], y_pred=(table['score'] > t).astype(int),
                                sensitive_features=table[name])
            frame.difference()
    return time.perf_counter() - start, None


def aequitas_groups(path):
    import pandas as pd
    from aequitas.group import Group
    start = time.perf_counter()
    table = pd.read_csv(path).rename(columns={'label': 'label_value'})
    for t in THRESHOLDS:
        decided = table.assign(score=(table['score'] > t).astype(int))
        Group().get_crosstabs(decided, attr_cols=COLUMNS)
    return time.perf_counter() - start, None


if __name__ == '__main__':
    seconds, counted = globals()[sys.argv[1]](sys.argv[2])
    print(json.dumps({'seconds': seconds, 'counted': counted}))
