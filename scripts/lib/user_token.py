"""scripts/token [--company] USER: prints an access token, or the company's name, of a user of the running stack."""

import json
import pathlib
import sys

import api
import paths


def running() -> tuple:
    """Data directory and base port of the stack that scripts/run started last."""
    state = paths.ROOT / ".run/current"
    if not state.exists():
        sys.exit("nothing was started here; scripts/run starts everything")
    data, port = state.read_text().split("\n")[:2]
    return pathlib.Path(data), int(port)


def sign_in(user: str) -> api.Session:
    data, port = running()
    users = json.loads((data / "users.json").read_text())
    if user not in users:
        sys.exit(f"no user `{user}`; there are: {', '.join(sorted(users))}")
    client = api.Client(f"127.0.0.1:{port}", data / "certs/ca.pem", paths.ROOT / "build/release")
    try:
        return client.sign_in(users[user]["email"], users[user]["password"])
    except api.CallError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    names = [argument for argument in sys.argv[1:] if argument != "--company"]
    if len(names) != 1:
        sys.exit("usage: scripts/token [--company] USER   (lab, center, shop, customer, operator)")
    session = sign_in(names[0])
    print(session.company if "--company" in sys.argv else session.token)
