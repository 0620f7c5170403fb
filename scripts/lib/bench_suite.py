"""The services as scripts/bench measures them."""

import pathlib
import shutil
import sys
import tempfile

import stack
from bench_rows import BUILD, SECONDS, tool
from journey import narrator, people

import api
import paths


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
        self.shop, self.lab = sessions["shop"], sessions["lab"]
        self.passwords = passwords
        self.customer = people.sign_up_or_in(self.client, passwords, "customer", shop=self.shop.company)
        self.quote = self._quote()

    def _quote(self) -> str:
        """A quote without files, so that CreateOrder has nothing to pin."""
        return self.customer.call("catalog", "CreateQuote", seller=self.shop.company,
                                  add_ons=[{"product": "insert-m3", "quantity": 40}]).name

    def sign_in_again(self) -> None:
        """Fresh tokens, after preparations that took longer than a token lives."""
        self.shop = people.sign_up_or_in(self.client, self.passwords, "shop")
        self.customer = people.sign_up_or_in(self.client, self.passwords, "customer")

    def load(self, area: str, method: str, request: str, threads: int, channels: int, gateway: bool = False,
             seconds: int = SECONDS, token: str = "") -> dict:
        text = self.data / "request.textproto"
        text.write_text(request)
        port = self.stack.base_port if gateway else self.stack.port(area)
        identity = ["--host=localhost"] if gateway else [*self.gateway_identity(), f"--host={area}.millwright.internal"]
        return tool("mw_load", f"--target=127.0.0.1:{port}", f"--request={text}", f"--ca={self.stack.ca_file}",
                    f"--method=/millwright.{area}.v1.{area.capitalize()}Service/{method}", f"--threads={threads}",
                    f"--channels={channels}", f"--seconds={seconds}", f"--token={token or self.customer.token}", *identity)

    def pid(self, service: str) -> int:
        return int((self.data / f"pids/{service}.pid").read_text())

    def resident_mb(self, service: str, key: str = "VmRSS") -> float:
        """What is resident of a service now; VmHWM: the peak of it."""
        lines = pathlib.Path(f"/proc/{self.pid(service)}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(key))

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

    def watcher(self, company: str, token: str, *more: str) -> list:
        """The command of a watch client of a company's orders, straight to the service."""
        return ["mw_watch", f"--orders=127.0.0.1:{self.stack.port('orders')}", f"--company={company}", f"--token={token}",
                f"--ca={self.stack.ca_file}", *self.gateway_identity(), *more]

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
