"""Record batches that pyarrow makes, handed over by the C Data Interface through ctypes, audited as the CSV of the same rows is.

Run by tests/independent/arrow.sh, which gives the shared library and the program.
"""
import csv
import ctypes
import json
import subprocess
import sys

import pyarrow

LIBRARY, PROGRAM, DATA = sys.argv[1:4]
OPTIONS = {"label": "label", "score": "score", "slice": "sex,race,workclass", "cross": "sex*race", "bucket": "age:25,45,65", "threshold": ".3,.5"}


class Str(ctypes.Structure):
    _fields_ = [("p", ctypes.c_char_p), ("n", ctypes.c_size_t)]


class Error(ctypes.Structure):
    _fields_ = [("status", ctypes.c_int), ("line", ctypes.c_uint64), ("column", ctypes.c_uint32), ("message", ctypes.c_char * 512)]


class Buf(ctypes.Structure):
    _fields_ = [("mem", ctypes.c_void_p), ("p", ctypes.POINTER(ctypes.c_char)), ("n", ctypes.c_size_t), ("cap", ctypes.c_size_t), ("failed", ctypes.c_bool)]


eh = ctypes.CDLL(LIBRARY)
for name in ("eh_audit_see",):
    getattr(eh, name).restype = ctypes.c_void_p


def call(name, *arguments):
    error = Error()
    if getattr(eh, name)(*arguments, ctypes.byref(error)):
        raise SystemExit(f"{name}: {error.message.decode()}")


def text(string):
    data = string.encode()
    return Str(data, len(data))


def audit(batches):
    """The JSON report of the batches, less what tells where the rows came from."""
    request, ingest, cube, done = (ctypes.c_void_p() for _ in range(4))
    spec, reading = ctypes.c_void_p(), ctypes.c_void_p()
    call("eh_request_new", ctypes.byref(request), None)
    for key, value in OPTIONS.items():
        call("eh_request_set", request, text(key), text(value), ctypes.c_bool(True))
    call("eh_request_spec", request, ctypes.byref(spec), ctypes.byref(reading))
    call("eh_ingest_new", ctypes.byref(ingest), spec, reading, None)
    first = 1
    for batch in batches:
        array, schema = ctypes.create_string_buffer(80), ctypes.create_string_buffer(72)
        batch._export_to_c(ctypes.addressof(array), ctypes.addressof(schema))
        call("eh_ingest_arrow", ingest, schema, array, ctypes.c_uint64(first))
        pyarrow.RecordBatch._import_from_c(ctypes.addressof(array), ctypes.addressof(schema))  # takes it back, and releases it
        first += batch.num_rows
    call("eh_ingest_end", ingest, ctypes.byref(cube))
    call("eh_audit_run", ctypes.byref(done), cube, spec, None)
    out = Buf()
    call("eh_report_json", ctypes.byref(out), ctypes.c_void_p(eh.eh_audit_see(done)))
    return comparable(ctypes.string_at(out.p, out.n))


def comparable(report):
    report = json.loads(report)
    rows = report.pop("input")
    return {**report, "rows": rows["rows"], "missing": rows["missing"]}


def columns():
    with open(DATA, newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] or None for row in rows] for name in rows[0]}


def main():
    command = [PROGRAM, "audit", DATA, "--json", "-"] + [word for key, value in OPTIONS.items() for word in (f"--{key}", value)]
    wanted = comparable(subprocess.run(command, check=True, capture_output=True).stdout)
    cells = columns()
    number = lambda name, kind: pyarrow.array([None if cell is None else float(cell) for cell in cells[name]]).cast(kind)
    dictionary = lambda name, index: pyarrow.array(cells[name]).dictionary_encode().cast(pyarrow.dictionary(index, pyarrow.string()))
    plain = {"label": number("label", pyarrow.int64()), "score": number("score", pyarrow.float64()), "age": number("age", pyarrow.int32()),
             "sex": pyarrow.array(cells["sex"]), "race": pyarrow.array(cells["race"], pyarrow.large_string()), "workclass": pyarrow.array(cells["workclass"]),
             "note": pyarrow.array([[1]] * len(cells["sex"]))}
    other = {"workclass": dictionary("workclass", pyarrow.int8()), "race": dictionary("race", pyarrow.int32()), "sex": dictionary("sex", pyarrow.int16()),
             "age": number("age", pyarrow.uint8()), "score": number("score", pyarrow.float64()), "label": number("label", pyarrow.bool_())}
    tables = {"plain": plain, "dictionaries": other}
    failed = 0
    for name, table in tables.items():
        batch = pyarrow.RecordBatch.from_pydict(table)
        forms = {"whole": [batch], "slices": [batch.slice(0, 999), batch.slice(999, 7), batch.slice(1006)]}
        for form, batches in forms.items():
            same = audit(batches) == wanted
            failed += not same
            print(f"{'ok' if same else 'NOT OK'} {name}, {form}")
    print(f"{2 * len(tables) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
