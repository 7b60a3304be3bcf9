"""What clients saw, as JSON Lines on one monotonic clock (README.md has the fields)."""
import json
import threading
import time


class History:
    """Thread-safe. Each row is on disk before the call returns: a run that is killed leaves it."""

    def __init__(self, path):
        self._file = open(path, "w", encoding="utf-8")  # noqa: SIM115 - closed by close()
        self._lock = threading.Lock()
        self.acknowledged = 0
        self.counts = {}

    def _write(self, row):
        line = json.dumps(row, ensure_ascii=False) + "\n"
        with self._lock:
            self._file.write(line)
            self._file.flush()

    def add(self, client, op, begun, result, signed=None, **more):
        """`begun`: time.monotonic_ns() before the request; `more`: what README.md lists beside."""
        row = {"client": client, "op": op, "key": more.pop("key", None),
               "value": more.pop("value", None), "tx_id": signed and signed.id.hex(),
               "start_ns": begun, "end_ns": time.monotonic_ns(), "result": result, **more}
        self._write(row)
        with self._lock:
            self.acknowledged += op == "submit" and result == "ok"
            self.counts[(op, result)] = self.counts.get((op, result), 0) + 1

    def note(self, event, kind, text=""):
        """A line of the run itself: a fault comes or goes, a node starts or ends."""
        self._write({"op": "note", "event": event, "kind": kind, "text": text,
                     "start_ns": time.monotonic_ns()})

    def close(self):
        self._file.close()
