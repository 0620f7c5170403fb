"""Fails if a file includes what its room must not know: `python check_layers.py ROOT`. Runs as a test.

domain/ includes neither grpcpp nor sqlite3 nor SQL stores; storage/ and the gRPC-free parts of common include no grpcpp;
nobody includes another service's files.
"""

import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.M)
GRPC_ROOMS = {"rpc", "tls"}  # of common


def forbidden(path: pathlib.PurePosixPath, include: str) -> str:
    """Why `path` may not include `include`; "" if it may."""
    parts = path.parts
    grpc = include.startswith(("grpcpp/", "grpc/"))
    sqlite = include.startswith("sqlite3") or include.startswith("common/storage/")
    if parts[0] == "common" and grpc and parts[1] not in GRPC_ROOMS:
        return "common without rpc and tls does not know gRPC"
    if parts[0] != "services":
        return ""
    if "domain" in parts and (grpc or sqlite):
        return "domain code knows neither gRPC nor SQL"
    if "storage" in parts and grpc:
        return "stores do not know gRPC"
    if "domain" in parts and "/storage/" in include:
        return "domain code does not know its stores"
    other = include.split("/")
    if other[0] == "services" and len(other) > 1 and other[1] != parts[1]:
        return "services do not include each other's files"
    return ""


def main(root: pathlib.Path) -> int:
    problems, files = [], 0
    for folder in ("common", "services", "integration-tests"):
        for path in (root / folder).rglob("*"):
            if path.suffix not in (".h", ".cc"):
                continue
            files += 1
            relative = pathlib.PurePosixPath(path.relative_to(root).as_posix())
            for include in INCLUDE.findall(path.read_text(encoding="utf-8")):
                why = forbidden(relative, include)
                if why:
                    problems.append(f"{relative}: includes {include}: {why}")
    print("\n".join(problems) or f"{files} files keep to their layers")
    return 1 if problems or files == 0 else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
