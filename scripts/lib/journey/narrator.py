"""Tells a person what happens and keeps count of what was checked."""

import sys
import threading
import time


class CheckFailed(Exception):
    """A step did not do what it must."""


class Narrator:
    def __init__(self, out=sys.stdout):
        self.out, self.checks = out, 0
        self._lock = threading.Lock()
        self._colour = out.isatty()

    def _print(self, text: str) -> None:
        with self._lock:
            print(text, file=self.out, flush=True)

    def _paint(self, code: int, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self._colour else text

    def chapter(self, title: str) -> None:
        self._print("\n" + self._paint(1, f"== {title} " + "=" * max(3, 96 - len(title))))

    def step(self, text: str) -> None:
        self._print(f" {self._paint(36, '>')} {text}")

    def detail(self, text: str) -> None:
        for line in text.splitlines():
            self._print(f"      {line}")

    def live(self, text: str) -> None:
        self._print(f"      {self._paint(35, 'live')} {text}")

    def check(self, condition, text: str) -> None:
        """Fails the run unless `condition` holds."""
        if not condition:
            self._print(f"   {self._paint(31, 'FAILED')} {text}")
            raise CheckFailed(text)
        self.checks += 1
        self._print(f"   {self._paint(32, 'ok')} {text}")


def wait_for(what: str, test, seconds: float = 30):
    """Polls `test` until it answers something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        result = test()
        if result:
            return result
        if time.monotonic() > deadline:
            raise CheckFailed(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.1)
