"""A sender is told of no regulator and seals without it (docs/formats.md §3): the regulator's node
puts on record that it cannot open what it has to, and the owner's `suyuan rewrap` answers.

The lie is told by a node in the middle, which answers GET /v1/readers without regulators and passes
on all else, so the sender's own program is the real one.
"""
import http.server
import json
import pathlib
import threading
import unittest
import urllib.error
import urllib.request

import harness


class LyingNode(http.server.BaseHTTPRequestHandler):
    behind = ""

    def answer(self, body=None):
        request = urllib.request.Request(self.behind + self.path, data=body)
        for name in ("Content-Type", "Accept"):
            if self.headers.get(name):
                request.add_header(name, self.headers[name])
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                status, kind, said = response.status, response.headers["Content-Type"], response.read()
        except urllib.error.HTTPError as error:
            status, kind, said = error.code, error.headers["Content-Type"], error.read()
        if self.path.startswith("/v1/readers"):
            said = json.dumps({**json.loads(said), "regulators": []}).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def do_GET(self):
        self.answer()

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, *_):
        pass


class Rewrap(harness.DevnetTest):
    name = "rewrap"

    def setUp(self):
        by_role = {node["role"]: i for i, node in enumerate(self.net.nodes)}
        self.regulator, self.maker = by_role["regulator"], by_role["manufacturer"]
        harness.run("submit", harness.ROOT / "data" / "01-parties.jsonl", "--keys",
                    self.net.directory / "devnet.json", "--node", self.net.url(0),
                    "--passphrase-file", self.net.directory / "passphrase")

    def suyuan(self, i, *arguments, node=None, check=True):
        """The real program with the key of node i's party."""
        return harness.run(*arguments, "--node", node or self.net.url(i), "--key",
                           self.net.nodes[i]["keys"]["signing"], "--passphrase-file",
                           self.net.directory / "passphrase", check=check)

    def file(self, title, node=None):
        """A document for regulators; its id and its transaction's."""
        path = pathlib.Path(self.net.directory) / "document.json"
        path.write_text(json.dumps({"type": "DOC_ANCHOR", "records": [{"fields": {
            "doc_type": "other", "doc_class": "REG", "doc_title": title, "file_hash": "c" * 64,
            "file_size": 1024, "media_type": "application/pdf", "issue_date": "2026-01-15"}}]}))
        done = self.suyuan(self.maker, "submit", path, "--party", self.net.nodes[self.maker]["party"],
                           "-o", "json", node=node)
        tx = json.loads(done.stdout)[0]["tx"]
        effects = self.net.http(self.maker).get_json(f"/v1/txs/{tx}")["outcome"]["effects"]
        return effects[0]["id"], tx

    def opened(self, i, document):
        """What `suyuan query` shows node i's party of the title; None: it does not open."""
        found = json.loads(self.suyuan(i, "query", "documents", document, "-o", "json").stdout)
        return found["fields"]["doc_title"] if "doc_title" in found.get("opened", []) else None

    def findings(self):
        """Ids of all FINDINGs, the oldest first."""
        node, out = self.net.http(self.regulator), []
        for block in node.get_json("/v1/blocks?limit=50")["items"]:
            for tx in node.get_json(f"/v1/blocks/{block['block']}").get("transactions", []):
                if node.get_json(f"/v1/txs/{tx}")["type"] == "FINDING":
                    out.append(tx)
        return out[::-1]

    def metric(self, name):
        lines = self.net.http(self.regulator).get("/metrics").body.decode().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name + " "))

    def await_audit(self):
        height = self.net.await_level()
        harness.wait_until(lambda: self.metric("suyuan_audited_height") >= height, 30, "the audit")

    def test_a_regulator_left_out_is_wrapped_in(self):
        honest, _ = self.file("示例诚实材料")
        self.await_audit()
        self.assertEqual(self.findings(), [])
        self.assertIsNotNone(self.opened(self.regulator, honest))

        handler = type("Handler", (LyingNode,), {"behind": self.net.url(self.maker)})
        liar = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=liar.serve_forever, daemon=True).start()
        self.addCleanup(liar.server_close)
        self.addCleanup(liar.shutdown)
        document, tx = self.file("示例隐瞒材料", node=f"http://127.0.0.1:{liar.server_port}")
        harness.wait_until(self.findings, 30, "a claim")
        self.assertIsNone(self.opened(self.regulator, document))
        self.assertIsNotNone(self.opened(self.maker, document))
        [claim] = self.findings()

        # Who cannot answer: no claim, and a key that opens nothing of it.
        for i, about, code in ((self.maker, tx, "E_REF"), (self.maker, "0" * 64, "E_NOT_FOUND"),
                               (self.regulator, claim, "E_AUTHZ")):
            refused = self.suyuan(i, "rewrap", about, check=False)
            self.assertEqual(refused.returncode, 1, refused.stderr)
            self.assertIn(code, refused.stderr)

        answer = json.loads(self.suyuan(self.maker, "rewrap", claim, "-o", "json").stdout)[0]
        self.assertEqual((answer["state"], answer["answers"]), ("applied", claim))
        self.await_audit()
        self.assertEqual(self.findings(), [claim, answer["tx"]], "it opens, so nobody claims again")
        self.assertEqual(self.opened(self.regulator, document), self.opened(self.maker, document))
        again = self.suyuan(self.maker, "rewrap", claim, check=False)
        self.assertEqual(again.returncode, 1)
        self.assertIn("E_STATE", again.stderr)


if __name__ == "__main__":
    unittest.main()
