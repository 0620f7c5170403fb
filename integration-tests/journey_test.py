"""The main job through the real gateway, with real mails and papers."""

import unittest

from environment import FIXTURES, SuiteCase
from journey import dental, manufacturing, watcher


class JourneyTest(SuiteCase):
    def test_both_orders_go_from_upload_to_delivered_twice(self):
        """The second round runs on the same data: companies, contacts and catalogs are there already."""
        for _ in range(2):
            sessions = self.seed()
            watchers = {"lab": watcher.Watcher(sessions["lab"], self.tell, "lab")}
            papers = self.installation.data / "papers"
            try:
                dental.run(self.tell, sessions, FIXTURES / "dental", papers, watchers, self.mailbox)
                manufacturing.run(self.tell, self.client, self.installation.passwords, sessions,
                                  FIXTURES / "parts/bracket.stl", "mm", "", 10, papers, watchers, self.mailbox,
                                  lambda session, side: watcher.Watcher(session, self.tell, side))
            finally:
                for one in watchers.values():
                    one.stop()
        ids = self.mailbox.message_ids()
        self.assertEqual(len(ids), len(set(ids)), "every mail arrived once")
        self.assertGreaterEqual(len(list(papers.rglob("*.pdf"))), 8)


if __name__ == "__main__":
    unittest.main()
