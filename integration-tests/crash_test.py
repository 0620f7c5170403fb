"""kill -9 in the middle of the main job: the supervisor starts the service again, the job ends, no mail is lost or doubled."""

import time
import unittest

import api
from environment import FIXTURES, SuiteCase
from journey import dental, manufacturing, watcher
from killer import Killer
from stack import AREAS


ROUNDS, KILLS = 3, 5  # at least


class CrashTest(SuiteCase):
    def test_the_job_survives_kill_9_of_any_service(self):
        sessions = self.seed()
        watchers = {"lab": watcher.Watcher(sessions["lab"], self.tell, "lab")}
        papers = self.installation.data / "papers"
        killer = Killer(self.stack, self.client, AREAS, (0.2, 1.0), seed=20261122)
        orders = []
        try:
            # The faster a killed service is found again, the fewer kills fall into a round.
            while len(orders) < 2 * ROUNDS or (len(killer.kills) < KILLS and len(orders) < 8 * ROUNDS):
                orders.append(dental.run(self.tell, sessions, FIXTURES / "dental", papers, watchers, None))
                orders.append(manufacturing.run(
                    self.tell, self.client, self.installation.passwords, sessions, FIXTURES / "parts/bracket.stl", "mm",
                    "", 10, papers, watchers, None, lambda session, side: watcher.Watcher(session, self.tell, side)))
        finally:
            killer.stop()
            for one in watchers.values():
                one.stop()
        self.stack.wait_ready(self.client)
        self.assertGreaterEqual(len(killer.kills), KILLS, "services were killed while the job ran")
        print(f"{len(killer.kills)} kills: {killer.kills}")
        self.assert_mails(sessions, orders, killer.kills)

    def assert_mails(self, sessions: dict, orders: list, kills: list) -> None:
        """Each mail that the service says it sent arrived once; and each order's sides heard of each status."""
        wanted = []
        for order in orders:
            for key in ("lab", "center", "shop", "customer"):
                try:
                    rows = sessions[key].list("notifications", "ListDeliveries", "deliveries", parent=order)
                except api.CallError as error:
                    self.assertEqual(error.code, "NOT_FOUND", f"{key} is no party of {order}, and that is all it may be told")
                    continue
                self.assertTrue(all(row.state == 2 for row in rows), rows)
                wanted += [row.message_id.strip("<>") for row in rows]
        self.assertGreater(len(wanted), 12 * len(orders))
        deadline = time.monotonic() + 30
        while not set(wanted) <= set(self.mailbox.message_ids()) and time.monotonic() < deadline:
            time.sleep(0.1)
        arrived = self.mailbox.message_ids()
        lost = [one for one in wanted if one not in arrived]
        doubled = sorted({one for one in arrived if arrived.count(one) > 1})
        self.assertEqual(lost, [], "lost mails")
        # SMTP's own window: the server took a mail and notifications died before it could note that. Then the same bytes
        # go out again under the same Message-ID, by which receivers see the double. A kill has one mail in flight at
        # most, so there can be no more of them than kills of notifications, and nothing else may double a mail.
        self.assertLessEqual(len(doubled), kills.count("notifications"), doubled)
        for one in doubled:
            copies = {bytes(mail) for mail in self.mailbox.copies(one)}
            self.assertEqual(len(copies), 1, f"the copies of {one} differ")
        self.assertLessEqual(max(map(arrived.count, doubled), default=0), 1 + kills.count("notifications"))


if __name__ == "__main__":
    unittest.main()
