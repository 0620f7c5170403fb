"""A whole installation for a suite: free ports, a fresh data directory, a real SMTP server with STARTTLS and AUTH."""

import os
import pathlib
import shutil
import tempfile
import unittest

import api
import certs
import smtp_server
import stack
from journey import narrator, people

BUILD = pathlib.Path("build/release")  # set by run_suite.py
FIXTURES = pathlib.Path(__file__).resolve().parent / "fixtures"


def free_port_base() -> int:
    """A base whose ports are all free now."""
    # Suites that run side by side begin their search at different places.
    for base in range(20000 + os.getpid() % 400 * stack.PORTS, 60000, stack.PORTS):
        if not stack.taken_ports(base):
            return base
    raise RuntimeError("no free ports")


class Installation:
    """Everything that scripts/run starts, with a test's own SMTP server instead of the mail page."""

    def __init__(self, flags: dict | None = None):
        api.generate(BUILD)
        self.data = pathlib.Path(tempfile.mkdtemp(prefix="mw-suite-"))
        base = free_port_base()
        certs.make_all(self.data / "certs")
        self.mailbox = smtp_server.SmtpServer(base + 21, self.data / "certs")
        self.mailbox.start()
        secret = self.data / "smtp.password"
        secret.touch(0o600)
        secret.write_text(smtp_server.PASSWORD)
        self.stack = stack.Stack(self.data, BUILD, base, stack.Smtp(
            "localhost", base + 21, "starttls", smtp_server.USER, str(secret), str(self.data / "certs/ca.pem")), flags)
        self.passwords = people.Passwords(self.data)
        self.stack.start()
        self.client = api.Client(self.stack.gateway_address, self.stack.ca_file, BUILD)
        self.stack.wait_ready(self.client)

    def close(self) -> None:
        self.client.close()
        self.stack.stop()
        self.mailbox.stop()
        shutil.rmtree(self.data, ignore_errors=True)


class SuiteCase(unittest.TestCase):
    """One installation for all tests of a class."""

    flags: dict = {}

    @classmethod
    def setUpClass(cls):
        cls.installation = Installation(cls.flags)
        cls.addClassCleanup(cls.installation.close)
        cls.client, cls.stack, cls.mailbox = (cls.installation.client, cls.installation.stack, cls.installation.mailbox)
        cls.tell = narrator.Narrator()

    @classmethod
    def seed(cls) -> dict:
        return people.seed(cls.client, cls.installation.passwords, cls.tell)

    def refused(self, code: str, why: str | None, call, /, *args, **fields) -> api.CallError:
        """The error of a call that must be refused with this code and, unless None, this ErrorInfo reason."""
        with self.assertRaises(api.CallError) as caught:
            call(*args, **fields)
        self.assertEqual(caught.exception.code, code, str(caught.exception))
        if why is not None:
            self.assertEqual(caught.exception.reason, why, str(caught.exception))
        return caught.exception
