"""Prints what a benchmark run found: ``python -m tests.benchmarks.report build/bench.json``."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def figures(run: dict) -> list[tuple[str, str, str]]:
    """Return (benchmark, figure, value) for everything measured in a run."""
    rows = []
    for item in run["benchmarks"]:
        name = item["name"].removeprefix("test_").replace("_", " ")
        median_ms = item["stats"]["median"] * 1000
        rows.append((name, "median", f"{median_ms:.1f} ms"))
        rows += [(name, key, str(value)) for key, value in item["extra_info"].items()]
    return rows


def main(path: Path) -> None:
    """Write the table to standard output as Markdown."""
    run = json.loads(path.read_text(encoding="utf-8"))
    processor = run["machine_info"]["cpu"].get("brand_raw", "unknown processor")
    lines = [f"{processor}, {run['datetime'][:10]}", ""]
    lines += ["| benchmark | figure | value |", "|---|---|---|"]
    lines += [f"| {name} | {key} | {value} |" for name, key, value in figures(run)]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
