"""Every public RPC x caller, generated from the descriptors: what another company has looks like what does not exist.

The suite fills an installation by the two journeys, reads every resource name that its owners can list, and calls each
method with each kind of name: without a token, as a company that has nothing to do with anything, and with roles that
the method's policy does not list. A new RPC is tested the moment it exists.
"""

import re
import unittest

import grpc
from google.protobuf import descriptor

import api
from environment import FIXTURES, SuiteCase
from journey import dental, manufacturing, watcher

AREAS = ("accounts", "catalog", "files", "orders", "notifications", "documents")


def service_of(area: str):
    return api.module(area, f"{area}_service_pb2").DESCRIPTOR.services_by_name[f"{area.capitalize()}Service"]


def policy_of(method):
    options = api.module("common", "options_pb2")
    return method.GetOptions().Extensions[options.access]


def rules_of(field):
    options = api.module("common", "options_pb2")
    return field.GetOptions().Extensions[options.rules]


def matches(pattern: str, name: str) -> bool:
    return any(re.fullmatch(one.replace("*", "[^/]+"), name) for one in pattern.split("|"))


def names_in(message) -> set:
    """Every resource name in a message."""
    found = set()
    for field, value in message.ListFields():
        repeated = field.is_repeated
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            continue
        for one in value if repeated else [value]:
            if field.type == descriptor.FieldDescriptor.TYPE_MESSAGE:
                found |= names_in(one)
            elif field.type == descriptor.FieldDescriptor.TYPE_STRING and re.fullmatch(r"([a-z]+/[^/ ]+)(/[a-z]+/[^/ ]+)*", one):
                found.add(one)
    return found


def name_fields(kind, path: tuple = ()) -> list:
    """(path, pattern) of every field of a request that takes a resource name; in the message that it carries too."""
    out = []
    for field in kind.fields:
        if field.is_repeated:
            continue
        if field.type == descriptor.FieldDescriptor.TYPE_STRING and rules_of(field).format.startswith("name:"):
            out.append(((*path, field.name), rules_of(field).format[5:]))
        elif field.type == descriptor.FieldDescriptor.TYPE_MESSAGE and not path:
            out += name_fields(field.message_type, (field.name,))
    return out


def unknown(name: str) -> str:
    """A name of the same shape that nobody has: the last id with its last characters turned round."""
    head, _, last = name.rpartition("/")
    turned = "".join("a" if c != "a" else "b" for c in last[-4:]) if not last.isdigit() else str(int(last) + 900)
    return f"{head}/{last[:-4] + turned if not last.isdigit() else turned}"


class Probe:
    """One call of one method with one resource name, everything else filled with values that the rules allow."""

    def __init__(self, area: str, method, path: tuple, name: str):
        self.area, self.method, self.path, self.name = area, method, path, name

    def request(self, name: str):
        kind = self.method.input_type._concrete_class
        message = kind()
        self._fill(message, 0)
        part = message
        for field in self.path[:-1]:
            part = getattr(part, field)
            self._fill(part, 1)
        setattr(part, self.path[-1], name)
        return message

    def _fill(self, message, depth: int) -> None:
        for field in message.DESCRIPTOR.fields:
            if field.is_repeated or depth > 3:
                continue
            rules = rules_of(field)
            if field.type == descriptor.FieldDescriptor.TYPE_STRING:
                value = {"uuid": "6f1c1d5e-9c43-4be8-9b9d-0a41b1a1b0c5", "email": "nobody@example.com", "sha256": "0" * 64,
                         "region": "PL", "currency": "EUR", "language": "en", "time_zone": "UTC"}.get(rules.format)
                if value or rules.min_bytes:
                    setattr(message, field.name, value or "x" * max(rules.min_bytes, 1))
            elif field.type in (descriptor.FieldDescriptor.TYPE_INT32, descriptor.FieldDescriptor.TYPE_INT64):
                if rules.HasField("min") and rules.min > 0:
                    setattr(message, field.name, rules.min)

    def __str__(self) -> str:
        return f"{self.area}.{self.method.name}({'.'.join(self.path)}={self.name})"


class AccessTest(SuiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sessions = cls.seed()
        papers = cls.installation.data / "papers"
        watchers = {"lab": watcher.Watcher(cls.sessions["lab"], cls.tell, "lab")}
        try:
            cls.orders = [
                dental.run(cls.tell, cls.sessions, FIXTURES / "dental", papers, watchers, cls.mailbox),
                manufacturing.run(cls.tell, cls.client, cls.installation.passwords, cls.sessions,
                                  FIXTURES / "parts/bracket.stl", "mm", "", 10, papers, watchers, cls.mailbox,
                                  lambda session, side: watcher.Watcher(session, cls.tell, side))]
        finally:
            for one in watchers.values():
                one.stop()
        cls.names = cls.crawl()
        cls.stranger = cls.stranger_company("stranger")

    @classmethod
    def stranger_company(cls, key: str) -> api.Session:
        password = "correct horse battery staple 7"
        email = f"{key}@elsewhere.example"
        cls.client.anonymous().call(
            "accounts", "SignUp", password=password, owner={"display_name": "S. Tranger", "email": email},
            company={"display_name": "Elsewhere Ltd", "kind": 2, "language_code": "en", "time_zone": "UTC", "vat_id": "",
                     "address": {"street_lines": ["1 Road"], "postal_code": "1", "locality": "Town", "region_code": "US"}})
        return cls.client.sign_in(email, password)

    @classmethod
    def crawl(cls) -> set:
        """What the four companies can list, again and again until nothing new comes."""
        names = {session.company for session in cls.sessions.values()} | set(cls.orders)
        asked = set()
        while True:
            calls = [probe for area in AREAS for probe in cls.probes(area, names)
                     if probe.method.name.startswith(("List", "Get")) and str(probe) not in asked]
            if not calls:
                return names
            for probe in calls:
                asked.add(str(probe))
                for session in cls.sessions.values():
                    try:
                        stub = getattr(cls.client.stub(probe.area), probe.method.name)
                        names |= names_in(stub(probe.request(probe.name), timeout=20, metadata=session.metadata()))
                    except grpc.RpcError:
                        pass

    @classmethod
    def probes(cls, area: str, names: set) -> list:
        out = []
        for method in service_of(area).methods:
            if policy_of(method).audience not in (2, 4):  # MEMBER, MEMBER_OR_SERVICE
                continue
            for path, pattern in name_fields(method.input_type):
                fitting = sorted(name for name in names if matches(pattern, name))
                out += [Probe(area, method, path, name) for name in fitting[:4]]
        return out

    def outcome(self, session: api.Session, probe: Probe, name: str) -> tuple:
        """(code, reason), or ("OK", whatever came back). A stream is read to its first message."""
        stub = getattr(self.client.stub(probe.area), probe.method.name)
        request = probe.request(name)
        try:
            if probe.method.client_streaming:
                answer = stub(iter([request]), timeout=20, metadata=session.metadata())
            elif probe.method.server_streaming:
                call = stub(request, timeout=3, metadata=session.metadata())
                answer = next(call, None)
                call.cancel()
            else:
                answer = stub(request, timeout=20, metadata=session.metadata())
        except grpc.RpcError as error:
            told = api.CallError(error)
            return told.code, told.reason
        return "OK", answer.SerializeToString() if answer is not None else b""

    def test_what_another_company_has_looks_like_what_does_not_exist(self):
        hidden, met, failures = 0, {}, []
        for area in AREAS:
            for probe in self.probes(area, self.names):
                key = f"{area}.{probe.method.name}"
                foreign = self.outcome(self.stranger, probe, probe.name)
                absent = self.outcome(self.stranger, probe, unknown(probe.name))
                met.setdefault(key, set()).add(foreign[0])
                hidden += foreign[0] in ("NOT_FOUND", "PERMISSION_DENIED")
                hidden += foreign == ("OK", b"")  # an empty list for both
                if foreign != absent or (foreign[0] == "OK" and foreign[1]):
                    failures.append(f"{probe}: foreign {foreign}, unknown {absent}")
        self.assertEqual(failures, [], "\n" + "\n".join(failures))
        reached = [key for key, codes in met.items() if codes & {"NOT_FOUND", "PERMISSION_DENIED"}]
        print(f"{hidden} foreign names hidden by {len(reached)} of {len(met)} methods; stopped earlier: "
              f"{sorted(set(met) - set(reached))}")
        self.assertGreaterEqual(len(reached), 45, "most methods come as far as looking the name up")

    def test_nobody_gets_in_without_a_token(self):
        asked = 0
        for area in AREAS:
            for method in service_of(area).methods:
                if policy_of(method).audience == 1 or method.client_streaming:  # PUBLIC
                    continue
                self.assertEqual(self.anonymous_outcome(area, method), "UNAUTHENTICATED", f"{area}.{method.name}")
                asked += 1
        self.assertGreaterEqual(asked, 70)

    def anonymous_outcome(self, area: str, method) -> str:
        stub = getattr(self.client.stub(area), method.name)
        try:
            answer = stub(method.input_type._concrete_class(), timeout=20)
            if method.server_streaming:
                next(answer, None)
        except grpc.RpcError as error:
            return error.code().name
        return "OK"

    def test_a_role_that_the_policy_does_not_list_is_refused(self):
        lab = self.sessions["lab"]
        password = "correct horse battery staple 9"
        for role in ("watcher", "billing"):
            email = f"{role}@nordlicht.example"
            lab.call("accounts", "CreateMember", parent=lab.company, password=password,
                     member={"display_name": role, "email": email, "roles": [role]})
            session, refused = self.client.sign_in(email, password), 0
            for area in AREAS:
                for probe in self.probes(area, self.names):
                    roles = policy_of(probe.method).roles
                    if not roles or role in roles:
                        continue
                    code, reason = self.outcome(session, probe, probe.name)
                    self.assertEqual(code, "PERMISSION_DENIED", f"{role}: {probe} answered {code} {reason}")
                    refused += 1
            self.assertGreaterEqual(refused, 40, role)


if __name__ == "__main__":
    unittest.main()
