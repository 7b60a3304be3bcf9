"""Bad input at the HTTP face of a live network: what comes in wrong is refused with a stable code,
the record and field or position and a remedy, on every node alike, and nothing of it is applied.

Forms of the signed bytes themselves: outside_signer_test.py. Codes: requirements 2.2 and GET
/problems.
"""
import base64
import hashlib
import json
import os
import re
import socket
import time
import unittest
import urllib.parse

import harness
import suyuan_tx as tx
from file_record import (document_placeholder, licence_record, party_record, registration,
                         with_check_character)
from leader_kill_test import DOC_ANCHOR

PARTY_REVIEW, KEY_ROTATE = 0x0202, 0x0205


def request_signature(signer, method, url_authority, target, body, created=None, nonce=None):
    """Headers of a request signed after RFC 9421 and RFC 9530."""
    path, _, query = target.partition("?")
    digest = "sha-256=:" + base64.b64encode(hashlib.sha256(body).digest()).decode() + ":"
    parameters = ('("@method" "@authority" "@path" "@query" "content-digest")'
                  f";created={created or int(time.time())}"
                  f';nonce="{nonce or os.urandom(16).hex()}"'
                  f';keyid="{signer.key_id.hex()}";alg="ed25519"')
    base = (f'"@method": {method}\n"@authority": {url_authority}\n"@path": {path}\n'
            f'"@query": ?{query}\n"content-digest": {digest}\n"@signature-params": {parameters}')
    signature = base64.b64encode(signer.key.sign(base.encode())).decode()
    return {"Content-Digest": digest, "Signature-Input": "sig1=" + parameters,
            "Signature": f"sig1=:{signature}:"}


def document(**fields):
    """JSON of a document whose content is public, with changes."""
    out = {"doc_type": "manual", "doc_title": "示例说明书", "file_hash": "ab" * 32, "file_size": 10,
           "media_type": "application/pdf", "issue_date": "2024-03-01", "doc_class": "PUB"}
    out.update(fields)
    return {k: v for k, v in out.items() if v is not None}


class BadTransactions(harness.DevnetTest):
    name = "bad_transactions"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger = cls.net.ledger_id()
        cls.owner = tx.Signer(with_check_character("91440101MA5BADEX0"))
        cls.other = tx.Signer(with_check_character("91440101MA5BADEX1"))
        cls.pending = tx.Signer(with_check_character("91440101MA5BADEX2"))
        for signer in (cls.owner, cls.other, cls.pending):
            answer = cls.net.http(0).submit(tx.submission_list(
                [registration(cls.ledger, signer, "示例门业有限公司")]))
            assert answer.result()["state"] == "applied", answer.body
        for signer in (cls.owner, cls.other):
            cls.net.submit_as(0, {
                "type": "PARTY_REVIEW", "subject": {"party": signer.party.decode()},
                "records": [{"fields": {"decision": "approve"}}]})
        # The regulator's node takes JSON from the owner of this key, to be signed by itself.
        config = harness.pathlib.Path(cls.net.nodes[0]["config"])
        config.write_text(config.read_text().replace(
            'operators = [', f'operators = ["{cls.owner.key_id.hex()}", '))
        cls.net.kill(0, harness.signal.SIGTERM)
        cls.net.up()
        cls.net.await_level()

    # ---- Signed transactions that a contract refuses ----

    def owned(self):
        owner = self.owner.party.decode()
        return self.net.http(2).get_json(f"/v1/documents?owner={owner}&limit=200")["items"]

    def refused(self, transaction, code, record=None, field=None):
        """Refused alike by every node and for ever; nothing else in the state has changed."""
        self.net.await_level()
        before = self.owned()
        answer = self.net.http(0).submit(tx.submission_list([transaction]))
        problem = answer.problem()
        self.assertEqual(problem["code"], code, problem)
        self.assertEqual(problem.get("record"), record, problem)
        self.assertEqual(problem.get("field"), field, problem)
        for member in ("remedy", "detail", "title", "transaction", "height"):
            self.assertTrue(problem.get(member), member)
        height = self.net.await_level()
        for i in range(3):
            face = self.net.http(i)
            stored = face.get_json(f"/v1/txs/{transaction.id.hex()}")["outcome"]
            self.assertEqual(stored["state"], "refused")
            self.assertEqual(stored["problem"], problem)
            made = tx.id_text(tx.entity_id(transaction.id, 0))
            self.assertEqual(face.get(f"/v1/documents/{made}").status, 404)
        self.assertEqual(self.owned(), before)
        # A second time: the same answer, and no second leaf.
        self.assertEqual(self.net.http(2).submit(tx.submission_list([transaction])).problem(),
                         problem)
        self.assertEqual(self.net.await_level(), height)
        return problem

    def refused_at_once(self, transaction, code, record=None, field=None):
        """By its form: no block carries it, on no node, and the state's root stays."""
        root = self.net.status(0)["state_root"]
        for i in range(3):
            problem = self.net.http(i).submit(tx.submission_list([transaction])).problem()
            self.assertEqual((problem["code"], problem.get("record"), problem.get("field")),
                             (code, record, field), problem)
            self.assertTrue(problem["remedy"] and problem["detail"], problem)
            self.assertEqual(self.net.http(i).get(f"/v1/txs/{transaction.id.hex()}").status, 404)
        self.assertEqual(self.net.status(0)["state_root"], root)

    def anchor(self, *records, signer=None, **options):
        return tx.Transaction(self.ledger, DOC_ANCHOR, signer or self.owner, list(records),
                              **options)

    def test_a_good_one(self):
        signed = self.anchor(licence_record(), licence_record())
        answer = self.net.http(0).submit(tx.submission_list([signed])).result()
        self.assertEqual(answer["state"], "applied", answer)

    def test_keys(self):
        stranger = tx.Signer(self.owner.party.decode())
        self.refused(self.anchor(licence_record(), signer=stranger), "E_SIG")
        foreign = tx.Signer(self.owner.party.decode(), self.other.key)
        self.refused(self.anchor(licence_record(), signer=foreign), "E_SIG")
        nobody = tx.Signer(with_check_character("91440101MA5N0B0DY"))
        self.refused(self.anchor(licence_record(), signer=nobody), "E_SIG")
        # A key that is registered for one party cannot be registered for a second one.
        thief = tx.Signer(with_check_character("91440101MA5BADEX3"), self.other.key)
        self.refused(registration(self.ledger, thief, "示例门业有限公司"), "E_SIG", 0,
                     "signing_key")

    def test_party_not_yet_approved(self):
        self.refused(self.anchor(licence_record(), signer=self.pending), "E_STATE")

    def test_types(self):
        for changes in ({3: tx.number_field(3, 0x0999)}, {3: tx.number_field(3, 0x0101)},
                        {4: tx.number_field(4, 2)}):
            self.refused(self.anchor(licence_record(), core_changes=changes), "E_TYPE")

    def command(self, tx_type, subject, **fields):
        record = tx.record_leaves(0x40, [tx.public_leaf(int(n[1:], 16), v)
                                         for n, v in fields.items()], subject=subject)
        return tx.Transaction(self.ledger, tx_type, self.owner, [record])

    def test_foreign_entities(self):
        other = (1, self.other.party)
        self.refused(self.command(PARTY_REVIEW, (1, self.pending.party), f4001="approve"),
                     "E_AUTHZ")
        problem = self.net.http(0).submit(tx.submission_list([self.command(
            KEY_ROTATE, other, f4007=tx.Signer("").public_key.hex())])).problem()
        self.assertIn(problem["code"], ("E_AUTHZ", "E_FORMAT", "E_MISSING"), problem)
        self.assertEqual(self.net.http(0).get_json(
            f"/v1/parties/{self.other.party.decode()}")["fields"]["signing_key"],
            self.other.public_key.hex())

    def test_somebody_else_s_registration(self):
        """A party registers itself; a taken code stays taken."""
        nonce = os.urandom(16)
        sealer = tx.Sealer(self.ledger, self.owner.party, nonce)
        records = [party_record(self.owner, sealer, "示例冒名有限公司",
                                fields={0x0101: self.other.party.decode(),
                                        0x0105: self.other.party.decode()}), licence_record()]
        self.refused(tx.Transaction(self.ledger, 0x0201, self.owner, records, nonce=nonce,
                                    sealer=sealer), "E_AUTHZ", 0, "party_code")

    def test_after_an_unknown_transaction(self):
        self.refused(self.anchor(licence_record(),
                                 core_changes={11: tx.bytes_field(11, b"\5" * 32)}), "E_REF")

    def test_values(self):
        """One bad value in the last of three records refuses the whole transaction."""
        good = licence_record()
        cases = [
            (0x0605, "10", "E_FORMAT", "file_size"),           # a text where an integer belongs
            (0x0605, 0, "E_FORMAT", "file_size"),
            (0x0605, True, "E_FORMAT", "file_size"),
            (0x0605, None, "E_MISSING", "file_size"),
            (0x0602, "no_such_type", "E_FORMAT", "doc_type"),
            (0x0602, ["manual"], "E_FORMAT", "doc_type"),
            (0x0603, "", "E_MISSING", "doc_title"),
            (0x0603, "长" * 121, "E_FORMAT", "doc_title"),
            (0x0603, "a\u0007b", "E_FORMAT", "doc_title"),
            (0x0604, "AB" * 32, "E_FORMAT", "file_hash"),
            (0x0604, "ab" * 31, "E_FORMAT", "file_hash"),
            (0x0606, "pdf", "E_FORMAT", "media_type"),
            (0x0608, "911100007109312300", "E_USCC", "issuer_code"),
            (0x060A, "2024-02-30", "E_FORMAT", "issue_date"),
            (0x060A, "2999-01-01", "E_TIME", "issue_date"),
            (0x060A, {"date": "2024-03-01"}, "E_FORMAT", "issue_date"),
            (0x060D, "SECRET", "E_DISCLOSE", "doc_title"),     # of no class that shows a title
            (0x060E, "ACCEPTED", "E_FORMAT", "doc_state"),     # set by the ledger alone
        ]
        for field, value, code, name in cases:
            with self.subTest(field=name, value=str(value)[:30]):
                bad = licence_record(fields={field: value})
                self.refused(self.anchor(good, good, bad), code, 2, name)

    def raw_leaf(self, field, data, item=0):
        return field, item, tx.struct.pack(">HHBI", field, item, 0, len(data)) + data

    def with_leaf(self, field, leaf):
        clear = {0x0602: "manual", 0x0603: "示例", 0x0604: "ab" * 32, 0x0605: 1,
                 0x0606: "application/pdf", 0x060A: "2024-03-01", 0x060D: "PUB"}
        leaves = [tx.public_leaf(f, v) for f, v in clear.items() if f != field] + [leaf]
        return self.anchor(tx.record_leaves(6, leaves))

    def test_values_that_are_no_canonical_json(self):
        for data in (b'"a', b'"\xff"', b'"\xed\xa0\x80"', b' "a"', b'"a" ', b'"\\u0061"', b"1.0",
                     b'{"a":1,"a":2}', b"", b"nul", b"\xef\xbb\xbf\"a\"", b'"\\ud800"',
                     b"[" * 2000 + b"]" * 2000):
            with self.subTest(data=data[:12]):
                self.refused_at_once(self.with_leaf(0x0603, self.raw_leaf(0x0603, data)),
                                     "E_FORMAT", 0, "doc_title")
        for data in (b"01", b"-0", b"1e1", b"9007199254740993"):
            with self.subTest(data=data):
                self.refused_at_once(self.with_leaf(0x0605, self.raw_leaf(0x0605, data)),
                                     "E_FORMAT", 0, "file_size")

    def test_disclosure(self):
        nonce = os.urandom(16)
        sealer = tx.Sealer(self.ledger, self.owner.party, nonce)
        hidden = self.with_leaf(0x0604, sealer.hidden_leaf(0, 0x0604, "ab" * 32))
        self.refused(hidden, "E_DISCLOSE", 0, "file_hash")
        secret = licence_record(fields={0x060D: "REG"})  # and yet its content in clear
        self.refused(self.anchor(secret), "E_DISCLOSE", 0, "doc_title")

    def test_references(self):
        for licence in (document_placeholder(7), tx.id_text(b"\3" * 16)):
            signer = tx.Signer(with_check_character(f"91440101MA5REF{licence[0].upper()}00"[:17]
                                                    .replace("I", "1")))
            signed = registration(self.ledger, signer, "示例门业有限公司",
                                  fields={0x0109: licence})
            self.refused(signed, "E_REF", 0, "business_licence_doc")
            self.assertEqual(
                self.net.http(0).get(f"/v1/parties/{signer.party.decode()}").status, 404)

    def test_leaves_out_of_order(self):
        good = licence_record()
        swapped = [good[0], good[2], good[1], *good[3:]]
        missing = good[:-1]
        for record in (swapped, missing, good + good[-1:], good[1:], [good[0]]):
            answer = self.net.http(0).submit(tx.submission_list([self.anchor(record)]))
            self.assertIn(answer.problem()["code"], ("E_FORMAT", "E_MISSING"))

    def test_too_large(self):
        limits = self.net.http(0).get_json("/v1/status")["limits"]
        record = licence_record()
        over = self.anchor(*([record] * (limits["records"] + 1)))
        problem = self.net.http(0).submit(tx.submission_list([over])).problem()
        self.assertEqual(problem["code"], "E_SIZE")
        body = tx.submission_bytes([b"\0" * (limits["transaction_bytes"] + 1)])
        answer = self.net.http(0).submit(body)
        self.assertEqual((answer.status, answer.problem()["code"]), (413, "E_SIZE"))

    # ---- JSON that the node is asked to sign ----

    def post_json(self, body, signer=None, headers=None, target="/v1/txs", **options):
        body = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        face = self.net.http(0)
        signed = request_signature(signer or self.owner, "POST", face.address, target, body,
                                   **options)
        return face.request("POST", target, body,
                            {"Content-Type": "application/json", **signed, **(headers or {})})

    def filed(self, *records, **members):
        return {"transactions": [{"type": "DOC_ANCHOR",
                                  "records": [{"fields": r} for r in records], **members}]}

    def test_json_good(self):
        result = self.post_json(self.filed(document())).result()
        self.assertEqual(result["state"], "applied", result)

    def test_json_malformed(self):
        good = json.dumps(self.filed(document()), ensure_ascii=False).encode()
        cases = [b"", b"{", b"[]", b"null", b"1", good[:-1], good + b"x", b"\xef\xbb\xbf" + good,
                 good.replace("示例".encode(), b"\xff\xfe"), good.replace(b"10", b"10.5"),
                 good.replace(b"10", b"1e1"), good.replace(b"10", b"9007199254740993"),
                 good.replace(b"10", b"NaN"), good.replace(b"{", b"{/*x*/", 1),
                 good.replace("示例".encode(), b"\\ud800"), good.replace("示例".encode(), b"\x01"),
                 good.replace(b'"file_size"', b'"file_size": 10, "file_size"'),
                 b'{"transactions":[],"transactions":[]}', b'{"transactions":[]}',
                 b'{"transactions":{}}', b'{"transactions":[],"more":1}',
                 b"[" * 100_000, b'{"transactions":' + b"[" * 5000 + b"]" * 5000 + b"}",
                 b'{"a":' * 3000 + b"1" + b"}" * 3000]
        for body in cases:
            with self.subTest(body=body[:40]):
                answer = self.post_json(body)
                self.assertIn(answer.status, (400, 422), answer.body[:300])
                problem = answer.problem()
                self.assertEqual(problem["code"], "E_FORMAT", problem)
                self.assertTrue(problem["detail"] and problem["remedy"], problem)

    def test_json_positions(self):
        good = document()
        cases = [
            (self.filed(good, document(file_size="10")), "E_FORMAT", 1, "file_size"),
            (self.filed(document(doc_title=None)), "E_MISSING", 0, "doc_title"),
            (self.filed(document(doc_class="X")), "E_FORMAT", 0, "doc_class"),
            (self.filed(document(issuer_code="123")), "E_USCC", 0, "issuer_code"),
            (self.filed(document(issue_date="01.03.2024")), "E_FORMAT", 0, "issue_date"),
            (self.filed(document(stamped="yes")), "E_FORMAT", 0, "stamped"),
        ]
        for body, code, record, field in cases:
            with self.subTest(code=code, field=field):
                problem = self.post_json(body).problem()
                self.assertEqual((problem["code"], problem.get("record"), problem.get("field")),
                                 (code, record, field), problem)
                self.assertTrue(problem["remedy"])

    def test_json_members(self):
        for body in (self.filed(document(no_such_field=1)), self.filed(document(), extra=1),
                     self.filed(), {"transactions": [1]}, {"transactions": [{}]},
                     {"transactions": [{"type": "DOC_ANCHOR", "records": {}}]},
                     {"transactions": [{"type": 7, "records": [{"fields": document()}]}]},
                     {"transactions": [{"type": "DOC_ANCHOR", "records": [{"fields": []}]}]}):
            with self.subTest(body=str(body)[:60]):
                problem = self.post_json(body).problem()
                self.assertIn(problem["code"], ("E_FORMAT", "E_MISSING", "E_TYPE"), problem)
                self.assertTrue(problem["detail"] and problem["remedy"], problem)
        problem = self.post_json({"transactions": [{"type": "NO_SUCH", "records": []}]}).problem()
        self.assertEqual(problem["code"], "E_TYPE")

    def test_json_one_bad_among_good(self):
        body = {"transactions": self.filed(document())["transactions"] +
                self.filed(document(file_size=-1))["transactions"] +
                self.filed(document())["transactions"]}
        states = [r["state"] for r in self.post_json(body).json["results"]]
        self.assertEqual(states, ["applied", "failed", "applied"])

    # ---- Requests that are not what they claim (RFC 9421) ----

    def test_request_signatures(self):
        body = json.dumps(self.filed(document())).encode()
        unsigned = self.net.http(0).request("POST", "/v1/txs", body,
                                            {"Content-Type": "application/json"})
        self.assertEqual((unsigned.status, unsigned.problem()["code"]), (401, "E_AUTH"))
        for options in ({"created": int(time.time()) - 301 - 60},
                        {"created": int(time.time()) + 301 + 60},
                        {"signer": tx.Signer("")}):
            answer = self.post_json(body, **options)
            self.assertEqual((answer.status, answer.problem()["code"]), (401, "E_AUTH"), options)
        nonce = os.urandom(16).hex()
        self.assertEqual(self.post_json(body, nonce=nonce).status, 200)
        answer = self.post_json(body, nonce=nonce)
        self.assertEqual((answer.status, answer.problem()["code"]), (401, "E_REPLAY"))
        # No operator of this node, though registered.
        answer = self.post_json(body, signer=self.other)
        self.assertEqual((answer.status, answer.problem()["code"]), (403, "E_AUTHZ"))

    def test_signature_is_bound_to_its_request(self):
        body = json.dumps(self.filed(document())).encode()
        face = self.net.http(0)
        headers = {"Content-Type": "application/json",
                   **request_signature(self.owner, "POST", face.address, "/v1/txs", body)}
        for target, sent in (("/v1/txs", body + b" "), ("/v1/txs?wait=accepted", body)):
            answer = self.net.http(0).request("POST", target, sent, headers)
            self.assertEqual((answer.status, answer.problem()["code"]), (401, "E_AUTH"))
        answer = self.net.http(1).request("POST", "/v1/txs", body, headers)
        self.assertEqual(answer.status, 401)  # another authority

    def test_idempotency_key(self):
        key = {"Idempotency-Key": os.urandom(8).hex()}
        body = self.filed(document())
        first = self.post_json(body, headers=key)
        self.assertEqual(first.status, 200)
        self.assertEqual(self.post_json(body, headers=key).json["results"], first.json["results"])
        answer = self.post_json(self.filed(document(file_size=11)), headers=key)
        self.assertEqual((answer.status, answer.problem()["code"]), (409, "E_CONFLICT"))
        answer = self.post_json(body, headers={"Idempotency-Key": "x" * 256})
        self.assertEqual((answer.status, answer.problem()["code"]), (400, "E_FORMAT"))

    # ---- HTTP itself ----

    def test_requests(self):
        long_path = "/v1/" + "a" * 20_000
        cases = [
            ("GET", "/nothing", None, (404,), "E_NOT_FOUND"),
            ("DELETE", "/v1/txs", None, (405,), "E_METHOD"),
            ("POST", "/v1/status", b"", (405,), "E_METHOD"),
            ("GET", "/v1/txs/zz", None, (404,), "E_NOT_FOUND"),
            ("GET", "/v1/txs/" + "0" * 64, None, (404,), "E_NOT_FOUND"),
            ("GET", "/v1/blocks/18446744073709551616", None, (404,), "E_NOT_FOUND"),
            ("GET", "/v1/blocks?limit=0", None, (400, 422), "E_FORMAT"),
            ("GET", "/v1/blocks?limit=-1", None, (400, 422), "E_FORMAT"),
            ("GET", "/v1/consistency?from=0", None, (400, 422), "E_FORMAT"),
            ("GET", "/v1/parties/123", None, (400, 404), None),
            ("GET", "/v1/parties?cursor=%FF%FF", None, (400, 422), "E_FORMAT"),
            ("GET", "/v1/documents?owner=x", None, (400, 404), None),
            ("GET", "/v1/parties/%", None, (400, 404), None),
            ("GET", "/v1/parties/%00", None, (400, 404), None),
            ("GET", "/tile/9/000", None, (404,), "E_NOT_FOUND"),
            ("GET", "/tile/0/1", None, (404,), "E_NOT_FOUND"),
            ("GET", long_path, None, (400, 404, 414, 431), None),
        ]
        for method, target, body, statuses, code in cases:
            with self.subTest(target=target[:40]):
                answer = self.net.http(0).request(method, target, body)
                self.assertIn(answer.status, statuses, answer.body[:300])
                if code:
                    self.assertEqual(answer.problem()["code"], code)
        answer = self.net.http(0).request("POST", "/v1/txs", b"x", {"Content-Type": "text/plain"})
        self.assertEqual((answer.status, answer.problem()["code"]), (415, "E_MEDIA"))
        answer = self.net.http(0).submit(b"", wait="eternity")
        self.assertEqual((answer.status, answer.problem()["code"]), (422, "E_FORMAT"))

    def test_raw_bytes(self):
        """Whatever a socket sends, the answer is a refusal or an end, and the node goes on."""
        host, port = self.net.http(0).address.split(":")
        big = b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: " + b"b" * 1_000_000
        for data in (os.urandom(4096), b"\x16\x03\x01\x02\x00" * 50, b"GET /\r\n\r\n", big,
                     b"GET / HTTP/9.9\r\n\r\n", b"POST /v1/txs HTTP/1.1\r\nHost: x\r\n"
                     b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
                     b"POST /v1/txs HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                     b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                     b"POST /v1/txs HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
                     b"POST /v1/txs HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"):
            with self.subTest(data=data[:30]), socket.create_connection((host, int(port)), 15) as s:
                try:
                    s.sendall(data)
                    s.shutdown(socket.SHUT_WR)
                    answer = s.recv(65536)
                except OSError:
                    answer = b""
                if answer:
                    self.assertTrue(re.match(rb"HTTP/1\.[01] 4\d\d", answer), answer[:100])
        self.assertEqual(self.net.http(0).get("/healthz").status, 200)

    def test_strange_bytes_at_the_peers_port(self):
        """Peers speak TLS with pinned keys; strangers are cut off and the network goes on."""
        for node in self.net.nodes:
            address = urllib.parse.urlparse(node["api"])
            with socket.create_connection((address.hostname, address.port + 1), 15) as s:
                s.sendall(os.urandom(5000))
                s.settimeout(20)
                try:
                    while s.recv(4096):
                        pass
                except ConnectionError:
                    pass
        self.test_a_good_one()


if __name__ == "__main__":
    unittest.main(verbosity=2)
