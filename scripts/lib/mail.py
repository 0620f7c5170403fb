"""The mail page of scripts/run: MailDev from npm, on 127.0.0.1 only."""

import json
import pathlib
import time
import urllib.error
import urllib.request

import paths


def version() -> str:
    for line in (paths.ROOT / "scripts/versions.env").read_text().splitlines():
        if line.startswith("MW_MAILDEV="):
            return line.split("=", 1)[1].split("#")[0].strip()
    raise RuntimeError("MW_MAILDEV is not pinned in scripts/versions.env")


def install() -> pathlib.Path:
    """Installs MailDev once into the tools folder; its start script."""
    folder = paths.npm_install("maildev", json.dumps({"private": True, "dependencies": {"maildev": version()}}))
    script = folder / "node_modules/maildev/bin/maildev"
    if not script.exists():
        package = json.loads((folder / "node_modules/maildev/package.json").read_text())
        script = folder / "node_modules/maildev" / (package["bin"]["maildev"] if isinstance(package["bin"], dict)
                                                     else package["bin"])
    return script


def command(smtp_port: int, web_port: int) -> list:
    return [*paths.node(), str(install()), "--ip", "127.0.0.1", "-s", str(smtp_port), "--web-ip", "127.0.0.1",
            "-w", str(web_port), "--mail-directory", ""][:-2]


class MailPage:
    """Reads what MailDev got."""

    def __init__(self, port: int):
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def messages(self) -> list:
        with urllib.request.urlopen(f"{self.url}/api/email", timeout=5) as answer:
            return json.load(answer)

    def wait_ready(self, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.messages()
                return
            except (OSError, urllib.error.URLError):
                if time.monotonic() > deadline:
                    raise RuntimeError(f"the mail page does not answer at {self.url}") from None
                time.sleep(0.1)
