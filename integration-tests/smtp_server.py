"""A real SMTP server for the suites: aiosmtpd with STARTTLS and AUTH, refusing what is not authenticated."""

import email
import email.policy
import pathlib
import ssl
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD = "millwright", "correct horse battery staple"


def authenticate(server, session, envelope, mechanism, data) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    # handled=False: aiosmtpd answers the client itself; with the default a refused client waits for ever.
    return AuthResult(success=good, handled=False)


class Collector:
    """Keeps every message that was accepted."""

    def __init__(self):
        self.messages, self._lock, self.refuse = [], threading.Lock(), None

    async def handle_DATA(self, server, session, envelope):  # noqa: N802: aiosmtpd's name
        if self.refuse is not None:
            return self.refuse
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with self._lock:
            self.messages.append((message, list(envelope.rcpt_tos)))
        return "250 OK"

    def snapshot(self) -> list:
        with self._lock:
            return list(self.messages)


class _Controller(Controller):
    def __init__(self, handler, port: int, context: ssl.SSLContext):
        super().__init__(handler, hostname="127.0.0.1", port=port, ready_timeout=10)
        self._tls = context

    def factory(self):
        return SMTP(self.handler, hostname="localhost", tls_context=self._tls, require_starttls=True,
                    auth_required=True, authenticator=authenticate, enable_SMTPUTF8=True)


class SmtpServer:
    """`refuse("451 try later")` makes it turn every message away until `refuse(None)`."""

    def __init__(self, port: int, certs: pathlib.Path):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certs / "edge.pem", certs / "edge.key")
        self.handler = Collector()
        self._controller = _Controller(self.handler, port, context)

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def refuse(self, answer: str | None) -> None:
        self.handler.refuse = answer

    def message_ids(self) -> list:
        return [str(message["Message-ID"]).strip("<>") for message, _ in self.handler.snapshot()]

    def messages(self) -> list:
        return [message for message, _ in self.handler.snapshot()]

    def copies(self, message_id: str) -> list:
        """Every message that arrived under the id."""
        return [message for message in self.messages() if str(message["Message-ID"]).strip("<>") == message_id]
