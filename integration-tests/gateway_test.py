"""What the gateway promises: TLS, mTLS inside, JSON, gRPC-Web, CORS, raw bytes, reflection, long streams."""

import hashlib
import json
import socket
import ssl
import struct
import subprocess
import time
import unittest
import urllib.error
import urllib.request

import grpc

import api
import paths
from environment import FIXTURES, SuiteCase
from journey import people


class GatewayTest(SuiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = people.sign_up_or_in(cls.client, cls.installation.passwords, "shop")
        cls.customer = people.sign_up_or_in(cls.client, cls.installation.passwords, "customer", shop=cls.shop.company)
        cls.url = f"https://localhost:{cls.stack.base_port}"
        cls.tls = ssl.create_default_context(cafile=str(cls.stack.ca_file))

    def http(self, method: str, path: str, body: bytes | None = None, **headers):
        request = urllib.request.Request(self.url + path, data=body, method=method)
        for key, value in headers.items():
            request.add_header(key.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, context=self.tls, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def token(self) -> dict:
        return {"authorization": f"Bearer {self.customer.token}"}

    # -- transports --------------------------------------------------------------------------------------------------

    def test_plaintext_is_refused_outside(self):
        with socket.create_connection(("127.0.0.1", self.stack.base_port), timeout=5) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            plain.settimeout(5)
            try:
                answer = plain.recv(100)
            except ConnectionResetError:
                answer = b""
        self.assertFalse(answer.startswith(b"HTTP/1.1 200"))

    def test_services_refuse_whoever_has_no_certificate(self):
        for area in ("accounts", "orders"):
            channel = grpc.secure_channel(
                f"127.0.0.1:{self.stack.port(area)}",
                grpc.ssl_channel_credentials(self.stack.ca_file.read_bytes()),
                options=[("grpc.ssl_target_name_override", f"{area}.millwright.internal")])
            with self.assertRaises(grpc.RpcError) as caught:
                channel.unary_unary("/grpc.health.v1.Health/Check")(b"", timeout=5)
            self.assertEqual(caught.exception.code(), grpc.StatusCode.UNAVAILABLE)
            channel.close()

    def test_internal_rpcs_are_not_behind_the_gateway(self):
        call = self.client.channel.unary_unary("/millwright.internal.accounts.v1.DirectoryService/GetRelation")
        with self.assertRaises(grpc.RpcError) as caught:
            call(b"", timeout=5, metadata=self.customer.metadata())
        self.assertEqual(caught.exception.code(), grpc.StatusCode.UNIMPLEMENTED)

    # -- JSON --------------------------------------------------------------------------------------------------------

    def test_json_reads_and_writes(self):
        status, _, body = self.http("GET", f"/v1/{self.customer.company}", **self.token())
        self.assertEqual(status, 200)
        self.assertEqual(json.loads(body)["displayName"], people.PEOPLE["customer"].company["display_name"])
        status, _, body = self.http("PATCH", f"/v1/{self.customer.company}?updateMask=vatId",
                                    json.dumps({"vatId": "PL5260250274"}).encode(), content_type="application/json",
                                    **self.token())
        self.assertEqual(status, 200, body)

    def test_jwks_is_public(self):
        status, headers, body = self.http("GET", "/.well-known/jwks.json")
        self.assertEqual(status, 200)
        self.assertIn("json", headers["content-type"])
        key = json.loads(body)["keys"][0]
        self.assertEqual((key["kty"], key["crv"], key["alg"]), ("EC", "P-256", "ES256"))
        self.assertNotIn("d", key, "no private part")

    def test_cors_preflight(self):
        status, headers, _ = self.http("OPTIONS", f"/v1/{self.customer.company}/orders", origin="https://shop.example",
                                       access_control_request_method="POST")
        self.assertEqual(status, 200)
        self.assertEqual(headers["access-control-allow-origin"], "https://shop.example")
        self.assertIn("POST", headers["access-control-allow-methods"])

    def test_grpc_web(self):
        request = api.module("accounts", "accounts_service_pb2").GetCompanyRequest(name=self.customer.company)
        payload = request.SerializeToString()
        frame = b"\0" + struct.pack(">I", len(payload)) + payload
        status, headers, body = self.http("POST", "/millwright.accounts.v1.AccountsService/GetCompany", frame,
                                          content_type="application/grpc-web+proto", x_grpc_web="1", **self.token())
        self.assertEqual(status, 200)
        size = struct.unpack(">I", body[1:5])[0]
        company = api.module("accounts", "company_pb2").Company.FromString(body[5:5 + size])
        self.assertEqual(company.name, self.customer.company)

    # -- bytes -------------------------------------------------------------------------------------------------------

    def test_raw_upload_and_download_with_curl(self):
        project = self.customer.call("files", "CreateProject", parent=self.customer.company,
                                     project={"display_name": "curl"}).name
        part = FIXTURES / "parts/bracket.stl"
        curl = ["curl", "-sS", "--http1.1", "--cacert", str(self.stack.ca_file), "-H",
                f"authorization: Bearer {self.customer.token}"]
        up = subprocess.run([*curl, "--data-binary", f"@{part}", "-H", "content-type: application/octet-stream",
                             f"{self.url}/v1/{project}/files:streamRawUpload?file_name=bracket.stl&unit=LENGTH_UNIT_MILLIMETER"],
                            capture_output=True, check=True)
        file = json.loads(up.stdout)
        digest = hashlib.sha256(part.read_bytes()).hexdigest()
        self.assertEqual(file.get("sha256"), digest, up.stdout[:500])
        down = subprocess.run([*curl, "-i", f"{self.url}/v1/{file['name']}:download"], capture_output=True, check=True)
        head, _, body = down.stdout.partition(b"\r\n\r\n")
        while head.startswith(b"HTTP/1.1 100"):
            head, _, body = body.partition(b"\r\n\r\n")
        self.assertTrue(head.startswith(b"HTTP/1.1 200"), head)
        self.assertIn(digest.encode(), head, "the digest goes out as a header")
        self.assertEqual(hashlib.sha256(body).hexdigest(), digest)

    def test_raw_upload_of_more_than_the_json_limit(self):
        project = self.customer.call("files", "CreateProject", parent=self.customer.company,
                                     project={"display_name": "big"}).name
        data = b"solid big\n" + b"x" * (3 << 20)
        status, _, body = self.http("POST", f"/v1/{project}/files:streamRawUpload?file_name=big.bin", data,
                                    content_type="application/octet-stream", **self.token())
        self.assertEqual(status, 200, body[:300])
        self.assertEqual(json.loads(body)["sha256"], hashlib.sha256(data).hexdigest())

    # -- reflection, health, streams ---------------------------------------------------------------------------------

    def grpcurl(self, *args: str) -> subprocess.CompletedProcess:
        return subprocess.run([str(paths.tools() / "bin/grpcurl"), "-cacert", str(self.stack.ca_file), *args],
                              capture_output=True, text=True, timeout=30)

    def test_grpcurl_lists_describes_and_calls(self):
        address = f"localhost:{self.stack.base_port}"
        listed = self.grpcurl(address, "list").stdout.split()
        for service in ("accounts", "catalog", "files", "orders", "notifications", "documents"):
            self.assertIn(f"millwright.{service}.v1.{service.capitalize()}Service", listed)
        self.assertFalse([name for name in listed if "internal" in name])
        described = self.grpcurl(address, "describe", "millwright.orders.v1.OrdersService.TransitionOrder")
        self.assertIn("TransitionOrderRequest", described.stdout, described.stderr)
        called = self.grpcurl("-H", f"authorization: Bearer {self.customer.token}", "-d",
                              json.dumps({"name": self.customer.company}), address,
                              "millwright.accounts.v1.AccountsService/GetCompany")
        self.assertEqual(json.loads(called.stdout)["name"], self.customer.company, called.stderr)
        health = self.grpcurl("-H", "x-millwright-service: orders", address, "grpc.health.v1.Health/Check")
        self.assertEqual(json.loads(health.stdout)["status"], "SERVING", health.stderr)

    def test_a_watch_outlives_the_default_timeout_and_brings_checkpoints(self):
        stream = self.customer.stream("orders", "WatchOrders", parent=self.customer.company)
        began, tokens = time.monotonic(), []
        for answer in stream:
            tokens.append(answer.resume_token)
            if answer.checkpoint and time.monotonic() - began > 16:  # Envoy's default timeout is 15 s
                break
        stream.cancel()
        self.assertGreaterEqual(len(tokens), 2)
        self.assertTrue(all(tokens))


if __name__ == "__main__":
    unittest.main()
