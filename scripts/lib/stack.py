"""Starts, supervises and stops all processes of Millwright on this machine.

    with Stack(data, build, base_port=7000, mail=MailServer(...)) as stack:
        stack.wait_ready()

A process that ends is started again after a back-off (0.2 s, doubling to 5 s; forgotten after 10 s of life). Process ids
lie under DATA/pids, logs under DATA/logs. Nothing listens on anything but 127.0.0.1.
"""

import dataclasses
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time

import certs
import paths

AREAS = ["accounts", "catalog", "files", "orders", "notifications", "documents"]
READY_SECONDS = 60
FIRST_BACKOFF, LAST_BACKOFF, FORGET_SECONDS = 0.2, 5.0, 10.0


@dataclasses.dataclass(frozen=True)
class Smtp:
    """Where mails go."""
    host: str
    port: int
    security: str = "none"
    user: str = ""
    password_file: str = ""
    ca_file: str = ""


class Process:
    """One supervised process."""

    def __init__(self, name: str, command: list, data: pathlib.Path, env: dict | None = None):
        self.name, self.command, self.data = name, command, data
        self.env = {**os.environ, **(env or {})}
        self.restarts = 0
        self._stopping = threading.Event()
        self._process: subprocess.Popen | None = None
        self._spawn()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    def _spawn(self) -> None:
        with open(self.data / "logs" / f"{self.name}.out", "ab") as log:
            # A group of its own: Ctrl-C in the terminal reaches the supervisor alone, which stops in order.
            self._process = subprocess.Popen(self.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                             env=self.env, start_new_session=True)
        self._started = time.monotonic()
        (self.data / "pids" / f"{self.name}.pid").write_text(str(self._process.pid))

    def _watch(self) -> None:
        backoff = FIRST_BACKOFF
        while True:
            code = self._process.wait()
            if self._stopping.is_set():
                return
            if time.monotonic() - self._started > FORGET_SECONDS:
                backoff = FIRST_BACKOFF
            print(f"   supervisor: {self.name} ended with {code}; starting it again in {backoff:.1f} s", file=sys.stderr)
            if self._stopping.wait(backoff):
                return
            backoff = min(backoff * 2, LAST_BACKOFF)
            self.restarts += 1
            self._spawn()

    def kill(self) -> None:
        """kill -9; the supervisor starts it again."""
        os.kill(self.pid, signal.SIGKILL)

    def stop(self, timeout: float = 10) -> None:
        self._stopping.set()
        if self.alive():
            self._process.terminate()
            try:
                self._process.wait(timeout)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        (self.data / "pids" / f"{self.name}.pid").unlink(missing_ok=True)


PORTS = 22  # an installation uses base_port .. base_port + 21


def taken_ports(base_port: int) -> list:
    """Ports of an installation that somebody else listens on."""
    taken = []
    for port in range(base_port, base_port + PORTS):
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # closed connections of an earlier run don't count
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                taken.append(port)
    return taken


class Stack:
    """The six services and the gateway."""

    def __init__(self, data: pathlib.Path, build: pathlib.Path, base_port: int, smtp: Smtp,
                 flags: dict | None = None):
        self.data, self.build, self.base_port, self.smtp = data.resolve(), build.resolve(), base_port, smtp
        self.flags = flags or {}
        self.certs = self.data / "certs"
        self.processes: dict[str, Process] = {}
        self._lock = threading.Lock()

    # -- what others want to know ------------------------------------------------------------------------------------

    def port(self, area: str) -> int:
        return self.base_port + 1 + AREAS.index(area)

    @property
    def gateway_address(self) -> str:
        return f"127.0.0.1:{self.base_port}"

    @property
    def ca_file(self) -> pathlib.Path:
        return self.certs / "ca.pem"

    # -- life --------------------------------------------------------------------------------------------------------

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *unused):
        self.stop()

    def start(self) -> None:
        for folder in ("logs", "pids", "gateway", *AREAS):
            (self.data / folder).mkdir(parents=True, exist_ok=True)
        certs.make_all(self.certs)
        try:
            for area in AREAS:
                self.start_service(area)
            self.processes["gateway"] = Process("gateway", self._gateway_command(), self.data)
        except BaseException:
            self.stop()
            raise

    def start_service(self, area: str) -> None:
        self.processes[area] = Process(area, self.service_command(area), self.data)

    def stop(self) -> None:
        with self._lock:
            for name in reversed(list(self.processes)):
                self.processes.pop(name).stop()

    def service_command(self, area: str, extra: list | None = None) -> list:
        flags = {
            "server.port": self.port(area), "server.metrics_port": self.base_port + 11 + AREAS.index(area),
            "server.data_dir": self.data / area, "server.certs_dir": self.certs,
            "server.log_file": self.data / "logs" / f"{area}.jsonl",
            **{f"server.{other}_address": f"127.0.0.1:{self.port(other)}" for other in AREAS},
        }
        if area == "accounts":  # answers reflection for all, through the gateway
            flags["server.reflection_descriptor_set"] = self.build / "gateway.pb"
        if area == "notifications":
            flags |= {"smtp_host": self.smtp.host, "smtp_port": self.smtp.port, "smtp_security": self.smtp.security,
                      "smtp_user": self.smtp.user, "smtp_password_file": self.smtp.password_file,
                      "smtp_ca_file": self.smtp.ca_file}
        flags |= self.flags.get(area, {})
        return [str(self.build / "bin" / f"mw_{area}"), *(f"--{key}={value}" for key, value in flags.items()),
                *(extra or [])]

    def _gateway_command(self) -> list:
        config = self.data / "gateway" / "envoy.json"
        rendered = subprocess.run(
            [sys.executable, str(paths.ROOT / "services/gateway/render.py"), "--descriptor-set",
             str(self.build / "gateway.pb"), "--certs", str(self.certs), "--base-port", str(self.base_port),
             "--run-dir", str(self.data / "gateway")], check=True, capture_output=True, text=True)
        config.write_text(rendered.stdout)
        (self.data / "gateway" / "jwks.sock").unlink(missing_ok=True)
        return [str(paths.envoy()), "-c", str(config), "--base-id", str(self.base_port), "--log-level", "warning",
                "--concurrency", "2", "--file-flush-interval-msec", "500"]

    def bootstrap_operator(self, email: str, password_file: pathlib.Path) -> None:
        """Makes the platform operator. Done before the services start; a second time it changes nothing."""
        for folder in ("logs", "pids", "accounts"):
            (self.data / folder).mkdir(parents=True, exist_ok=True)
        certs.make_all(self.certs)
        result = subprocess.run(
            self.service_command("accounts", [f"--bootstrap_operator={email}",
                                              f"--bootstrap_password_file={password_file}"]),
            capture_output=True, text=True)
        if result.returncode != 0 and "OPERATOR_EXISTS" not in result.stderr and "was made before" not in result.stderr:
            raise RuntimeError(f"bootstrap of the operator failed: {result.stderr.strip()}")

    def wait_ready(self, client) -> None:
        """Until every started service answers its health check through the gateway; RuntimeError says who does not."""
        deadline = time.monotonic() + READY_SECONDS
        waiting = [area for area in AREAS if area in self.processes]
        while waiting:
            waiting = [area for area in waiting if not client.healthy(area)]
            if waiting and time.monotonic() > deadline:
                raise RuntimeError(f"not ready after {READY_SECONDS} s: {', '.join(waiting)}; see {self.data}/logs")
            if waiting:
                time.sleep(0.05)
