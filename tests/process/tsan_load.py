"""Load for three real nodes built with ThreadSanitizer: writers, readers, event streams, a change of
the leader, an orderly end; fails on any report. Run by scripts/tsan-run."""
import argparse
import contextlib
import http.client
import os
import signal
import threading
import time

import harness
from leader_kill_test import Load, active_party


def read_all(net, stop, counted):
    """Everything that a client may ask for, from every node in turn."""
    turn = 0
    while not stop.is_set():
        face = net.http(turn % len(net.nodes), 20)
        turn += 1
        with contextlib.suppress(OSError, http.client.HTTPException):
            for path in ("/v1/status", "/checkpoint", "/v1/blocks?limit=20", "/v1/parties",
                         "/v1/documents?limit=10", "/metrics", "/v1/types", "/openapi.json"):
                answer = face.get(path)
                assert answer.status in (200, 429, 503), (path, answer.status)
                counted[0] += 1
            for block in face.get_json("/v1/blocks?limit=3")["items"]:
                for tx_id in face.get_json(f"/v1/blocks/{block['block']}").get("transactions", []):
                    face.get(f"/v1/txs/{tx_id}")
                    face.get(f"/v1/txs/{tx_id}/proof")
                    counted[0] += 2


def follow(net, stop, counted):
    """An event stream that is read, cut off and opened again."""
    while not stop.is_set():
        with contextlib.suppress(OSError, http.client.HTTPException):
            face = net.http(1, 5)
            connection = http.client.HTTPConnection(face.address, timeout=5)
            connection.request("GET", "/v1/events?from=1")
            response = connection.getresponse()
            for _ in range(50):
                if stop.is_set() or not response.readline():
                    break
                counted[0] += 1
            connection.close()


def reports(directory):
    found = []
    for path in sorted(directory.rglob("*")):
        if path.is_file() and (path.name.startswith("tsan.") or path.suffix == ".log"):
            text = path.read_text(errors="replace")
            if "ThreadSanitizer" in text:
                found.append(f"{path}:\n{text[text.index('ThreadSanitizer'):][:6000]}")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=30)
    arguments = parser.parse_args()
    with harness.temporary_directory("tsan") as directory:
        suppressions = harness.ROOT / "tests" / "tsan.supp"
        os.environ["TSAN_OPTIONS"] = (f"suppressions={suppressions}:log_path={directory}/tsan:"
                                      "halt_on_error=0:exitcode=66:second_deadlock_stack=1")
        net = harness.Devnet(directory / "net", harness.PORTS["tsan"])
        stop, counted = threading.Event(), [0]
        try:
            net.up()
            load = Load(net, active_party(net), 16)
            readers = [threading.Thread(target=f, args=(net, stop, counted), daemon=True)
                       for f in (read_all, read_all, follow)]
            for reader in readers:
                reader.start()
            until = time.monotonic() + arguments.seconds
            changed = False
            while time.monotonic() < until:
                load.allow(50)
                load.check()
                time.sleep(0.25)
                if not changed and until - time.monotonic() < arguments.seconds / 2:
                    changed = True
                    net.kill(net.leader(), signal.SIGTERM)  # in order, under load
                    net.up()
            stop.set()
            for reader in readers:
                reader.join(30)
            load.finish()
            net.await_level(60)
            net.down()
        finally:
            stop.set()
            net.kill_all()
        found = reports(directory)
        print(f"{len(load.acknowledged)} acknowledged, {counted[0]} reads, {len(found)} reports")
        assert not found, "\n".join(found[:3])


if __name__ == "__main__":
    main()
