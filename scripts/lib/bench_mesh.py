"""P6 and its variants: measuring meshes, against programs of Debian.

The times are CPU time of the process (user and system), which other work on the machine disturbs least; all programs
here use one thread.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from bench_rows import BUILD, PAIRS, Row

BIN = BUILD / "bin"
AROUND, ACROSS = 1000, 500  # a torus of 1,000,000 triangles


def timed(*command: str) -> tuple:
    """(CPU seconds, peak memory in bytes, output) of a program that must succeed."""
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read()
    if child.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {text.strip()[-500:]}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, text


def installed(program: str) -> bool:
    """Installs a rival that is missing, where that is allowed."""
    if shutil.which(program) is None:
        command = ["apt-get", "install", "-y", "--no-install-recommends", PACKAGES[program]]
        try:
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=900)
        except (OSError, subprocess.TimeoutExpired):
            pass  # said by the caller
    return shutil.which(program) is not None


def volume_of(text: str) -> float:
    return float(re.search(r"signed volume (\S+)", text).group(1))


def compare(row: Row, ours: list, rival: list, size: int, volume: float, packed: int = 1) -> None:
    for _ in range(PAIRS):
        mine, memory, text = timed(*ours)
        if f"triangles {2 * AROUND * ACROSS}," not in text or abs(volume_of(text) / volume - 1) > 1e-9:
            raise RuntimeError(f"mw_measure is wrong: {text}")
        if memory > size * packed + (64 << 20):
            raise RuntimeError(f"mw_measure took {memory >> 20} MiB for a file of {size >> 20} MiB")
        other, _, _ = timed(*rival)
        row.add(other / mine, f"{row.what}: {mine * 1e3:.0f} ms, {memory >> 20} MiB; {rival[0]} {other * 1e3:.0f} ms")


def p6() -> list:
    rows = []
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as folder:
        def part(name: str) -> pathlib.Path:
            path = pathlib.Path(folder) / name
            command = [BIN / "mw_make_part", f"torus:{AROUND}:{ACROSS}", path]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            return path

        measure = str(BIN / "mw_measure")
        stl = part("torus.stl")
        volume = volume_of(timed(measure, str(stl))[2])
        plans = [
            ("binary STL, as an upload arrives", ["--early"], stl, ["admesh", str(stl)], 6, 1),
            ("binary STL, exact edges and shells", [], stl, ["admesh", str(stl)], 6, 1),
            ("binary STL, as an upload arrives", ["--early"], stl, ["prusa-slicer", "--info", str(stl)], 25, 1),
            ("binary STL, exact edges and shells", [], stl, ["prusa-slicer", "--info", str(stl)], 25, 1),
        ]
        for name in ("torus.ascii.stl", "torus.obj", "torus.3mf"):
            path = part(name)
            plans.append((name.split(".", 1)[1] + ", exact", [], path, ["assimp", "info", str(path)], 3, 16))
        for what, flags, path, rival, bar, packed in plans:
            if not installed(rival[0]):
                print(f"       P6 {what}: {rival[0]} is missing and can't be installed; apt-get install {PACKAGES[rival[0]]}")
                continue
            row = Row("P6", what, rival[0], bar, True, "triangles, volume to 1e-9, memory <= input + 64 MiB")
            compare(row, [measure, *flags, str(path)], rival, path.stat().st_size, volume, packed)
            rows.append(row)
    return rows


PACKAGES = {"admesh": "admesh", "prusa-slicer": "prusa-slicer", "assimp": "assimp-utils"}
