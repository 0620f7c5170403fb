"""scripts/bench: the bars of the project, each against something that runs beside it on this machine.

Every ratio is the median of PAIRS alternating pairs (A B A B ...), with the least and the greatest. Absolute times mean
nothing on a shared machine and are printed only so that a reader can judge the noise.
"""

import pathlib
import signal
import subprocess
import sys
import tempfile

import bench_files
import bench_journeys
import bench_mesh
import paths
from bench_rows import BUILD, PAIRS, SECONDS, Row, tool
from bench_suite import Suite


# -- the bars --------------------------------------------------------------------------------------------------------

def p4() -> list:
    """Group commit against one transaction per request, at 64 clients."""
    more = Row("P4", "acknowledged creates/s at 64 clients", "one transaction per request", 3, True, "status OK, non-empty answer")
    tail = Row("P4", "p99 of a create at 64 clients", "one transaction per request", 1 / 3, False, "status OK, non-empty answer")
    suite = Suite()
    try:
        suite.leave_orders_alone()
        for _ in range(PAIRS):
            suite.restart_orders({})
            ours = suite.create(64)
            suite.restart_orders({"server.single_commits": "true"})
            rival = suite.create(64)
            note = (f"{ours['per_second']:.0f}/s p99 {ours['p99_ms']:.1f} ms against "
                    f"{rival['per_second']:.0f}/s p99 {rival['p99_ms']:.1f} ms")
            more.add(ours["per_second"] / rival["per_second"], note)
            tail.add(ours["p99_ms"] / rival["p99_ms"], note)
    finally:
        suite.close()
    return [more, tail]


def p5() -> list:
    """One durable create against one durable append of the disk."""
    row = Row("P5", "durable create p50 at 1 client", "append + fdatasync p50 of the disk", 5, False, "status OK, non-empty answer")
    suite = Suite()
    try:
        suite.leave_orders_alone()
        suite.create(1)
        for _ in range(PAIRS):
            ours = suite.create(1)
            disk = tool("mw_disk", str(suite.data), "1000")
            row.add(ours["p50_ms"] / disk["p50_ms"], f"{ours['p50_ms']:.3f} ms against {disk['p50_ms']:.3f} ms")
    finally:
        suite.close()
    return [row]


IDLE_WATCHES = 1000


def p13() -> list:
    """How late a watcher hears of an order, counted from the call that makes it; what idle watches cost others."""
    late = Row("P13", "p99 from the call to the watcher", "p99 of the durable create", 3, False, "the watcher hears of every order")
    cost = Row("P13", "creates/s at 64 clients, 1,000 idle watches", "the same without watches", 0.75, True, "each watch got its token")
    suite = Suite()
    try:
        suite.leave_orders_alone()
        suite.create(8)  # warm
        for _ in range(PAIRS):
            seen = tool(*suite.watcher(suite.customer.company, suite.customer.token, f"--quote={suite.quote}", f"--seconds={SECONDS}"))
            late.add(seen["watch_p99_ms"] / seen["create_p99_ms"],
                     f"{seen['orders']} orders: watcher p50 {seen['watch_p50_ms']:.2f} p99 {seen['watch_p99_ms']:.2f} ms, "
                     f"create p50 {seen['create_p50_ms']:.2f} p99 {seen['create_p99_ms']:.2f} ms")
            bare = suite.create(64)
            name, *arguments = suite.watcher(suite.lab.company, suite.lab.token, f"--idle={IDLE_WATCHES}")
            with subprocess.Popen([str(BUILD / "bin" / name), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  text=True) as idle:
                if (said := idle.stdout.readline().strip()) != "ready":
                    raise RuntimeError(f"idle watches: {said}")
                watched = suite.create(64)
                idle.stdin.close()
            cost.add(watched["per_second"] / bare["per_second"], f"{watched['per_second']:.0f}/s against {bare['per_second']:.0f}/s")
    finally:
        suite.close()
    return [late, cost]


class Echo:
    """An echo server, bare or behind Handle()."""

    def __init__(self, mode: str, server_api: str):
        self.process = subprocess.Popen([str(BUILD / "bin/mw_echo"), f"--mode={mode}", f"--api={server_api}"],
                                        stdout=subprocess.PIPE, text=True)
        self.port = self.process.stdout.readline().split()[1]
        self.token = self.process.stdout.readline().split()[1]

    def load(self, request: pathlib.Path, threads: int, channels: int) -> dict:
        return tool("mw_load", f"--target=127.0.0.1:{self.port}", "--plaintext", f"--request={request}",
                    "--method=/millwright.notifications.v1.NotificationsService/ListDeliveries", f"--threads={threads}",
                    f"--channels={channels}", f"--seconds={SECONDS}", f"--token={self.token}")

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)


def server_api_in_use() -> str:
    return "callback"  # the default of ServerConfig.server_api


def p12_handle() -> Row:
    row = Row("P12", "throughput through Handle() at 8 x 16", "bare echo on the same server API", 0.65, True, "status OK, echoed text")
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        request = pathlib.Path(folder) / "request.textproto"
        request.write_text('parent: "orders/abcdefghij-0123456789"')
        echoes = {mode: Echo(mode, server_api_in_use()) for mode in ("bare", "handle")}
        try:
            for _ in range(PAIRS):
                ours, bare = (echoes[mode].load(request, 128, 8) for mode in ("handle", "bare"))
                row.add(ours["per_second"] / bare["per_second"],
                        f"{ours['per_second']:.0f}/s against {bare['per_second']:.0f}/s")
        finally:
            for echo in echoes.values():
                echo.close()
    return row


def p12_gateway() -> list:
    latency = Row("P12", "p50 of a read through the gateway at 1 x 1", "direct, mTLS", 3, False, "status OK, non-empty answer")
    flow = Row("P12", "reads/s through the gateway at 8 x 16", "direct, mTLS", 0.33, True, "status OK, non-empty answer")
    suite = Suite()
    request = f'name: "{suite.customer.company}"'
    try:
        for _ in range(PAIRS):
            via, direct = (suite.load("accounts", "GetCompany", request, 1, 1, gateway) for gateway in (True, False))
            latency.add(via["p50_ms"] / direct["p50_ms"], f"{via['p50_ms']:.3f} ms against {direct['p50_ms']:.3f} ms")
            via, direct = (suite.load("accounts", "GetCompany", request, 128, 8, gateway) for gateway in (True, False))
            flow.add(via["per_second"] / direct["per_second"],
                     f"{via['per_second']:.0f}/s against {direct['per_second']:.0f}/s")
    finally:
        suite.close()
    return [latency, flow]


def server_api() -> list:
    """Not a bar: the measurement behind docs/decisions/0002. CreateOrder under both server APIs."""
    rows = [Row("API", f"creates/s at {clients} clients, callback API", "the same on the sync API", 1, True, "status OK")
            for clients in (1, 8, 64)]
    suite = Suite()
    try:
        suite.leave_orders_alone()
        for _ in range(PAIRS):
            results = {}
            for name in ("callback", "sync"):
                suite.restart_orders({"server.server_api": name})
                results[name] = [suite.create(clients) for clients in (1, 8, 64)]
            for row, ours, rival in zip(rows, results["callback"], results["sync"]):
                row.add(ours["per_second"] / rival["per_second"],
                        f"{ours['per_second']:.0f}/s p50 {ours['p50_ms']:.2f} p99 {ours['p99_ms']:.2f} ms against "
                        f"{rival['per_second']:.0f}/s p50 {rival['p50_ms']:.2f} p99 {rival['p99_ms']:.2f} ms")
    finally:
        suite.close()
    return rows


LARGE_INFO_BYTES = 100_000_000
RSS_LIMIT_BYTES = 2 * 1024 * 1024


def p7() -> list:
    """Reading and judging a construction info of 100 MB against libxml2's streaming XSD validation of it."""
    row = Row("P7", "construction info, MB/s", "libxml2 streaming XSD", 2, True,
              "one tooth, all points counted; the rival finds the file valid")
    memory = Row("P7", "RSS growth on 100 MB", "2 MiB", 1, False, "resident bytes while the file is read")
    if not (BUILD / "bin/mw_xsd").exists():
        raise RuntimeError("mw_xsd is missing: apt-get install libxml2-dev, then build again")
    schema = paths.ROOT / "integration-tests/bench/construction_info.xsd"
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        large = pathlib.Path(folder) / "large.constructionInfo"
        subprocess.run([str(BUILD / "bin/mw_info_corpus"), "--large", str(LARGE_INFO_BYTES), str(large)], check=True)
        for _ in range(PAIRS):
            ours = tool("mw_check_info", str(large))
            rival = tool("mw_xsd", str(schema), str(large))
            if ours["teeth"] != 1 or ours["points"] < 1_000_000 or not rival["valid"]:
                raise RuntimeError(f"P7 did not read what it wrote: {ours} {rival}")
            row.add(ours["mb_per_second"] / rival["mb_per_second"],
                    f"{ours['mb_per_second']:.0f} MB/s against {rival['mb_per_second']:.0f} MB/s")
            memory.add(ours["rss_growth_bytes"] / RSS_LIMIT_BYTES, f"{ours['rss_growth_bytes'] / 1024:.0f} KiB more resident")
    return [row, memory]


SMALL, LARGE, HOT = (10_000, 10), (1_000_000, 1_000), 100_000  # orders and companies; orders of one company
LIST_RSS_MB = 200


def fill_orders(suite: Suite, name: str, orders: int, companies: int, hot: int = 0) -> pathlib.Path:
    """A data folder for the orders service with so many orders, some of them of the suite's own companies."""
    folder = suite.data / name
    folder.mkdir()
    subprocess.run([str(BUILD / "bin/mw_orders_fill"), "--db", str(folder / "orders.db"), "--orders", str(orders),
                    "--companies", str(companies), "--buyer", suite.customer.company, "--seller", suite.shop.company,
                    "--hot", str(hot)], check=True)
    return folder


def lists() -> list:
    """Lists and counts of a large order desk against a small one; the memory of the service that has them."""
    page = Row("LIST", "p50 of a page of 50 from 1,000,000 orders", "from 10,000 orders", 2, False, "status OK, non-empty answer")
    count = Row("LIST", "p50 of counts per status, 100,000 orders", "counts of 1,000 orders", 2, False, "status OK, non-empty answer")
    memory = Row("LIST", "RSS in MB with 1,000,000 orders on disk", "1 MB", LIST_RSS_MB, False, "after the lists above")
    suite = Suite()
    buyer = f'parent: "{suite.customer.company}" view: COMPANY page_size: 50'
    try:
        small = fill_orders(suite, "orders-small", *SMALL)
        large = fill_orders(suite, "orders-large", *LARGE, hot=HOT)
        suite.sign_in_again()
        for _ in range(PAIRS):
            results = {}
            for name, folder in (("large", large), ("small", small)):
                suite.stack.processes.pop("orders").stop()
                suite.stack.flags = {"orders": {"server.data_dir": str(folder)}}
                suite.stack.start_service("orders")
                suite.stack.wait_ready(suite.client)
                suite.load("orders", "ListOrders", buyer, 8, 8, seconds=1)  # warm
                results[name] = suite.load("orders", "ListOrders", buyer, 1, 1)
                counts = f'parent: "{suite.shop.company}" view: INCOMING'
                results[name + "-count"] = suite.load("orders", "CountOrders", counts, 1, 1, token=suite.shop.token)
                if name == "large":
                    memory.add(suite.resident_mb("orders"), f"{suite.resident_mb('orders'):.0f} MB")
            for row, key in ((page, ""), (count, "-count")):
                ours, rival = results["large" + key], results["small" + key]
                row.add(ours["p50_ms"] / rival["p50_ms"], f"{ours['p50_ms']:.3f} ms against {rival['p50_ms']:.3f} ms")
    finally:
        suite.close()
    return [page, count, memory]


BARS = {"P1": bench_journeys.p1_p2, "P2": bench_journeys.p1_p2, "P3": bench_journeys.p3, "P7": p7, "P4": p4, "P5": p5, "P13": p13, "P12": lambda: [p12_handle(), *p12_gateway()], "API": server_api, "LIST": lists,
        "P6": bench_mesh.p6, "P9": bench_files.p9, "FIRSTBYTE": bench_files.first_byte,
        "UPRSS": bench_files.upload_rss}


def main(argv: list) -> int:
    asked = [name.upper() for name in argv] or ["P4", "P5", "P7", "P12"]
    unknown = [name for name in asked if name not in BARS]
    if unknown:
        print(f"unknown bars: {', '.join(unknown)}; there are: {', '.join(BARS)}", file=sys.stderr)
        return 2
    good = True
    for name, bar in {BARS[name]: (name, BARS[name]) for name in asked}.values():  # P1 and P2 are one run
        for row in bar():
            for note in row.notes:
                print(f"       {note}")
            print(row, flush=True)
            good = good and (row.passes or name == "API")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
