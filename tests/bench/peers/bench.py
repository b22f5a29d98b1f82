"""Times Evenhand and its peers on the same files, in turns, and prints a Markdown table: best of the tries, whole processes and
the work alone, peak memory, and the ratio of each peer's time to Evenhand's. Before a time counts, what was counted is compared.
"""
import argparse
import json
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, '..', '..', '..'))
BUILD = os.path.join(ROOT, 'build')
COLUMNS = 'sex,age,region,site'
AUDIT = ['audit', '{csv}', '--label', 'label', '--score', 'score', '--slice', COLUMNS, '--threshold', '.1:.9:.1', '--json', '{out}']
CROSSES = ['audit', '{csv}', '--label', 'label', '--score', 'score', '--cross',
           'sex*age,sex*region,sex*site,age*region,age*site,region*site', '--threshold', '.1:.9:.1', '--metric', 'fpr,tpr',
           '--interval', 'none', '--json', '{out}']
NATIVE = [os.path.join(BUILD, 'release', 'evenhand')]
NODE = ['node', os.path.join(ROOT, 'js', 'bin', 'evenhand.js')]

# name: (rows, what Evenhand runs, peers of build/peers, environment of all)
JOBS = {
    'counts': (None, AUDIT, ['polars_csv', 'duckdb_csv'], {}),
    'crosses': (1_000_000, CROSSES, ['polars_crosses', 'duckdb_crosses'], {}),
    'auc': (1_000_000, None, ['polars_auc'], {'POLARS_MAX_THREADS': '1'}),
    'memory': (1_000_000, None, ['polars_memory'], {'POLARS_MAX_THREADS': '1'}),
    'tools': (100_000, AUDIT, ['pandas_sklearn', 'aequitas_groups', 'fairlearn_frames'], {}),
}


def run(command, env):
    """Seconds, peak memory in MB, and what it printed."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **env}, text=True)
    out, err = child.stdout.read(), child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    took = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f'{" ".join(command)}\nended with {child.returncode}:\n{err}')
    return took, usage.ru_maxrss / 1024, out


def rows_file(folder, rows):
    path = os.path.join(folder, f'rows-{rows}.csv')
    if not os.path.exists(path):
        with open(path, 'wb') as to:
            subprocess.run([os.path.join(BUILD, 'release', 'tests', 'bench_rows'), str(rows)], stdout=to, check=True)
    return path


def false_positives(path):
    """Of every slice and threshold of a report, as jobs.py counts them: those above 0."""
    with open(path) as file:
        report = json.load(file)
    found = {}
    for row in report['results']:
        if row['metric'] == 'fpr' and row['slice'] != 'overall' and row.get('numerator'):
            found[f"{row['slice']}@{row['threshold']:g}"] = row['numerator']
    return found


class Entry:
    """One contender in a job: the best of its tries."""

    def __init__(self, name, command, env):
        self.name, self.command, self.env = name, command, env
        self.whole = self.work = float('inf')
        self.memory, self.counted = 0.0, None

    def once(self, out):
        took, memory, printed = run(self.command, self.env)
        self.whole, self.memory = min(self.whole, took), max(self.memory, memory)
        if printed.startswith('{"seconds"'):
            answer = json.loads(printed)
            self.work, self.counted = min(self.work, answer['seconds']), answer['counted']
        elif out:
            self.counted = false_positives(out)


def contenders(job, rows, folder, peers_python):
    _, ours, peers, env = JOBS[job]
    csv, out = rows_file(folder, rows), os.path.join(folder, 'report.json')
    found = []
    for name, program in (('evenhand', NATIVE), ('evenhand in Node', NODE)):
        if ours:
            found.append(Entry(name, program + [part.format(csv=csv, out=out) for part in ours], env))
    found += [Entry(peer, [peers_python, os.path.join(HERE, 'jobs.py'), peer, csv], env) for peer in peers]
    return found, out


def check(entries, job):
    counted = [e for e in entries if e.counted and job in ('counts', 'crosses', 'tools')]
    for entry in counted[1:]:
        if entry.counted != counted[0].counted:
            sys.exit(f'{job}: {entry.name} and {counted[0].name} count different rows')


def show(job, rows, entries, tries):
    print(f'\n### {job}: {rows:,} rows, best of {tries}\n')
    print('| | whole process | the work alone | peak memory | times Evenhand |\n|---|---|---|---|---|')
    base = entries[0].whole if entries[0].name == 'evenhand' else None
    for e in entries:
        work = '' if e.work == float('inf') else f'{e.work:.4f} s'
        ratio = '' if base is None else f'{e.whole / base:.2f}' + ('' if e.work == float('inf') else f' ({e.work / base:.2f} by its work alone)')
        print(f'| {e.name} | {e.whole:.3f} s | {work} | {e.memory:.0f} MB | {ratio} |')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--rows', type=int, default=1_000_000, help='of the job "counts"')
    parser.add_argument('--tries', type=int, default=5)
    parser.add_argument('--only', default=','.join(JOBS))
    parser.add_argument('--tfma', action='store_true')
    asked = parser.parse_args()
    folder = os.path.join(BUILD, 'bench')
    os.makedirs(folder, exist_ok=True)
    peers_python = os.path.join(BUILD, 'peers', 'bin', 'python')
    for job in asked.only.split(','):
        rows = JOBS[job][0] or asked.rows
        entries, out = contenders(job, rows, folder, peers_python)
        if asked.tfma and job == 'tools':
            tfma = os.path.join(BUILD, 'peers-tfma', 'bin', 'python')
            entries.append(Entry('tfma', [tfma, os.path.join(HERE, 'tfma_job.py'), rows_file(folder, rows)], {}))
        tries = 1 if job == 'tools' else asked.tries
        for _ in range(tries):
            for entry in entries:
                entry.once(out if entry.name.startswith('evenhand') else None)
        check(entries, job)
        show(job, rows, entries, tries)
        if job in ('auc', 'memory'):
            print('\nEvenhand, the same job (`build/release/tests/bench`):\n')
            print(subprocess.run([os.path.join(BUILD, 'release', 'tests', 'bench'), str(rows)], capture_output=True, text=True).stdout)


if __name__ == '__main__':
    main()
