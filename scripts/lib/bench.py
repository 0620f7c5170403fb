"""scripts/bench: the bars of the project, each against something that runs beside it on this machine.

Every ratio is the median of PAIRS alternating pairs (A B A B ...), with the least and the greatest. Absolute times mean
nothing on a shared machine and are printed only so that a reader can judge the noise.
"""

import json
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile

import bench_mesh
import paths
import stack
from journey import narrator, people

import api

PAIRS = 5
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


class Suite:
    """The services with data to order from; started anew for each side of a comparison that needs other flags."""

    def __init__(self, flags: dict | None = None):
        self.data = pathlib.Path(tempfile.mkdtemp(prefix="mw-bench-", dir=BUILD))
        self.stack = stack.Stack(self.data, BUILD, stack_port(), stack.Smtp("127.0.0.1", 9), flags)
        self.stack.start()
        self.client = api.Client(self.stack.gateway_address, self.stack.ca_file, BUILD)
        self.stack.wait_ready(self.client)
        passwords = people.Passwords(self.data)
        quiet = narrator.Narrator(open("/dev/null", "w"))
        sessions = people.seed(self.client, passwords, quiet)
        self.shop = sessions["shop"]
        self.customer = people.sign_up_or_in(self.client, passwords, "customer", shop=self.shop.company)
        self.quote = self._quote()

    def _quote(self) -> str:
        """A quote without files, so that CreateOrder has nothing to pin."""
        return self.customer.call("catalog", "CreateQuote", seller=self.shop.company,
                                  add_ons=[{"product": "insert-m3", "quantity": 40}]).name

    def load(self, area: str, method: str, request: str, threads: int, channels: int, gateway: bool = False,
             seconds: int = SECONDS, token: str = "") -> dict:
        text = self.data / "request.textproto"
        text.write_text(request)
        port = self.stack.base_port if gateway else self.stack.port(area)
        identity = ["--host=localhost"] if gateway else [*self.gateway_identity(), f"--host={area}.millwright.internal"]
        return tool("mw_load", f"--target=127.0.0.1:{port}", f"--request={text}", f"--ca={self.stack.ca_file}",
                    f"--method=/millwright.{area}.v1.{area.capitalize()}Service/{method}", f"--threads={threads}",
                    f"--channels={channels}", f"--seconds={seconds}", f"--token={token or self.customer.token}", *identity)

    def gateway_identity(self) -> list:
        """Who a load client is that calls a service directly."""
        return [f"--cert={self.stack.certs}/gateway.pem", f"--key={self.stack.certs}/gateway.key"]

    def journey(self, threads: int) -> dict:
        """Quote and create with 3 lines, 3 transitions, read with history; straight to the services."""
        return tool("mw_journey", *(f"--{area}=127.0.0.1:{self.stack.port(area)}" for area in ("catalog", "orders")),
                    f"--seller={self.shop.company}", "--product=insert-m3", f"--customer_token={self.customer.token}",
                    f"--shop_token={self.shop.token}", f"--ca={self.stack.ca_file}", *self.gateway_identity(),
                    f"--threads={threads}", f"--channels={min(threads, 8)}", f"--seconds={SECONDS}")

    def create(self, threads: int) -> dict:
        return self.load("orders", "CreateOrder", f'quote: "{self.quote}" entry_trigger: "place"', threads, min(threads, 8))

    def leave_orders_alone(self) -> None:
        """Stops who reacts to orders (PDFs, mails): on two cores their work would be measured too."""
        for name in ("documents", "notifications", "files"):
            self.stack.processes.pop(name).stop()

    def restart_orders(self, flags: dict) -> None:
        """The same data under other flags."""
        self.stack.processes.pop("orders").stop()
        self.stack.flags = {"orders": flags}
        self.stack.start_service("orders")
        self.stack.wait_ready(self.client)
        self.create(1)  # warm: keys, connections, cached quote

    def close(self) -> None:
        self.client.close()
        self.stack.stop()
        shutil.rmtree(self.data, ignore_errors=True)


def stack_port() -> int:
    sys.path.insert(0, str(paths.ROOT / "integration-tests"))
    import environment  # the same search for free ports as the suites
    return environment.free_port_base()


# -- the bars --------------------------------------------------------------------------------------------------------

class ThinNode:
    """The rival of P3, installed from npm on first use."""

    def __init__(self, folder: pathlib.Path):
        source = paths.ROOT / "integration-tests/bench/thin_node"
        home = paths.npm_install("thin-node", (source / "package.json").read_text(), build_native=True)
        shutil.copy(source / "server.js", home)
        port = stack_port() + 1
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen([*paths.node(), str(home / "server.js"), str(port), str(folder / "thin-node.db")],
                                        stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise RuntimeError("the thin Node service did not start")

    def journey(self, threads: int) -> dict:
        return tool("mw_journey", f"--thin_node={self.url}", f"--threads={threads}", f"--seconds={SECONDS}")

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def p3() -> list:
    """Journeys against what a competent developer writes in a day; the rival checks less (see its file)."""
    row = Row("P3", "journeys/s at 64 clients", "thin Node service (Fastify, better-sqlite3)", 2.5, True,
              "each status, 3 lines, history")
    suite, rival = Suite(), None
    try:
        suite.leave_orders_alone()
        rival = ThinNode(suite.data)
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


def resident_mb(suite: Suite) -> float:
    pid = (suite.data / "pids/orders.pid").read_text().strip()
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


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
                    memory.add(resident_mb(suite), f"{resident_mb(suite):.0f} MB")
            for row, key in ((page, ""), (count, "-count")):
                ours, rival = results["large" + key], results["small" + key]
                row.add(ours["p50_ms"] / rival["p50_ms"], f"{ours['p50_ms']:.3f} ms against {rival['p50_ms']:.3f} ms")
    finally:
        suite.close()
    return [page, count, memory]


BARS = {"P3": p3, "P7": p7, "P4": p4, "P5": p5, "P12": lambda: [p12_handle(), *p12_gateway()], "API": server_api, "LIST": lists,
        "P6": lambda: bench_mesh.p6(Row, PAIRS)}


def main(argv: list) -> int:
    asked = [name.upper() for name in argv] or ["P4", "P5", "P7", "P12"]
    unknown = [name for name in asked if name not in BARS]
    if unknown:
        print(f"unknown bars: {', '.join(unknown)}; there are: {', '.join(BARS)}", file=sys.stderr)
        return 2
    good = True
    for name in asked:
        for row in BARS[name]():
            for note in row.notes:
                print(f"       {note}")
            print(row, flush=True)
            good = good and (row.passes or name == "API")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
