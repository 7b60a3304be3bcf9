"""Bad input at the HTTP face of a live network: JSON, request signatures, HTTP itself, raw bytes.

Refused with a stable code, record and field or position, and a remedy (RFC 9421, 9530, 9457).
"""
import json
import os
import re
import socket
import time
import unittest
import urllib.parse

from bad_transactions_test import PartiesTest  # first: it finds the outside signer
import suyuan_tx as tx
from file_record import licence_record
from leader_kill_test import DOC_ANCHOR
from request_signature import request_signature


def document(**fields):
    """JSON of a document whose content is public, with changes."""
    out = {"doc_type": "manual", "doc_title": "示例说明书", "file_hash": "ab" * 32, "file_size": 10,
           "media_type": "application/pdf", "issue_date": "2024-03-01", "doc_class": "PUB"}
    out.update(fields)
    return {k: v for k, v in out.items() if v is not None}


class BadRequests(PartiesTest):
    name = "bad_requests"

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
        cases = [
            (self.filed(document(no_such_field=1)), "E_FORMAT"),
            (self.filed(document(), extra=1), "E_FORMAT"),
            (self.filed(), "E_MISSING"),
            ({"transactions": [1]}, "E_FORMAT"),
            ({"transactions": [{}]}, "E_TYPE"),
            ({"transactions": [{"type": "DOC_ANCHOR", "records": {}}]}, "E_MISSING"),
            ({"transactions": [{"type": 7, "records": [{"fields": document()}]}]}, "E_TYPE"),
            ({"transactions": [{"type": "DOC_ANCHOR", "records": [{"fields": []}]}]}, "E_FORMAT")]
        for body, code in cases:
            with self.subTest(body=str(body)[:60]):
                problem = self.post_json(body).problem()
                self.assertEqual(problem["code"], code, problem)
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
            ("GET", "/v1/blocks?limit=0", None, (400,), "E_FORMAT"),
            ("GET", "/v1/blocks?limit=-1", None, (400,), "E_FORMAT"),
            ("GET", "/v1/consistency?from=0", None, (400,), "E_FORMAT"),
            ("GET", "/v1/parties/123", None, (400, 404), None),
            ("GET", "/v1/parties?cursor=%FF%FF", None, (400,), "E_FORMAT"),
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
        self.assertEqual((answer.status, answer.problem()["code"]), (400, "E_FORMAT"))

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
        signed = tx.Transaction(self.ledger, DOC_ANCHOR, self.owner, [licence_record()])
        answer = self.net.http(0).submit(tx.submission_list([signed])).result()
        self.assertEqual(answer["state"], "applied", answer)



if __name__ == "__main__":
    unittest.main(verbosity=2)
