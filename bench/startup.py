"""What it costs to import jackfield, beside a bare `import httpx`: one run, in milliseconds of CPU time.

    python bench/startup.py [--rounds 40] [--json FILE]

The imports alternate, each in a fresh interpreter; what the interpreter itself needs is measured too and taken off. The
aim is less than a third of httpx; wall time stands beside the figure, because people wait for that one.
"""

import argparse
import json
import platform
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

WAYS = {
    "nothing": "pass",
    "import jackfield": "import jackfield",
    "jackfield.providers()": "import jackfield; jackfield.providers()",
    "jackfield.Client": "import jackfield; jackfield.Client",
    "import httpx": "import httpx",
}


def cpu_and_wall_ms(code: str) -> tuple[float, float]:
    """One fresh interpreter that runs this."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-I", "-c", code], check=True)
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000, wall * 1000


def measure(rounds: int) -> dict[str, tuple[float, float]]:
    """The median of each way, the bare interpreter taken off; the first round only warms the caches."""
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS}
    for _ in range(rounds + 1):
        for name, code in WAYS.items():
            samples[name].append(cpu_and_wall_ms(code))
    medians = {
        name: (statistics.median(cpu for cpu, _ in found[1:]), statistics.median(wall for _, wall in found[1:]))
        for name, found in samples.items()
    }
    cpu, wall = medians.pop("nothing")
    return {name: (found[0] - cpu, found[1] - wall) for name, found in medians.items()}


def main() -> None:
    """Print the table, and write it where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40, help="fresh interpreters a way")
    parser.add_argument("--json", type=Path, help="write the figures there")
    asked = parser.parse_args()
    found = measure(asked.rounds)
    base = found["import httpx"][0]
    print(f"Python {platform.python_version()}, {asked.rounds} rounds, medians above a bare interpreter")
    for name, (cpu, wall) in found.items():
        print(f"{name:24}{cpu:8.1f} ms CPU {wall:8.1f} ms wall {cpu / base:7.2f} of import httpx")
    if asked.json is not None:
        asked.json.write_text(json.dumps({"python": platform.python_version(), "ms": found}, indent=1) + "\n")


if __name__ == "__main__":
    main()
