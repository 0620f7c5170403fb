"""scripts/run: starts everything, does the main job on real cases, and stays up."""

import argparse
import contextlib
import os
import pathlib
import shutil
import signal
import sys
import threading
import time

import api
import mail
import paths
import stack
from journey import dental, manufacturing, narrator, people, watcher

FIXTURES = paths.ROOT / "integration-tests/fixtures"
STATE_FILE = paths.ROOT / ".run/current"  # which data directory the other scripts mean


class DemoMailbox:
    """MailDev as the stories see a mailbox."""

    def __init__(self, page: mail.MailPage):
        self.page = page

    def message_ids(self) -> list:
        return [str(message.get("messageId") or message["headers"].get("message-id", "")).strip("<>")
                for message in self.page.messages()]


def parse(argv: list) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/run", description=__doc__)
    parser.add_argument("--exit", action="store_true", help="stop after the job; 0 only if every step was checked")
    parser.add_argument("--data", type=pathlib.Path, help="keep state here (default: a fresh .run/data)")
    parser.add_argument("--port-base", type=int, default=7000, help="gateway's port; the others follow (default 7000)")
    parser.add_argument("--case", type=pathlib.Path, help="folder with your own dental case")
    parser.add_argument("--part", type=pathlib.Path, help="your own STL part")
    parser.add_argument("--unit", default="mm", choices=sorted(manufacturing.UNITS), help="unit of --part")
    parser.add_argument("--material", default="", help="material of --part, by name")
    parser.add_argument("--quantity", type=int, default=10, help="pieces of --part")
    parser.add_argument("--build", type=pathlib.Path, default=paths.ROOT / "build/release", help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.case and not args.case.is_dir():
        parser.error(f"--case {args.case} is no folder")
    if args.part and not args.part.is_file():
        parser.error(f"--part {args.part} is no file")
    if args.quantity < 1:
        parser.error("--quantity must be at least 1")
    return args


def prepare_data(args) -> pathlib.Path:
    data = args.data or paths.ROOT / ".run/data"
    if args.data is None:
        shutil.rmtree(data, ignore_errors=True)  # without --data every run begins anew
    data.mkdir(parents=True, exist_ok=True)
    return data.resolve()


def refuse_second(data: pathlib.Path) -> None:
    pid_file = data / "pids/supervisor.pid"
    if pid_file.exists():
        with contextlib.suppress(ValueError, ProcessLookupError):
            os.kill(int(pid_file.read_text()), 0)
            sys.exit(f"already running on {data}; scripts/stop ends it")


def refuse_taken_ports(base_port: int) -> None:
    taken = stack.taken_ports(base_port)
    if taken:
        sys.exit(f"somebody else listens on 127.0.0.1:{', '.join(map(str, taken))}; choose other ports with --port-base N")


def start_mail(data: pathlib.Path, base_port: int, cleanup: contextlib.ExitStack) -> mail.MailPage:
    (data / "logs").mkdir(parents=True, exist_ok=True)
    (data / "pids").mkdir(parents=True, exist_ok=True)
    process = stack.Process("mail", mail.command(base_port + 21, base_port + 20), data)
    cleanup.callback(process.stop)
    page = mail.MailPage(base_port + 20)
    page.wait_ready()
    return page


def do_the_job(args, tell, client, passwords, data: pathlib.Path, mailbox) -> dict:
    sessions = people.seed(client, passwords, tell)
    watchers = {"lab": watcher.Watcher(sessions["lab"], tell, "lab")}
    papers = data / "papers"
    try:
        orders = {
            "dental": dental.run(tell, sessions, args.case or FIXTURES / "dental", papers, watchers, mailbox),
            "manufacturing": manufacturing.run(
                tell, client, passwords, sessions, args.part or FIXTURES / "parts/bracket.stl", args.unit, args.material,
                args.quantity, papers, watchers, mailbox, lambda session, side: watcher.Watcher(session, tell, side)),
        }
    finally:
        for one in watchers.values():
            one.stop()
    return orders


def print_next(args, data: pathlib.Path, orders: dict) -> None:
    print(f"""
Everything stays up until Ctrl-C or scripts/stop. Try next:

  scripts/call orders.v1.OrdersService/GetOrder '{{"name": "{orders['dental']}"}}' --user lab
  scripts/call orders.v1.OrdersService/ListAvailableTransitions '{{"name": "{orders['manufacturing']}"}}' --user shop
  scripts/grpcurl -cacert {data}/certs/ca.pem localhost:{args.port_base} list
  curl --cacert {data}/certs/ca.pem -H "authorization: Bearer $(scripts/token lab)" https://localhost:{args.port_base}/v1/{orders['dental']}

  mails    http://127.0.0.1:{args.port_base + 20}
  PDFs     {data}/papers
  logs     {data}/logs
""", flush=True)


def wait_for_signal() -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *unused: stop.set())
    stop.wait()


def main(argv: list) -> int:
    args = parse(argv)
    data = prepare_data(args)
    refuse_second(data)
    refuse_taken_ports(args.port_base)
    # SIGTERM (scripts/stop) unwinds like Ctrl-C, so that everything that was started is stopped.
    signal.signal(signal.SIGTERM, lambda *unused: sys.exit(143))
    STATE_FILE.parent.mkdir(exist_ok=True)
    STATE_FILE.write_text(f"{data}\n{args.port_base}\n")
    tell = narrator.Narrator()
    began = time.monotonic()
    with contextlib.ExitStack() as stack_of_things:
        page = start_mail(data, args.port_base, stack_of_things)
        supervisor_pid = data / "pids/supervisor.pid"
        supervisor_pid.write_text(str(os.getpid()))
        stack_of_things.callback(supervisor_pid.unlink, missing_ok=True)
        passwords = people.Passwords(data)
        suite = stack.Stack(data, args.build, args.port_base, stack.Smtp("127.0.0.1", args.port_base + 21))
        passwords.of("operator", people.OPERATOR_EMAIL)
        secret = data / "operator.password"
        secret.touch(0o600)
        secret.write_text(passwords.users["operator"]["password"])
        suite.bootstrap_operator(people.OPERATOR_EMAIL, secret)
        stack_of_things.enter_context(suite)
        client = api.Client(suite.gateway_address, suite.ca_file, args.build)
        stack_of_things.callback(client.close)
        suite.wait_ready(client)
        tell.step(f"six services and the gateway answer on https://localhost:{args.port_base} "
                  f"({time.monotonic() - began:.1f} s)")
        orders = do_the_job(args, tell, client, passwords, data, DemoMailbox(page))
        print(f"\nBoth orders went from upload to delivered: {tell.checks} checks passed in "
              f"{time.monotonic() - began:.1f} s.", flush=True)
        if not args.exit:
            print_next(args, data, orders)
            wait_for_signal()
            print("stopping", flush=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (narrator.CheckFailed, api.CallError, RuntimeError, OSError, ValueError) as error:
        print(f"\nFAILED: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
