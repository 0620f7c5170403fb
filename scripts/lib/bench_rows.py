"""A bar as scripts/bench prints it, and the tools that measure one side of it."""

import json
import os
import statistics
import subprocess

import paths

PAIRS = int(os.environ.get("MW_PAIRS", 5))
SECONDS = 3
BUILD = paths.ROOT / "build/release"


def tool(name: str, *args: str) -> dict:
    result = subprocess.run([str(BUILD / "bin" / name), *args], capture_output=True, text=True)
    if result.returncode != 0:
        raise RuntimeError(f"{name} failed: {result.stderr.strip()} {result.stdout.strip()}")
    return json.loads(result.stdout)


class Row:
    """One bar: its ratios and whether the median passes."""

    def __init__(self, bar: str, what: str, rival: str, limit: float, at_least: bool, checked: str):
        self.bar, self.what, self.rival, self.limit, self.at_least, self.checked = bar, what, rival, limit, at_least, checked
        self.ratios, self.notes = [], []

    def add(self, ratio: float, note: str) -> None:
        self.ratios.append(ratio)
        self.notes.append(note)

    @property
    def median(self) -> float:
        return statistics.median(self.ratios)

    @property
    def passes(self) -> bool:
        return self.median >= self.limit if self.at_least else self.median <= self.limit

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        distance = self.median / self.limit if self.at_least else self.limit / max(self.median, 1e-9)
        verdict = "PASS" if self.passes else f"SHORT ({distance:.2f} of the bar)"
        return (f"{self.bar:<4} {self.what:<46} vs {self.rival:<36} ratio {self.median:6.2f} "
                f"[{min(self.ratios):.2f} .. {max(self.ratios):.2f}] of {len(self.ratios)} pairs, bar {sign} {self.limit:g}; "
                f"checked: {self.checked}  {verdict}")
