"""Reads the public methods and their annotations out of a descriptor set."""

import dataclasses

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

ACCESS = "millwright.common.v1.access"
PUBLIC = 1  # AccessPolicy.PUBLIC


@dataclasses.dataclass(frozen=True)
class Method:
    service: str
    name: str
    public: bool
    read_only: bool
    client_streaming: bool
    server_streaming: bool

    @property
    def path(self) -> str:
        return f"/{self.service}/{self.name}"

    @property
    def area(self) -> str:
        return self.service.split(".")[1]  # millwright.AREA.v1.XService


def read_methods(descriptor_set: bytes) -> list:
    files = descriptor_pb2.FileDescriptorSet.FromString(descriptor_set)
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    access = pool.FindExtensionByName(ACCESS)
    # Options were parsed without knowing our extension; parse them again with the pool that does.
    options_class = message_factory.GetMessageClass(pool.FindMessageTypeByName("google.protobuf.MethodOptions"))
    methods = []
    for file in files.file:
        for service in file.service:
            for method in service.method:
                options = options_class.FromString(method.options.SerializeToString())
                policy = options.Extensions[access]
                methods.append(Method(f"{file.package}.{service.name}", method.name, policy.audience == PUBLIC,
                                      policy.read_only, method.client_streaming, method.server_streaming))
    return methods
