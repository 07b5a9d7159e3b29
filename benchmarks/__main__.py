"""Run every benchmark; exit 1 when one misses its bar."""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = (
    "start", "records", "parse", "parse --count", "extract", "job", "memory", "state", "known", "load", "pack",
    "check", "growth", "browse", "engines",
)  # fmt: skip


def main() -> int:
    missed = []
    for name in BENCHMARKS:
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", *f"benchmarks.{name}".split()], check=False).returncode:
            missed.append(name)
    print(f"\nmissed: {', '.join(missed)}" if missed else "\nall bars held")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
