"""P9, FIRSTBYTE and UPRSS: bytes to and from the files service, straight to it over mTLS."""

import pathlib

from bench_rows import PAIRS, Row, tool
from bench_suite import Suite

UPLOAD_BYTES = 256_000_000
LARGE_BYTES = 2_000_000_000
RSS_LIMIT_MB = 16


class Transfers(Suite):
    def __init__(self):
        super().__init__()
        self.project = self.lab.call("files", "CreateProject", parent=self.lab.company,
                                     project={"display_name": "Bench", "case_code": "B-1"}).name

    def transfer(self, what: str, *flags: str) -> dict:
        return tool("mw_transfer", what, f"--target=127.0.0.1:{self.stack.port('files')}", f"--ca={self.stack.ca_file}",
                    f"--token={self.lab.token}", f"--project={self.project}", "--host=files.millwright.internal",
                    *self.gateway_identity(), *flags)


def p9() -> list:
    """An upload whose chunks and whole are verified and that is synced when it is answered."""
    rows = [Row("P9", f"verified durable upload, MB/s{what}", "the slower of SHA-256 and disk", 0.4, True,
                "CRC-32C of each chunk, SHA-256 of the whole") for what in ("", ", STL measured on the way")]
    suite = Transfers()
    try:
        for _ in range(PAIRS):
            for row, kind in zip(rows, ([], ["--stl"])):
                ours = suite.transfer("upload", f"--bytes={UPLOAD_BYTES}", *kind)
                if not ours["file"]:
                    raise RuntimeError("P9: the upload answered no file")
                floor = tool("mw_transfer", "floor", f"--bytes={UPLOAD_BYTES}", f"--dir={suite.data}")
                sha, disk = floor["sha256_mb_per_second"], floor["disk_mb_per_second"]
                row.add(ours["mb_per_second"] / min(sha, disk),
                        f"{ours['mb_per_second']:.0f} MB/s against SHA-256 {sha:.0f}, disk {disk:.0f} MB/s")
    finally:
        suite.close()
    return rows


def first_byte() -> list:
    row = Row("FIRSTBYTE", "p50 of the first byte of a download", "an empty call (health check)", 2, False, "256 KiB came whole")
    same = Row("FIRSTBYTE", "p50 of the first byte of a download", "GetFile, which is checked alike", 2, False, "256 KiB came whole")
    suite = Transfers()
    try:
        file = suite.transfer("upload", "--bytes=262144")["file"]
        suite.transfer("first_byte", f"--file={file}", "--seconds=1")  # warm
        for _ in range(PAIRS):
            got = suite.transfer("first_byte", f"--file={file}", "--seconds=3")
            first, empty, get = (got[f"{name}_p50_ms"] for name in ("first_byte", "empty", "get_file"))
            row.add(first / empty, f"{first:.3f} ms against {empty:.3f} ms")
            same.add(first / get, f"{first:.3f} ms against {get:.3f} ms")
    finally:
        suite.close()
    return [row, same]


def upload_rss() -> list:
    """Peak of the resident memory during a transfer above what was resident before it."""
    rows = [Row("UPRSS", f"RSS growth in MB during 2 GB{what}", "1 MB", RSS_LIMIT_MB, False, "peak of the process (VmHWM)")
            for what in ("", " of STL, without its exact check")]
    suite = Transfers()
    try:
        suite.transfer("upload", "--bytes=64000000")  # warm: threads, connections, buffers
        suite.transfer("upload", "--bytes=30000000", "--stl")
        for _ in range(max(1, PAIRS // 2)):
            for row, kind in zip(rows, ([], ["--stl", "--unfinished"])):
                pathlib.Path(f"/proc/{suite.pid('files')}/clear_refs").write_text("5")  # the peak begins anew
                before = suite.resident_mb("files")
                got = suite.transfer("upload", f"--bytes={LARGE_BYTES}", *kind)
                after = suite.resident_mb("files", "VmHWM")
                row.add(after - before, f"{before:.0f} MB before, {after:.0f} MB at most; {got['mb_per_second']:.0f} MB/s")
    finally:
        suite.close()
    return rows
