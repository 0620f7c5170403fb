"""Reads a message with Python's email package and prints what it understood, one `name=value` a line (JSON values)."""
import email
import email.header
import email.policy
import json
import sys

message = email.message_from_bytes(open(sys.argv[1], "rb").read(), policy=email.policy.default)


def show(name, value):
    print(f"{name}={json.dumps(value, ensure_ascii=False)}")


defects = [repr(d) for part in message.walk() for d in part.defects]
for name in message.keys():
    defects += [f"{name}: {d!r}" for d in getattr(message[name], "defects", [])]
show("defects", defects)
show("headers", sorted(message.keys()))
for name in ("Subject", "Message-ID", "Date", "Auto-Submitted", "Content-Language"):
    show(name.lower(), str(message[name]) if message[name] else "")
for name in ("From", "To", "Cc"):
    addresses = message[name].addresses if message[name] else ()
    show(name.lower(), [[a.display_name, a.addr_spec] for a in addresses])
# The structured parser of Python 3.11 puts a space between the encoded words of one long name; this one does not.
raw = email.message_from_bytes(open(sys.argv[1], "rb").read(), policy=email.policy.compat32)
show("from_text", str(email.header.make_header(email.header.decode_header(raw["From"]))))
show("types", [part.get_content_type() for part in message.walk()])
for kind in ("plain", "html"):
    part = message.get_body((kind,))
    show(kind, part.get_content().replace("\r\n", "\n") if part else "")
for part in message.iter_attachments():
    show("attachment", [part.get_filename(), part.get_content_type(), part.get_content().hex()])
