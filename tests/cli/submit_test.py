#!/usr/bin/env python3
"""`suyuan submit` against a node that is none: it drops connections, asks for patience, answers
nothing of use. No transaction's id is lost on the way, and no file of names.

    submit_test.py BUILD/suyuan REPOSITORY [TestCase.test_name …]
"""
import http.server
import json
import pathlib
import sys
import tempfile
import threading
import time
import unittest

from process_test import REPOSITORY, Case, run

PARTY = "91440101MA5BADEX0"  # without its check character
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def party_code():
    """GB 32100 §4: weights are powers of 3 modulo 31."""
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(PARTY))
    return PARTY + ALPHABET[-total % 31]


class Node:
    """Answers POST /v1/txs by what stands in `script`, one line a request: "drop", or a status with
    headers; 200 tells `lines` applied transactions. Everything else is 404."""

    def __init__(self, script, lines):
        outer = self
        self.bodies, self.times, self.script = [], [], list(script)

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):  # noqa: N802: the library's name
                self.answer(404, {"code": "E_NOT_FOUND", "title": "t", "status": 404}, {})

            def do_POST(self):  # noqa: N802: the library's name
                outer.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                outer.times.append(time.monotonic())
                step = outer.script.pop(0)
                if step == "drop":
                    self.close_connection = True
                    return
                status, headers = step
                problem = {"code": "E_BUSY", "title": "t", "status": status}
                self.answer(status, {"results": [{"state": "applied"}] * lines}
                            if status == 200 else problem, headers)

            def answer(self, status, body, headers):
                text = json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"Content-Length": len(text), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def document(number):
    """Of a type whose content is public."""
    return {"name": f"doc{number}", "type": "DOC_ANCHOR", "records": [{"fields": {
        "doc_type": "manual", "doc_title": "示例说明书", "file_hash": f"{number:064x}",
        "file_size": 10, "media_type": "application/pdf", "issue_date": "2024-03-01",
        "doc_class": "PUB"}}]}


class Submit(Case):
    @classmethod
    def setUpClass(cls):
        cls.keys = tempfile.TemporaryDirectory(prefix="suyuan-cli-")
        cls.addClassCleanup(cls.keys.cleanup)
        cls.word, cls.key = (pathlib.Path(cls.keys.name) / name for name in ("word", "p.key"))
        cls.word.write_text("four words in a row\n")
        cls.word.chmod(0o600)
        made = run("key", "new", "--out", cls.key, "--recovery-out", f"{cls.key}.recovery",
                   "--passphrase-file", cls.word)
        assert made.returncode == 0, made.stderr

    def submit(self, script, lines=3, *more):
        node = Node(script, lines)
        self.addCleanup(node.close)
        done = run("submit", "-", "--node", node.url, "--key", self.key, "--passphrase-file",
                   self.word, "--party", party_code(), "--genesis",
                   REPOSITORY / "tests/vectors/genesis/genesis.json", "-o", "json", *more,
                   input="\n".join(json.dumps(document(i)) for i in range(lines)))
        return node, done

    def test_a_dropped_connection_is_tried_again_with_the_same_bytes(self):
        node, done = self.submit(["drop", (200, {})])
        self.check(done, "ok")
        self.assertEqual([row["state"] for row in json.loads(done.stdout)], ["applied"] * 3)
        self.assertEqual(len(node.bodies), 2)
        self.assertEqual(node.bodies[0], node.bodies[1])

    def test_what_stays_without_an_answer_is_told_with_its_id(self):
        _, done = self.submit(["drop", (500, {})])
        self.check(done, "failure", "outcome unknown")
        rows = json.loads(done.stdout)
        self.assertEqual([(row["line"], row["state"]) for row in rows],
                         [(1, "unknown"), (2, "unknown"), (3, "unknown")])
        self.assertEqual(len({row["tx"] for row in rows}), 3)
        for row in rows:
            self.assertRegex(row["tx"], "^[0-9a-f]{64}$")
            self.assertIn(row["tx"], done.stderr)

    def test_a_node_is_left_alone_for_as_long_as_it_asks(self):
        node, done = self.submit([(503, {"Retry-After": "2"}), (200, {})])
        self.check(done, "ok")
        self.assertGreaterEqual(node.times[1] - node.times[0], 2)
        self.assertEqual(node.bodies[0], node.bodies[1])

    def test_only_a_missing_file_of_names_is_a_first_run(self):
        names = self.dir / "names.json"
        _, done = self.submit([(200, {})], 3, "--references", names)
        self.check(done, "ok")
        self.assertEqual(len([n for n in json.loads(names.read_text()) if n.startswith("tx:")]), 3)
        with names.open("ab") as file:
            file.truncate((64 << 20) + 1)
        node, done = self.submit([], 3, "--references", names)
        self.check(done, "failure", "E_SIZE", "names.json")
        self.assertEqual(names.stat().st_size, (64 << 20) + 1)
        self.assertEqual(node.bodies, [])
        _, done = self.submit([], 3, "--references", self.dir)
        self.check(done, "failure", "E_IO")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
