"""kill -9 while a test goes on."""

import random
import threading
import time


class Killer:
    """Kills one random service of `areas` after another with kill -9, each `pause` seconds (from, to) after the one before
    is back."""

    def __init__(self, stack, client, areas, pause: tuple, seed: int):
        self.stack, self.client, self.areas, self.pause, self.random = stack, client, areas, pause, random.Random(seed)
        self.kills = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.wait(self.random.uniform(*self.pause)):
            area = self.random.choice(self.areas)
            self.stack.processes[area].kill()
            self.kills.append(area)
            deadline = time.monotonic() + 30
            while not self.client.healthy(area) and time.monotonic() < deadline and not self._ended.wait(0.05):
                continue

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(60)
