"""kill -9 of the orders service under load: each request has one effect and one answer, each watcher sees each event once.

MW_REQUESTS and MW_WATCHERS set the sizes; the proofs of services/orders/proofs_test.cc are the same at one process's speed.
"""

import json
import os
import subprocess
import time

import api
import environment
from environment import SuiteCase
from journey import people
from killer import Killer

REQUESTS = int(os.environ.get("MW_REQUESTS", 3000))
WATCHERS = int(os.environ.get("MW_WATCHERS", 50))
COMPANIONS = ("documents", "notifications", "files")  # what they do about an order is crash_test's business


class KillTest(SuiteCase):
    def setUp(self):  # on an installation that both tests share
        self.shop = self.seed()["shop"]
        self.customer = people.sign_up_or_in(self.client, self.installation.passwords, "customer", shop=self.shop.company)
        self.quote = self.customer.call("catalog", "CreateQuote", seller=self.shop.company,
                                        add_ons=[{"product": "insert-m3", "quantity": 40}]).name
        for name in COMPANIONS:
            if name in self.stack.processes:
                self.stack.processes.pop(name).stop()

    def command(self, name: str, *flags: str) -> list:
        certs = self.stack.certs
        return [str(environment.BUILD / "bin" / name), f"--orders=127.0.0.1:{self.stack.port('orders')}",
                f"--ca={self.stack.ca_file}", f"--cert={certs}/gateway.pem", f"--key={certs}/gateway.key", *flags]

    def orders(self) -> int:
        counted = self.shop.call("orders", "CountOrders", parent=self.shop.company, view=3)
        return sum(row.order_count for row in counted.counts)

    def test_one_effect_a_request_and_each_event_once_over_kill_9(self):
        watch = subprocess.Popen(
            self.command("mw_prove_watchers", f"--buyer={self.customer.company}", f"--buyer_token={self.customer.token}",
                         f"--seller={self.shop.company}", f"--seller_token={self.shop.token}", f"--watchers={WATCHERS}"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(watch.kill)
        self.assertEqual(watch.stdout.readline().strip(), "ready")
        before = self.orders()
        killer = Killer(self.stack, self.client, ["orders"], (1.0, 3.0), seed=20261123)
        try:
            sent = subprocess.run(self.command("mw_prove_requests", f"--quote={self.quote}", f"--token={self.customer.token}",
                                               f"--requests={REQUESTS}"), capture_output=True, text=True)
        finally:
            killer.stop()
        self.stack.wait_ready(self.client)
        seen, _ = watch.communicate(timeout=300)
        print(f"{len(killer.kills)} kills; requests: {sent.stdout.strip()}; watchers: {seen.strip()}")
        self.assertEqual(sent.returncode, 0, sent.stdout + sent.stderr)
        self.assertGreaterEqual(len(killer.kills), 3, "the service was killed while it worked")
        self.assertGreater(json.loads(sent.stdout)["retries"], 0, "and calls were lost by it")
        self.assertEqual(self.orders() - before, REQUESTS, "one order a request")
        self.assertEqual(watch.returncode, 0)
        self.assertEqual(json.loads(seen)["orders"], REQUESTS, "every watcher heard of every order")
        self.assert_histories()

    def test_a_restarted_neighbour_is_asked_again_at_once(self):
        """Not after gRPC's 30 s between two looks at a name: orders needs catalog for a quote that it has not seen."""
        order = self.customer.call("orders", "CreateOrder", quote=self.quote, entry_trigger="place")
        self.assertTrue(order.name)
        self.stack.processes["catalog"].kill()
        with self.assertRaises(api.CallError):  # makes orders notice, and be refused
            self.customer.call("orders", "CreateOrder", quote=self.quote + "x", entry_trigger="place", attempts=1)
        deadline = time.monotonic() + 15
        while not self.client.healthy("catalog"):
            self.assertLess(time.monotonic(), deadline, "catalog is not back")
            time.sleep(0.05)
        fresh = self.customer.call("catalog", "CreateQuote", seller=self.shop.company,
                                   add_ons=[{"product": "insert-m3", "quantity": 41}]).name
        while True:
            try:
                self.customer.call("orders", "CreateOrder", quote=fresh, entry_trigger="place", attempts=1)
                return
            except api.CallError as error:
                self.assertEqual(error.code, "UNAVAILABLE")
                self.assertLess(time.monotonic(), deadline, "orders does not find catalog again")
                time.sleep(0.1)

    def assert_histories(self) -> None:
        page = self.shop.call("orders", "ListOrders", parent=self.shop.company, view=3, page_size=50)
        self.assertEqual(len(page.orders), 50)
        for order in page.orders:
            checked = self.shop.call("orders", "VerifyHistory", name=order.name)
            self.assertTrue(checked.intact, order.name)
            entries = self.shop.list("orders", "ListHistory", "entries", parent=order.name)
            created = [entry for entry in entries if entry.state_before in ("", "NEW")]
            self.assertEqual(len(created), 1, f"{order.name} began once")


if __name__ == "__main__":
    import unittest
    unittest.main()
