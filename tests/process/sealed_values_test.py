"""Hidden values on real nodes: sealed to their readers, readable nowhere else (DC-5-b).

Unique markers go into hidden fields, through a party's command line and through a node's custody.
Then every byte that any node keeps is searched for them, in clear, hexadecimal and base64, and so is
everything that the nodes answer. The same search finds a public marker, so it searches.
"""
import argparse
import base64
import json
import os
import pathlib
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import harness
import suyuan_tx as tx
from file_record import registration, with_check_character
from request_signature import request_signature

STORE_DUMP = ""


def forms_of(marker):
    """The marker as it would stand in bytes, hexadecimal digits and base64, at any offset."""
    raw = marker.encode()
    forms = {raw, raw.hex().encode(), raw.hex().upper().encode()}
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + raw)
        # Without the characters at both ends that depend on the neighbours.
        inner = text[(0, 2, 3)[offset]:len(text.rstrip(b"=")) - 1]
        forms |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return forms


def found_in(data, markers):
    return {name for name, marker in markers.items()
            if any(form in data for form in forms_of(marker))}


class SealedValues(harness.DevnetTest):
    name = "sealed_values"

    @classmethod
    def setUpClass(cls):
        # Temporary files of nodes and command lines are searched as well.
        cls.temporary = pathlib.Path(tempfile.mkdtemp(prefix="suyuan-process-sealed-"))
        os.environ["TMPDIR"] = str(cls.temporary)
        tempfile.tempdir = None
        super().setUpClass()

    @classmethod
    def prepare(cls):
        cls.ledger = cls.net.ledger_id()
        by_role = {node["role"]: i for i, node in enumerate(cls.net.nodes)}
        cls.regulator, cls.maker = by_role["regulator"], by_role["manufacturer"]
        cls.staff = tx.Signer(with_check_character("91440101MA5TAFFX0"))
        cls.outsider = tx.Signer(with_check_character("91440101MA5TAFFX1"))
        cls.markers = {name: "MARKER" + secrets.token_hex(16)
                       for name in ("client", "custody", "refused", "after", "public")}
        cls.register()
        cls.configure(lambda text: text.replace(
            'operators = [', f'operators = ["{cls.staff.key_id.hex()}", '))

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        if not cls.failed:
            shutil.rmtree(cls.temporary, ignore_errors=True)

    @classmethod
    def register(cls):
        """The devnet's own parties, and two whose keys are here."""
        harness.run("submit", harness.ROOT / "data" / "01-parties.jsonl", "--keys",
                    cls.net.directory / "devnet.json", "--node", cls.net.url(0),
                    "--passphrase-file", cls.net.directory / "passphrase")
        for signer in (cls.staff, cls.outsider):
            answer = cls.net.http(0).submit(tx.submission_list(
                [registration(cls.ledger, signer, "示例门业有限公司", cls.net.readers())]))
            assert answer.result()["state"] == "applied", answer.body
            cls.net.submit_as(cls.regulator, {
                "type": "PARTY_REVIEW", "subject": {"party": signer.party.decode()},
                "records": [{"fields": {"decision": "approve"}}]})

    @classmethod
    def configure(cls, change):
        """The maker's node with another configuration."""
        config = pathlib.Path(cls.net.nodes[cls.maker]["config"])
        config.write_text(change(config.read_text()))
        cls.net.kill(cls.maker, harness.signal.SIGTERM)
        cls.net.up()
        cls.net.await_level()
        time.sleep(1.1)  # what is signed before a node's start is refused, by the second

    def document(self, title, doc_class="REG", **changes):
        fields = {"doc_type": "other", "doc_class": doc_class, "doc_title": title,
                  "file_hash": secrets.token_hex(32), "file_size": 1024,
                  "media_type": "application/pdf", "issue_date": "2026-01-15", **changes}
        return {"type": "DOC_ANCHOR", "records": [{"fields": fields}]}

    def ask(self, i, signer, method, target, body=b"", headers=None):
        authority = self.net.url(i).split("//")[1]
        signed = request_signature(signer, method, authority, target, body) if signer else {}
        return self.net.http(i).request(method, target, body, {**signed, **(headers or {})})

    def file_by_custody(self, transaction):
        body = json.dumps({"transactions": [transaction]}).encode()
        return self.ask(self.maker, self.staff, "POST", "/v1/txs", body,
                        {"Content-Type": "application/json"})

    def title(self, i, signer, document):
        """doc_title of a document, and whether the node says that it opened it."""
        answer = self.ask(i, signer, "GET", f"/v1/documents/{document}")
        self.assertEqual(answer.status, 200, answer.body)
        if signer:
            self.assertEqual(answer.headers.get("Cache-Control"), "no-store")
        return answer.json["fields"]["doc_title"], "doc_title" in answer.json.get("opened", [])

    def assert_hidden(self, i, signer, document):
        shown, opened = self.title(i, signer, document)
        self.assertEqual((sorted(shown), shown["class"], opened), (["class", "commitment"], "REG", False))

    def get(self, target):
        """From the node that filed it: the others may be a block behind."""
        return self.net.http(self.maker).get_json(target)

    def document_of(self, result):
        return self.get(f"/v1/txs/{result}")["outcome"]["effects"][0]["id"]

    def last_document(self):
        maker = self.net.nodes[self.maker]["party"]
        for block in self.get("/v1/blocks?limit=50")["items"]:
            for one in self.get(f"/v1/blocks/{block['block']}").get("transactions", []):
                found = self.get(f"/v1/txs/{one}")
                if found.get("submitter") == maker and found["type"] == "DOC_ANCHOR":
                    return self.document_of(one)
        raise AssertionError("the maker has filed no document")

    def rotate_keys(self):
        """New signing and sealing keys for the maker; the key file that they are in."""
        node, passphrase = self.net.nodes[self.maker], self.net.directory / "passphrase"
        new = pathlib.Path(node["config"]).parent / "party-new.key"
        harness.run("key", "new", "--out", new, "--passphrase-file", passphrase)
        shown = {key["use"]: key["public key"]
                 for key in json.loads(harness.run("key", "show", new, "-o", "json").stdout)}
        self.net.submit_as(self.maker, {
            "type": "KEY_ROTATE", "subject": {"party": node["party"]},
            "records": [{"fields": {"new_signing_key": shown["signing"],
                                    "new_sealing_key": shown["sealing"]}}]})
        return new

    def answers(self):
        """What the nodes say to a caller who is entitled to nothing."""
        for i in range(len(self.net.nodes)):
            for target in ("/metrics", "/v1/documents?limit=200", "/v1/parties?limit=200", "/v1/status"):
                for signer in (None, self.outsider):
                    if target == "/metrics" and signer:
                        continue
                    yield f"node {i} {target}", self.ask(i, signer, "GET", target).body

    def stored(self):
        """Everything that the nodes keep: every file, and what is inside of the databases."""
        for path in sorted(self.temporary.rglob("*")):
            if path.is_file():
                yield str(path), path.read_bytes()
        for i in range(len(self.net.nodes)):
            dump = subprocess.run([STORE_DUMP, self.net.data(i)], capture_output=True, timeout=120, check=True)
            self.assertGreater(len(dump.stdout), 10_000)
            yield f"store of node {i}", dump.stdout

    def test_hidden_values_are_nowhere_readable(self):
        markers = self.markers
        documents = self.file_markers()
        self.refuse_to_publish(documents)
        self.check_views(documents)
        self.check_rotation(documents)
        for where, body in self.answers():
            self.assertEqual(found_in(body, markers) - {"public"}, set(), where)
        for node in self.net.nodes:
            limits = pathlib.Path(f"/proc/{node['pid']}/limits").read_text()
            self.assertRegex(limits, r"Max core file size\s+0\s+0\s")
        self.net.down()
        (self.net.directory / "transaction.json").unlink()  # what this test itself wrote
        seen, stores = set(), 0
        for where, data in self.stored():
            found = found_in(data, markers)
            self.assertEqual(found - {"public"}, set(), where)
            seen |= found
            stores += where.startswith("store of") and "public" in found
        self.assertEqual((seen, stores), ({"public"}, len(self.net.nodes)))

    def file_markers(self):
        """Documents with a hidden title: filed by the command line, and by the node's custody."""
        markers = self.markers
        self.net.submit_as(self.maker, self.document(markers["public"], "PUB"))
        self.net.submit_as(self.maker, self.document(markers["client"]))
        by_client = self.last_document()
        answer = self.file_by_custody(self.document(markers["custody"]))
        self.assertEqual(answer.status, 200, answer.body)
        by_custody = self.document_of(answer.result()["transaction"])
        refused = self.file_by_custody(self.document("示例", file_size=markers["refused"]))
        self.assertEqual((refused.status, refused.problem()["code"]), (422, "E_FORMAT"), refused.body)
        self.assertNotIn(markers["refused"].encode(), refused.body)
        self.net.await_level()
        return {"client": by_client, "custody": by_custody}

    def refuse_to_publish(self, documents):
        """The title's class is not its owner's choice (C18). Custody opens it for nobody, nor does
        the command line: the search of what nodes hold would find a value that a block carries."""
        for document in documents.values():
            publish = {"type": "DISCLOSURE_SET", "subject": {"document": document},
                       "records": [{"fields": {"disclosure": "published", "target_version": 1,
                                               "target_field": "document.doc_title"}}]}
            answer = self.file_by_custody(publish)
            self.assertEqual(answer.problem()["code"], "E_DISCLOSE", answer.body)
            with self.assertRaisesRegex(AssertionError, "E_DISCLOSE"):
                self.net.submit_as(self.maker, publish)

    def check_views(self, documents):
        for name, document in documents.items():
            self.assertEqual(self.title(self.maker, self.staff, document), (self.markers[name], True))
            for i in range(len(self.net.nodes)):
                self.assert_hidden(i, None, document)
                self.assert_hidden(i, self.outsider, document)
                if i != self.maker:
                    self.assert_hidden(i, self.staff, document)

    def check_rotation(self, documents):
        """What was sealed to the old key opens as long as the node is given it."""
        node = self.net.nodes[self.maker]
        old = pathlib.Path(node["keys"]["sealing"])
        new = self.rotate_keys()
        with_new = f'key = "{new}"'
        self.configure(lambda text: re.sub(r'key = "[^"]*party\.key"', with_new, text))
        for document in documents.values():
            self.assert_hidden(self.maker, self.staff, document)
        self.configure(lambda text: text.replace(with_new, f'{with_new}\nformer_keys = ["{old}"]'))
        for name, document in documents.items():
            self.assertEqual(self.title(self.maker, self.staff, document), (self.markers[name], True))
        answer = self.file_by_custody(self.document(self.markers["after"]))
        self.assertEqual(answer.status, 200, answer.body)
        after = self.document_of(answer.result()["transaction"])
        self.assertEqual(self.title(self.maker, self.staff, after), (self.markers["after"], True))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--store-dump", required=True)
    options, rest = parser.parse_known_args()
    STORE_DUMP = options.store_dump
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)
