"""An SMTP server for the tests: aiosmtpd on 127.0.0.1, one file per message. Prints its port, ends with its stdin.

usage: smtp_server.py OUT_DIR none|starttls|tls [CERT KEY]
Login is user "mill" with password "secret"; with TLS it is required. Recipients decide what happens:
refused@ answers 550, busy@ answers 450; a message that contains "X-Refuse: yes" gets 554, "X-Busy: yes" 451 and
"X-Vanish: yes" no answer at all.
"""
import json
import os
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, SMTP

out_dir, mode = sys.argv[1], sys.argv[2]
tls = None
if mode != "none":
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[3], sys.argv[4])


class Handler:
    count = 0
    sessions = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("busy@"):
            return "450 4.2.1 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if b"X-Refuse: yes" in envelope.content:
            return "554 5.7.1 refused by policy"
        if b"X-Busy: yes" in envelope.content:
            return "451 4.3.0 local error"
        if b"X-Vanish: yes" in envelope.content:
            server.transport.abort()
            return "250 OK"
        name = os.path.join(out_dir, f"{Handler.count:04d}")
        Handler.count += 1
        open(name + ".eml", "wb").write(envelope.content)
        facts = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None,
                 "user": bool(session.authenticated), "peer": session.peer[1]}
        json.dump(facts, open(name + ".json", "w"), sort_keys=True)
        return "250 OK"


def authenticator(server, session, envelope, mechanism, data):
    # handled=False lets the server answer 535; otherwise the client would wait for ever.
    return AuthResult(success=data.login == b"mill" and data.password == b"secret", handled=False)


class TestController(Controller):
    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]  # the one that port 0 became
        super()._trigger_server()

    def factory(self):
        return SMTP(self.handler, authenticator=authenticator, auth_required=mode != "none",
                    auth_require_tls=mode == "starttls", require_starttls=mode == "starttls",
                    tls_context=tls if mode == "starttls" else None, hostname="test.example")


controller = TestController(Handler(), hostname="127.0.0.1", port=0, ssl_context=tls if mode == "tls" else None)
controller.start()
print(controller.port, flush=True)
sys.stdin.read()
controller.stop()
