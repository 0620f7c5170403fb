"""P1 to P3: whole journeys of an order against what people would use or write instead."""

import pathlib
import shutil
import subprocess

import paths
from bench_rows import PAIRS, SECONDS, Row, tool
from bench_suite import Suite, stack_port


class NodeRival:
    """A rival on Node.js, installed from npm on first use (Vendure takes minutes), with its database in `folder`."""

    def __init__(self, name: str, flag: str, path: str, folder: pathlib.Path):
        source = paths.ROOT / "integration-tests/bench" / name
        home = paths.npm_install(name.replace("_", "-"), (source / "package.json").read_text(), build_native=True)
        shutil.copy(source / "server.js", home)
        port = stack_port() + 1
        self.address = f"--{flag}=http://127.0.0.1:{port}{path}"
        self.process = subprocess.Popen([*paths.node(), str(home / "server.js"), str(port), str(folder / f"{name}.db")],
                                        stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise RuntimeError(f"{name} did not start")

    def journey(self, threads: int, seconds: int = SECONDS) -> dict:
        return tool("mw_journey", self.address, f"--threads={threads}", f"--seconds={seconds}")

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)


VENDURE_SECONDS = 15  # it does a handful of journeys a second
CLIENTS = (1, 8, 32)


def p1_p2() -> list:
    """Journeys against what a user would pick instead, on the same kind of database."""
    eight = Row("P1", "journeys/s at 8 clients", "Vendure 3.7 (SQLite, WAL, FULL)", 100, True, "each status, 3 lines, history")
    best = Row("P2", "journeys/s, the best of 1, 8, 32 clients", "Vendure, its best of them", 150, True, "the same")
    alone = Row("P2", "p50 of a journey at 1 client", "Vendure", 1 / 20, False, "the same")
    suite, rival = Suite(), None
    try:
        suite.leave_orders_alone()
        rival = NodeRival("vendure", "vendure", "/shop-api", suite.data)
        suite.journey(8), rival.journey(2, VENDURE_SECONDS)  # warm
        for _ in range(PAIRS):
            ours = {clients: suite.journey(clients) for clients in CLIENTS}
            theirs = {clients: rival.journey(clients, VENDURE_SECONDS) for clients in CLIENTS}
            note = "; ".join(f"{clients}: {ours[clients]['per_second']:.0f}/s p50 {ours[clients]['p50_ms']:.1f} ms against "
                             f"{theirs[clients]['per_second']:.1f}/s p50 {theirs[clients]['p50_ms']:.0f} ms" for clients in CLIENTS)
            eight.add(ours[8]["per_second"] / theirs[8]["per_second"], note)
            best.add(max(o["per_second"] for o in ours.values()) / max(t["per_second"] for t in theirs.values()), "")
            alone.add(ours[1]["p50_ms"] / theirs[1]["p50_ms"], "")
    finally:
        if rival is not None:
            rival.close()
        suite.close()
    return [eight, best, alone]


def p3() -> list:
    """Journeys against what a competent developer writes in a day; the rival checks less (see its file)."""
    row = Row("P3", "journeys/s at 64 clients", "thin Node service (Fastify, better-sqlite3)", 2.5, True,
              "each status, 3 lines, history")
    suite, rival = Suite(), None
    try:
        suite.leave_orders_alone()
        rival = NodeRival("thin_node", "thin_node", "", suite.data)
        suite.journey(8), rival.journey(8)  # warm
        for _ in range(PAIRS):
            ours, theirs = suite.journey(64), rival.journey(64)
            row.add(ours["per_second"] / theirs["per_second"],
                    f"{ours['per_second']:.0f}/s p50 {ours['p50_ms']:.1f} ms against "
                    f"{theirs['per_second']:.0f}/s p50 {theirs['p50_ms']:.1f} ms")
    finally:
        if rival is not None:
            rival.close()
        suite.close()
    return [row]
