"""Follows a company's orders on the live stream, through disconnects."""

import threading
import time

import grpc


class Watcher:
    """Collects the displayed statuses of orders, each change once, also while services are restarted."""

    def __init__(self, session, narrator, side: str):
        self.session, self.narrator, self.side = session, narrator, side
        self.changes = []
        self._token, self._stream, self._ended = "", None, False
        self._first = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._first.wait(20)  # the stream stands before the story goes on

    def _run(self) -> None:
        while not self._ended:
            try:
                self._stream = self.session.stream("orders", "WatchOrders", parent=self.session.company,
                                                   resume_token=self._token)
                for answer in self._stream:
                    self._token = answer.resume_token
                    for change in answer.changes:
                        self._take(change)
                    self._first.set()
            except (grpc.RpcError, ValueError):  # ValueError: the channel is closed, the story is over
                if not self._ended:
                    time.sleep(0.2)

    def _take(self, change) -> None:
        self.changes.append(change)
        if change.displayed_before != change.displayed_after:
            before = change.displayed_before or "new"
            self.narrator.live(f"{self.side}: {change.order_number}  {before} -> {change.displayed_after}")

    def statuses(self, order: str) -> list:
        """Displayed statuses that the order passed, oldest first."""
        out = []
        for change in self.changes:
            if change.order_name == order and (not out or out[-1] != change.displayed_after):
                out.append(change.displayed_after)
        return out

    def stop(self) -> None:
        self._ended = True
        if self._stream is not None:
            self._stream.cancel()
        self._thread.join(5)
