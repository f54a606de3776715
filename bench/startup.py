"""What it costs to start: importing farmsubmit beside bare Python, and ``farmsubmit --help``."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from _report import report

ROUNDS = 15


def once(argv: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(argv, stdout=subprocess.DEVNULL, check=True)
    return 1000 * (time.perf_counter() - start)


def main() -> None:
    python = sys.executable
    commands = {
        "bare": [python, "-c", "pass"],
        "import": [python, "-c", "import farmsubmit"],
        "author": [python, "-c", "import farmsubmit.author"],
        "help": [python, "-m", "farmsubmit", "--help"],
    }
    # In turn, so that a slow moment of the machine meets all of them.
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, argv in commands.items():
            times[name].append(once(argv))
    median = {name: statistics.median(values) for name, values in times.items()}
    report("bare Python", median["bare"], "ms")
    report("import farmsubmit, over bare Python", median["import"] - median["bare"], "ms", 40)
    report("import farmsubmit.author, over bare Python", median["author"] - median["bare"], "ms")
    report("farmsubmit --help", median["help"], "ms", 150)


if __name__ == "__main__":
    main()
