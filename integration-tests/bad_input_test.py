"""Bad input through the real gateway: the right code, reason, field and remedy, and nothing written."""

import hashlib
import json
import pathlib
import ssl
import struct
import tempfile
import unittest
import urllib.error
import urllib.request
import uuid

import api
from environment import FIXTURES, SuiteCase
from journey import people

MILLIMETER, BLOCKING = 1, 3


def cube_stl(edge: float = 10.0) -> bytes:
    """A closed cube as binary STL."""
    e = edge
    corners = [(0, 0, 0), (e, 0, 0), (e, e, 0), (0, e, 0), (0, 0, e), (e, 0, e), (e, e, e), (0, e, e)]
    faces = [(0, 2, 1), (0, 3, 2), (4, 5, 6), (4, 6, 7), (0, 1, 5), (0, 5, 4), (1, 2, 6), (1, 6, 5), (2, 3, 7), (2, 7, 6),
             (3, 0, 4), (3, 4, 7)]
    out = b"cube".ljust(80) + struct.pack("<I", len(faces))
    for face in faces:
        out += struct.pack("<12fH", 0, 0, 0, *corners[face[0]], *corners[face[1]], *corners[face[2]], 0)
    return out


class BadInputTest(SuiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sessions = cls.seed()
        cls.shop = cls.sessions["shop"]
        cls.customer = people.sign_up_or_in(cls.client, cls.installation.passwords, "customer", shop=cls.shop.company)
        cls.folder = pathlib.Path(tempfile.mkdtemp(dir=cls.installation.data))
        cls.project = cls.customer.call("files", "CreateProject", parent=cls.customer.company,
                                        project={"display_name": "bad input"}).name

    # -- helpers -----------------------------------------------------------------------------------------------------

    def file(self, name: str, data: bytes) -> pathlib.Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def new_project(self, session=None) -> str:
        session = session or self.customer
        return session.call("files", "CreateProject", parent=session.company, project={"display_name": "p"}).name

    def material(self) -> str:
        return self.customer.call("catalog", "ListMaterials", parent=self.shop.company).materials[0].name

    def quote(self, **fields):
        file = self.customer.upload(self.new_project(), self.file("cube.stl", cube_stl()), unit=MILLIMETER)
        return self.customer.call("catalog", "CreateQuote", seller=self.shop.company,
                                  parts=[{"file": file.name, "material": self.material(), "quantity": 1}], **fields)

    def order(self):
        return self.customer.call("orders", "CreateOrder", quote=self.quote().name, entry_trigger="place")

    def orders_of(self, session) -> int:
        return len(session.list("orders", "ListOrders", "orders", parent=session.company))

    def json(self, method: str, path: str, body: dict | bytes | None = None, token: str | None = None, headers=None):
        """HTTP status, headers and body of one JSON call."""
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        request = urllib.request.Request(f"https://localhost:{self.stack.base_port}{path}", data=data, method=method)
        request.add_header("content-type", "application/json")
        if token is not None:
            request.add_header("authorization", f"Bearer {token}")
        for key, value in (headers or {}).items():
            request.add_header(key, value)
        context = ssl.create_default_context(cafile=str(self.stack.ca_file))
        try:
            with urllib.request.urlopen(request, context=context, timeout=20) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    # -- who calls ---------------------------------------------------------------------------------------------------

    def test_no_token(self):
        error = self.refused("UNAUTHENTICATED", None, self.client.anonymous().call, "orders", "ListOrders",
                             parent=self.customer.company)
        self.assertTrue(error.message)

    def test_a_forged_token_and_one_of_another_key(self):
        header, payload, signature = self.customer.token.split(".")
        for token in ("x.y.z", f"{header}.{payload}.{'A' * len(signature)}", f"{header}.{payload}."):
            session = api.Session(self.client, token, self.customer.company, self.customer.member)
            self.refused("UNAUTHENTICATED", None, session.call, "orders", "ListOrders", parent=self.customer.company)

    def test_a_foreign_companys_order_looks_absent(self):
        order = self.order()
        stranger = self.sessions["lab"]
        foreign = self.refused("NOT_FOUND", "RESOURCE_NOT_FOUND", stranger.call, "orders", "GetOrder", name=order.name)
        absent_name = order.name[:-4] + "zzzz"
        absent = self.refused("NOT_FOUND", "RESOURCE_NOT_FOUND", stranger.call, "orders", "GetOrder", name=absent_name)
        self.assertEqual(foreign.message.replace(order.name, "X"), absent.message.replace(absent_name, "X"),
                         "both answers are the same but for the name that was asked")
        for area, method, fields in (("orders", "VerifyHistory", {"name": order.name}),
                                     ("orders", "TransitionOrder", {"name": order.name, "trigger": "ship"}),
                                     ("orders", "CancelOrder", {"name": order.name, "reason": "mine now"}),
                                     ("orders", "ListHistory", {"parent": order.name}),
                                     ("documents", "ListDocuments", {"parent": order.name}),
                                     ("files", "GetProject", {"name": self.project}),
                                     ("files", "ListFiles", {"parent": self.project}),
                                     ("catalog", "GetQuote", {"name": order.quote})):
            with self.subTest(method=method):
                self.refused("NOT_FOUND", "RESOURCE_NOT_FOUND", stranger.call, area, method, **fields)

    # -- orders ------------------------------------------------------------------------------------------------------

    def test_an_illegal_transition_says_what_is_missing_and_what_is_allowed(self):
        order = self.order()
        error = self.refused("FAILED_PRECONDITION", "ORDER_TRANSITION_NOT_ALLOWED", self.shop.call, "orders",
                             "TransitionOrder", name=order.name, trigger="ship")
        self.assertIn("allowed", error.metadata)
        self.assertTrue(error.preconditions)
        after = self.shop.call("orders", "GetOrder", name=order.name)
        self.assertEqual((after.state, list(after.shipments)), (order.state, []), "nothing was written")
        actions = [e.action for e in self.shop.call("orders", "ListHistory", parent=order.name).entries]
        self.assertNotIn("ship", actions)

    def test_an_unknown_trigger(self):
        self.refused("INVALID_ARGUMENT", "ORDER_TRIGGER_UNKNOWN", self.shop.call, "orders", "TransitionOrder",
                     name=self.order().name, trigger="teleport")

    def test_a_stale_etag(self):
        order = self.order()
        self.customer.call("orders", "UpdateOrder", order={"name": order.name, "notes": "changed"})
        error = self.refused("ABORTED", "ETAG_MISMATCH", self.customer.call, "orders", "UpdateOrder",
                             order={"name": order.name, "notes": "lost update", "etag": order.etag})
        self.assertIn("etag", error.metadata)
        self.assertEqual(self.customer.call("orders", "GetOrder", name=order.name).notes, "changed")

    def test_a_request_id_answers_the_same_and_refuses_another_body(self):
        quote, request_id = self.quote().name, str(uuid.uuid4())
        before = self.orders_of(self.customer)
        first = self.customer.call("orders", "CreateOrder", quote=quote, entry_trigger="place", request_id=request_id)
        again = self.customer.call("orders", "CreateOrder", quote=quote, entry_trigger="place", request_id=request_id)
        self.assertEqual(first, again)
        error = self.refused("INVALID_ARGUMENT", "REQUEST_ID_REUSED", self.customer.call, "orders", "CreateOrder",
                             quote=quote, entry_trigger="place", notes="another", request_id=request_id)
        self.assertIn("request_id", error.fields)
        self.assertEqual(self.orders_of(self.customer), before + 1)

    def test_validate_only_writes_nothing(self):
        before = self.orders_of(self.customer)
        dry = self.customer.call("orders", "CreateOrder", quote=self.quote().name, entry_trigger="place", validate_only=True)
        self.assertEqual(dry.displayed_status, "Placed")
        self.assertEqual(self.orders_of(self.customer), before)

    def test_a_quote_hash_that_is_not_the_quotes(self):
        self.refused("FAILED_PRECONDITION", None, self.customer.call, "orders", "CreateOrder", quote=self.quote().name,
                     quote_hash="0" * 64, entry_trigger="place")

    def test_a_forged_page_token_and_one_of_another_list(self):
        for _ in range(2):
            self.order()
        page = self.customer.call("orders", "ListOrders", parent=self.customer.company, page_size=1)
        self.assertTrue(page.next_page_token)
        for token in ("AAAA", page.next_page_token[:-2] + "AA", "not base64 %"):
            error = self.refused("INVALID_ARGUMENT", "PAGE_TOKEN_INVALID", self.customer.call, "orders", "ListOrders",
                                 parent=self.customer.company, page_size=1, page_token=token)
            self.assertIn("page_token", error.fields)
        self.refused("INVALID_ARGUMENT", "PAGE_TOKEN_INVALID", self.shop.call, "orders", "ListOrders",
                     parent=self.shop.company, page_size=1, page_token=page.next_page_token)

    def test_a_filter_that_does_not_parse(self):
        for text in ("state = ", "nope = 1", "((((", "state = PLACED AND", "a" * 4097):
            with self.subTest(filter=text[:20]):
                error = self.refused("INVALID_ARGUMENT", None, self.customer.call, "orders", "ListOrders",
                                     parent=self.customer.company, filter=text)
                self.assertIn("filter", error.fields)

    def test_a_message_over_the_limit(self):
        with self.assertRaises(api.CallError) as caught:
            self.customer.call("orders", "UpdateOrder", order={"name": self.order().name, "notes": "x" * (5 << 20)})
        self.assertIn(caught.exception.code, ("RESOURCE_EXHAUSTED", "UNKNOWN"), str(caught.exception))
        error = self.refused("INVALID_ARGUMENT", "FIELD_INVALID", self.customer.call, "orders", "UpdateOrder",
                             order={"name": self.order().name, "notes": "x" * 16385})
        self.assertIn("order.notes", error.fields)

    # -- JSON --------------------------------------------------------------------------------------------------------

    def test_json_errors(self):
        token = self.customer.token
        order = self.order()
        cases = [
            ("unknown path", "GET", "/v1/nonsense", None, token, 404),
            ("unknown verb", "POST", f"/v1/{order.name}:teleport", {}, token, 404),
            ("unknown query parameter", "GET", f"/v1/{order.name}?nonsense=1", None, token, 400),
            ("unknown enum", "GET", f"/v1/{self.customer.company}/orders?view=SIDEWAYS", None, token, 400),
            ("no JSON", "POST", f"/v1/{order.name}:transition", b"{", token, 400),
            ("no token", "GET", f"/v1/{order.name}", None, None, 401),
            ("bad token", "GET", f"/v1/{order.name}", None, "x.y.z", 401),
            ("body over 1 MiB", "POST", f"/v1/{order.name}:transition", b'{"reason":"' + b"x" * (2 << 20) + b'"}', token, 413),
        ]
        for name, method, path, body, credential, expected in cases:
            with self.subTest(name):
                status, headers, answer = self.json(method, path, body, credential)
                self.assertEqual(status, expected, answer[:300])
                self.assertIn("code", json.loads(answer), "the body is a google.rpc.Status")
        status, _, answer = self.json("POST", f"/v1/{order.name}:transition", {"trigger": "ship"}, self.shop.token)
        details = json.loads(answer)["details"]
        self.assertEqual(status, 400)
        self.assertTrue(any(d.get("reason") == "ORDER_TRANSITION_NOT_ALLOWED" for d in details), answer)

    # -- files -------------------------------------------------------------------------------------------------------

    def test_an_upload_whose_hash_differs_stores_nothing(self):
        project = self.new_project()
        self.refused("INVALID_ARGUMENT", "UPLOAD_HASH_MISMATCH", self.customer.upload, project,
                     self.file("cube.stl", cube_stl()), MILLIMETER, sha256="0" * 64)
        self.assertEqual(list(self.customer.call("files", "ListFiles", parent=project).files), [])

    def test_file_names_that_are_no_names(self):
        for name in ("../x.stl", "a/b.stl", "a\\b.stl", "C:x.stl", "..", "a\u202eb.stl", "a\u200bb.stl"):
            with self.subTest(name=name):
                error = self.refused("INVALID_ARGUMENT", None, self.customer.call, "files", "StartUpload",
                                     parent=self.project, file_name=name, size_bytes=1)
                self.assertIn("file_name", error.fields)

    def blocked_part(self, name: str, data: bytes, rule: str):
        """The upload succeeds, the verdict is blocking, quoting is refused naming the file."""
        file = self.customer.upload(self.new_project(), self.file(name, data), unit=MILLIMETER)
        self.assertEqual(file.sha256, hashlib.sha256(data).hexdigest(), "the bytes are stored as they came")
        self.assertEqual(file.verdict, BLOCKING, file.findings)
        worst = [f for f in file.findings if f.finding_class == BLOCKING]
        self.assertTrue(any(rule in f.rule for f in worst), [f.rule for f in worst])
        self.assertTrue(all(f.remedy for f in worst), "each names a remedy")
        error = self.refused("FAILED_PRECONDITION", None, self.customer.call, "catalog", "CreateQuote",
                             seller=self.shop.company,
                             parts=[{"file": file.name, "material": self.material(), "quantity": 1}])
        self.assertIn(name, str(error))

    def test_an_stl_with_nan(self):
        data = bytearray(cube_stl())
        data[84 + 12:84 + 16] = struct.pack("<f", float("nan"))
        self.blocked_part("nan.stl", bytes(data), "not_finite")

    def test_an_stl_with_a_lying_triangle_count(self):
        data = bytearray(cube_stl())
        data[80:84] = struct.pack("<I", 1000)
        self.blocked_part("lying.stl", bytes(data), "")

    def test_an_open_stl(self):
        data = cube_stl()
        data = data[:80] + struct.pack("<I", 11) + data[84:84 + 11 * 50]
        self.blocked_part("open.stl", data, "open")

    def blocked_case(self, name: str, data: bytes):
        lab, center = self.sessions["lab"], self.sessions["center"]
        contacts = lab.list("accounts", "ListContacts", "contacts", parent=lab.company)
        if not any(contact.contact_company == center.company for contact in contacts):
            invitation = lab.call("accounts", "CreateInvitation", parent=lab.company, company=center.company)
            center.call("accounts", "AcceptInvitation", name=invitation.name)
        project = self.new_project(lab)
        file = lab.upload(project, self.file(name, data))
        facts = lab.call("files", "CheckProject", name=project)
        self.assertEqual(facts.verdict, BLOCKING, facts)
        self.assertTrue(any(f.file_name == name and f.finding_class == BLOCKING for f in facts.findings), facts.findings)
        self.assertEqual(file.size_bytes, len(data))
        error = self.refused("FAILED_PRECONDITION", None, lab.call, "catalog", "CreateQuote", seller=center.company,
                             project=project)
        self.assertIn(name, str(error))

    def test_xml_with_doctype(self):
        self.blocked_case("doctype.constructionInfo", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><ConstuctionInfo/>')

    def test_truncated_xml(self):
        case = next((FIXTURES / "dental").glob("*.constructionInfo")).read_bytes()
        self.blocked_case("truncated.constructionInfo", case[:len(case) // 2])


class ExpiredQuoteTest(SuiteCase):
    """Orders lives 15 days ahead of catalog here, and a quote is good for 14."""

    flags = {"orders": {"server.clock_offset_seconds": 15 * 24 * 3600}}

    def test_a_quote_that_expired(self):
        sessions = self.seed()
        shop = sessions["shop"]
        customer = people.sign_up_or_in(self.client, self.installation.passwords, "customer", shop=shop.company)
        project = customer.call("files", "CreateProject", parent=customer.company, project={"display_name": "p"}).name
        path = self.installation.data / "cube.stl"
        path.write_bytes(cube_stl())
        file = customer.upload(project, path, unit=MILLIMETER)
        material = customer.call("catalog", "ListMaterials", parent=shop.company).materials[0].name
        quote = customer.call("catalog", "CreateQuote", seller=shop.company,
                              parts=[{"file": file.name, "material": material, "quantity": 1}])
        error = self.refused("FAILED_PRECONDITION", None, customer.call, "orders", "CreateOrder", quote=quote.name,
                             entry_trigger="place")
        self.assertIn("expired", str(error).lower())
        self.assertEqual(customer.list("orders", "ListOrders", "orders", parent=customer.company), [], "nothing was written")


if __name__ == "__main__":
    unittest.main()
