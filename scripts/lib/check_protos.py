"""Checks the descriptors of all packages: `python check_protos.py DESCRIPTOR_SET`. The build runs it on every change.

Fails if an RPC has no access policy; a public unary RPC no HTTP binding; a mutation no request_id or validate_only; a
List RPC no paging; if two RPCs share a path; if a field is unsigned; if a policy names a role or service that does not
exist.
"""

import pathlib
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

ROLES = {"owner", "member", "watcher", "billing", "operator"}
SERVICES = {"accounts", "catalog", "files", "orders", "notifications", "documents"}
UNSIGNED = {4, 6, 7, 13}  # TYPE_UINT64, FIXED64, FIXED32, UINT32
# Sign-in hands out secrets: its answers are not stored, so that it takes no request_id (docs/decisions/0005).
NO_REQUEST_ID = {"SignIn", "RefreshTokens", "SignOut"}


class Checker:
    def __init__(self, descriptor_set: bytes):
        self.files = [f for f in descriptor_pb2.FileDescriptorSet.FromString(descriptor_set).file]
        self.pool = descriptor_pool.DescriptorPool()
        for file in self.files:
            self.pool.Add(file)
        self.options = message_factory.GetMessageClass(self.pool.FindMessageTypeByName("google.protobuf.MethodOptions"))
        self.access = self.pool.FindExtensionByName("millwright.common.v1.access")
        self.http = self.pool.FindExtensionByName("google.api.http")
        self.problems, self.paths, self.count = [], {}, 0

    def problem(self, where: str, text: str) -> None:
        self.problems.append(f"{where}: {text}")

    def check_policy(self, where: str, policy) -> None:
        if policy.audience == 0:
            self.problem(where, "has no (millwright.common.v1.access)")
        for role in set(policy.roles) - ROLES:
            self.problem(where, f"names the unknown role `{role}`")
        for service in set(policy.services) - SERVICES:
            self.problem(where, f"names the unknown service `{service}`")

    def check_http(self, where: str, options) -> None:
        rule = options.Extensions[self.http]
        verb = rule.WhichOneof("pattern")
        if not verb:
            self.problem(where, "has no google.api.http")
            return
        path = f"{verb} {getattr(rule, verb)}"
        if path in self.paths:
            self.problem(where, f"shares `{path}` with {self.paths[path]}")
        self.paths[path] = where

    def check_method(self, package: str, service, method) -> None:
        self.count += 1
        where = f"{package}.{service.name}/{method.name}"
        options = self.options.FromString(method.options.SerializeToString())
        policy = options.Extensions[self.access]
        self.check_policy(where, policy)
        unary = not method.client_streaming and not method.server_streaming
        if ".internal." in package or not unary:
            return
        self.check_http(where, options)
        request = self.pool.FindMessageTypeByName(method.input_type.lstrip("."))
        fields = request.fields_by_name
        if request.name != f"{method.name}Request":
            self.problem(where, f"takes {request.name} instead of {method.name}Request")
        if method.name.startswith("List") and not {"page_size", "page_token"} <= set(fields):
            if method.name != "ListAvailableTransitions":  # bounded by the definition: at most 200 states
                self.problem(where, "lists without page_size and page_token")
        if not policy.read_only and method.name not in NO_REQUEST_ID:
            for name in ("request_id", "validate_only"):
                if name not in fields:
                    self.problem(where, f"writes without {name}")

    def check_message(self, package: str, message) -> None:
        for field in message.field:
            if field.type in UNSIGNED:
                self.problem(f"{package}.{message.name}.{field.name}", "is unsigned")
        for nested in message.nested_type:
            self.check_message(f"{package}.{message.name}", nested)

    def run(self) -> list:
        for file in self.files:
            if not file.package.startswith("millwright."):
                continue
            for service in file.service:
                for method in service.method:
                    self.check_method(file.package, service, method)
            for message in file.message_type:
                self.check_message(file.package, message)
        if self.count == 0:
            self.problem("descriptor set", "holds no RPC")
        return self.problems


if __name__ == "__main__":
    checker = Checker(pathlib.Path(sys.argv[1]).read_bytes())
    found = checker.run()
    print("\n".join(found) or f"{checker.count} RPCs keep to the rules")
    sys.exit(1 if found else 0)
