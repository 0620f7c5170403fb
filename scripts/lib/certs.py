"""Makes the development CA and a certificate for every process: `python certs.py DIR`.

Each service's certificate names it twice: URI SAN spiffe://millwright/NAME (who calls) and DNS SAN
NAME.millwright.internal (who answers). `edge` is the gateway's outside certificate, for localhost and 127.0.0.1.
What is there and good for another week is kept. Keys are 0600. A certificate lives 90 days, the CA ten years.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

SERVICES = ["accounts", "catalog", "files", "orders", "notifications", "documents", "gateway"]
WEEK_SECONDS = 7 * 24 * 3600


def openssl(*args: str) -> None:
    subprocess.run(["openssl", *args], check=True, capture_output=True)


def is_good(cert: pathlib.Path) -> bool:
    return cert.exists() and subprocess.run(
        ["openssl", "x509", "-in", str(cert), "-checkend", str(WEEK_SECONDS)], capture_output=True).returncode == 0


def new_key(path: pathlib.Path) -> None:
    old = os.umask(0o077)
    try:
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(path))
    finally:
        os.umask(old)


def make_ca(folder: pathlib.Path) -> None:
    new_key(folder / "ca.key")
    openssl("req", "-x509", "-new", "-key", str(folder / "ca.key"), "-sha256", "-days", "3650",
            "-subj", "/O=Millwright/CN=Millwright development CA", "-out", str(folder / "ca.pem"),
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")


def make_certificate(folder: pathlib.Path, name: str, san: str) -> None:
    """Writes under other names first and renames: a service that watches the files never sees half of one."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch_name:
        scratch = pathlib.Path(scratch_name)
        new_key(scratch / "key")
        openssl("req", "-new", "-key", str(scratch / "key"), "-subj", f"/O=Millwright/CN={name}", "-out", str(scratch / "csr"))
        (scratch / "ext").write_text(f"subjectAltName={san}\nextendedKeyUsage=serverAuth,clientAuth\n")
        openssl("x509", "-req", "-in", str(scratch / "csr"), "-CA", str(folder / "ca.pem"), "-CAkey", str(folder / "ca.key"),
                "-CAcreateserial", "-CAserial", str(scratch / "serial"), "-sha256", "-days", "90",
                "-extfile", str(scratch / "ext"), "-out", str(scratch / "pem"))
        (scratch / "key").rename(folder / f"{name}.key")
        (scratch / "pem").rename(folder / f"{name}.pem")


def make_all(folder: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if not is_good(folder / "ca.pem"):
        make_ca(folder)
        for old in folder.glob("*.pem"):
            if old.name != "ca.pem":
                old.unlink()
    for name in SERVICES:
        if not is_good(folder / f"{name}.pem"):
            make_certificate(folder, name, f"URI:spiffe://millwright/{name},DNS:{name}.millwright.internal")
    if not is_good(folder / "edge.pem"):
        make_certificate(folder, "edge", "DNS:localhost,IP:127.0.0.1,IP:::1")


if __name__ == "__main__":
    make_all(pathlib.Path(sys.argv[1]))
