"""What 50 installed plugins cost that nobody uses: at start-up, and in a call. Figures of one run, in milliseconds.

    python bench/plugins_startup.py [--plugins 50] [--rounds 40] [--json FILE]

The plugins are distributions written to a folder: metadata with an entry point, and a module that ends the process if it
is imported. Runs with and without them alternate; CPU time of the child process is the figure, because other work on the
machine does not change it; wall time stands beside it. Needs jackfield[testing] and jackfield-groq.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from jackfield.testing import Simulator

START = "import jackfield; jackfield.Client('groq', model='sim-chat', api_key='x', base_url='http://127.0.0.1:9')"
CALLS = """
import statistics, sys, time
import jackfield
with jackfield.Client("groq", model="sim-chat", api_key="x", base_url=sys.argv[1]) as client:
    for _ in range(20):
        client.generate("Say yes")
    spent = []
    for _ in range(200):
        begun = time.process_time()
        client.generate("Say yes")
        spent.append(time.process_time() - begun)
print(statistics.median(spent) * 1000)
"""


def write_plugins(folder: Path, count: int) -> None:
    """Distributions as pip leaves them."""
    for number in range(count):
        info = folder / f"jackfield_dummy{number}-1.0.dist-info"
        info.mkdir()
        name = f"Name: jackfield-dummy{number}\nVersion: 1.0\n"
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\n{name}Requires-Dist: jackfield\n", encoding="utf-8")
        entry = f"[jackfield.providers]\ndummy{number} = jackfield_dummy{number}\n"
        (info / "entry_points.txt").write_text(entry, encoding="utf-8")
        module = folder / f"jackfield_dummy{number}"
        module.mkdir()
        (module / "__init__.py").write_text("raise SystemExit('a plugin that nobody asked for')\n", encoding="utf-8")


def run(env: dict[str, str], *arguments: str) -> tuple[float, float, str]:
    """CPU and wall milliseconds of a process, and what it said."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([sys.executable, "-c", *arguments], env=env, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu * 1000, (time.perf_counter() - begun) * 1000, done.stdout


def _alternating(kinds: dict[str, dict[str, str]], number: int) -> list[tuple[str, dict[str, str]]]:
    """Each kind goes first every other time."""
    return list(kinds.items()) if number % 2 else list(reversed(kinds.items()))


def measure(plugins: int, rounds: int) -> dict[str, dict[str, float]]:
    """Medians without and with the plugins, and their difference."""
    with tempfile.TemporaryDirectory() as scratch, Simulator("groq", compress=False) as simulator:
        empty, full = Path(scratch, "empty"), Path(scratch, "full")
        for folder, count in ((empty, 0), (full, plugins)):
            folder.mkdir()
            write_plugins(folder, count)
        # Both have one more folder on sys.path, so that the plugins are the only difference.
        kinds = {name: {**os.environ, "PYTHONPATH": str(folder)} for name, folder in (("without", empty), ("with", full))}
        samples: dict[str, dict[str, list[float]]] = {}
        for number in range(rounds):
            for kind, env in _alternating(kinds, number):
                cpu, wall, _said = run(env, START)
                samples.setdefault("start-up CPU ms", {}).setdefault(kind, []).append(cpu)
                samples.setdefault("start-up wall ms", {}).setdefault(kind, []).append(wall)
        for number in range(max(4, rounds // 4)):
            for kind, env in _alternating(kinds, number):
                _cpu, _wall, said = run(env, CALLS, simulator.base_url)
                samples.setdefault("a call CPU ms", {}).setdefault(kind, []).append(float(said))
    figures = {what: {kind: statistics.median(found) for kind, found in by.items()} for what, by in samples.items()}
    return {what: {**by, "difference": by["with"] - by["without"]} for what, by in figures.items()}


def main() -> None:
    """Measure, print, and keep if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    figures = measure(given.plugins, given.rounds)
    print(f"{given.plugins} plugins, {given.rounds} rounds, Python {platform.python_version()}, medians")
    for what, by in figures.items():
        print(f"{what:18}" + "".join(f"  {kind} {value:8.3f}" for kind, value in by.items()))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
