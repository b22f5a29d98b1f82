"""Writes the Parquet files beside this one and the CSV of the same rows, from data made up here. To make them anew, in a
throwaway environment: pip install pyarrow==26.0.1 polars==2.1.0 && python make.py
"""
import datetime
import decimal
import os
import random

import polars
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 150
HERE = os.path.dirname(os.path.abspath(__file__))
chance = random.Random(20)
D = decimal.Decimal


def maybe(value, share=0.06):
    return None if chance.random() < share else value


def moment(micros):
    return datetime.datetime(2024, 2, 28, 23, 59, 59) + datetime.timedelta(microseconds=micros)


def score():
    x = chance.choice([chance.random(), round(chance.random(), 3)])
    return float('nan') if chance.random() < 0.03 else x


rows = [{
    'label': maybe(chance.randrange(2), 0.02),
    'score': maybe(score(), 0.02),
    'points': D(chance.randrange(1000)) / 1000,
    'sex': maybe(chance.choice(['Female', 'Male', 'Åse, "quoted"'])),
    'amount': maybe(chance.choice([D('1234567890123456.78'), D('1234567890123456.79'), D('1.10'), D('-0.05'), D('0.00')])),
    'rate': maybe(chance.choice([D('-12.3456'), D('0.0001'), D('99999.0000')])),
    'tags': maybe([chance.choice(['a', 'b', 'c d']) for _ in range(chance.randrange(4))]),
    'day': maybe(datetime.date(1969, 12, 30) + datetime.timedelta(days=chance.randrange(4))),
    'at': maybe(moment(chance.choice([0, 1000000, 1000001, 1001000, 1000002]))),
    'seen': maybe(moment(chance.choice([1000001, 1000002, 1500000]))),
    'clock': maybe(datetime.time(7, 5, 0, chance.choice([0, 1, 250000]))),
    'member': maybe(chance.random() < 0.4),
    'age': maybe(chance.randrange(18, 70)),
    'id': maybe(2 ** 53 + chance.randrange(3)),
} for _ in range(ROWS)]

decimals = {'points': pa.decimal128(9, 3), 'amount': pa.decimal128(20, 2), 'rate': pa.decimal128(12, 4)}
table = pa.table({
    'label': pa.array([row['label'] for row in rows], pa.int8()),
    'score': pa.array([row['score'] for row in rows], pa.float64()),
    **{name: pa.array([row[name] for row in rows], kind) for name, kind in decimals.items()},
    'sex': pa.array([row['sex'] for row in rows]).dictionary_encode(),
    'tags': pa.array([row['tags'] for row in rows], pa.list_(pa.string())),
    'day': pa.array([row['day'] for row in rows], pa.date32()),
    'at': pa.array([row['at'] for row in rows], pa.timestamp('us')),
    'seen': pa.array([row['seen'] for row in rows], pa.timestamp('ns', tz='UTC')),
    'clock': pa.array([row['clock'] for row in rows], pa.time64('us')),
    'member': pa.array([row['member'] for row in rows], pa.bool_()),
    'age': pa.array([row['age'] for row in rows], pa.int32()),
    'id': pa.array([row['id'] for row in rows], pa.int64()),
})


def path(name):
    return os.path.join(HERE, name)


def seconds(fraction):
    digits = f'{fraction:06d}'
    return '' if fraction == 0 else '.' + (digits[:3] if digits.endswith('000') else digits)


def text(name, cell):
    if cell is None:
        return ''
    if name in decimals:
        return f'{cell:.{decimals[name].scale}f}'
    if name in ('at', 'seen'):
        day = cell.strftime('%Y-%m-%d')
        clock = cell.strftime('T%H:%M:%S') + seconds(cell.microsecond)
        return day if clock == 'T00:00:00' else day + clock + ('Z' if name == 'seen' else '')
    if name == 'clock':
        return cell.strftime('%H:%M:%S') + seconds(cell.microsecond)
    if isinstance(cell, bool):
        return 'true' if cell else 'false'
    if isinstance(cell, list):
        return '|'.join(cell)
    spelt = 'NaN' if cell != cell else repr(cell) if isinstance(cell, float) else str(cell)
    return '"' + spelt.replace('"', '""') + '"' if ',' in spelt else spelt


with open(path('rows.csv'), 'w', encoding='utf-8', newline='\n') as out:
    out.write(','.join(rows[0]) + '\n')
    for row in rows:
        out.write(','.join(text(name, cell) for name, cell in row.items()) + '\n')

pyarrow_ways = {
    'plain_v1': {'compression': 'none', 'use_dictionary': False, 'data_page_version': '1.0'},
    'snappy_v1': {'compression': 'snappy', 'row_group_size': 40},
    'zstd_v2': {'compression': 'zstd', 'data_page_version': '2.0', 'data_page_size': 400, 'write_batch_size': 20},
    'gzip_v1': {'compression': 'gzip', 'store_decimal_as_integer': True},
    'brotli_v2': {'compression': 'brotli', 'data_page_version': '2.0', 'row_group_size': 64},
    'lz4_v1': {'compression': 'lz4'},
    'int96_v1': {'compression': 'snappy', 'use_deprecated_int96_timestamps': True},
    'delta_v2': {'compression': 'zstd', 'data_page_version': '2.0', 'use_dictionary': False, 'store_decimal_as_integer': True,
                 'column_encoding': {'age': 'DELTA_BINARY_PACKED', 'id': 'DELTA_BINARY_PACKED', 'score': 'BYTE_STREAM_SPLIT',
                                     'at': 'DELTA_BINARY_PACKED', 'points': 'DELTA_BINARY_PACKED'}},
}
for name, way in pyarrow_ways.items():
    pq.write_table(table, path(f'pyarrow_{name}.parquet'), **way)

frame = polars.from_arrow(table)
polars_ways = {'zstd': {}, 'uncompressed': {}, 'snappy': {'row_group_size': 50}, 'gzip': {}, 'brotli': {}, 'lz4': {'data_page_size': 300}}
for name, way in polars_ways.items():
    frame.write_parquet(path(f'polars_{name}.parquet'), compression=name, **way)

# Rows that no text can be made of.
bad = pa.table({
    'label': pa.array([0, 1, 0, 1, 0, 1]),
    'score': pa.array([0.1, 0.2, 0.6, 0.7, 0.8, 0.9]),
    'group': pa.array(['a', 'b\0', 'a', 'b', 'b', None]),
    'bytes': pa.array([b'x', b'x', b'\xff\xfe', b'y', b'y', b'z'], pa.binary()),
    'tags': pa.array([['p'], ['p'], ['p'], ['q', 'p\0'], [], ['q']]),
    'record': pa.array([{'a': 1}] * 6),
})
pq.write_table(bad, path('pyarrow_bad.parquet'))
