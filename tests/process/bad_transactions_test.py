"""Signed transactions that a contract refuses: with a stable code, the record and field and a
remedy, on every node alike, and nothing of it is applied.

Forms of the signed bytes themselves: outside_signer_test.py. Codes: requirements 2.2 and GET
/problems.
"""
import os
import unittest

import harness
import suyuan_tx as tx
from file_record import (document_placeholder, licence_record, party_record, registration,
                         with_check_character)
from leader_kill_test import DOC_ANCHOR

PARTY_REVIEW, KEY_ROTATE = 0x0202, 0x0205


class PartiesTest(harness.DevnetTest):
    """A network with two active parties and a pending one, whose keys are here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger = cls.net.ledger_id()
        cls.owner = tx.Signer(with_check_character("91440101MA5BADEX0"))
        cls.other = tx.Signer(with_check_character("91440101MA5BADEX1"))
        cls.pending = tx.Signer(with_check_character("91440101MA5BADEX2"))
        for signer in (cls.owner, cls.other, cls.pending):
            answer = cls.net.http(0).submit(tx.submission_list(
                [registration(cls.ledger, signer, "示例门业有限公司", cls.net.readers())]))
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


class BadTransactions(PartiesTest):
    name = "bad_transactions"

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
        """By its form or its signer: no block carries it, on no node, and the state's root stays."""
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
        self.refused_at_once(self.anchor(licence_record(), signer=stranger), "E_SIG")
        foreign = tx.Signer(self.owner.party.decode(), self.other.key)
        self.refused_at_once(self.anchor(licence_record(), signer=foreign), "E_SIG")
        nobody = tx.Signer(with_check_character("91440101MA5N0B0DY"))
        self.refused_at_once(self.anchor(licence_record(), signer=nobody), "E_SIG")
        # A key that is registered for one party cannot be registered for a second one.
        thief = tx.Signer(with_check_character("91440101MA5BADEX3"), self.other.key)
        self.refused(registration(self.ledger, thief, "示例门业有限公司"), "E_SIG", 0,
                     "signing_key")

    def test_party_not_yet_approved(self):
        self.refused_at_once(self.anchor(licence_record(), signer=self.pending), "E_STATE")

    def test_types(self):
        for changes in ({3: tx.number_field(3, 0x0999)}, {3: tx.number_field(3, 0x0102)},
                        {4: tx.number_field(4, 2)}):
            self.refused_at_once(self.anchor(licence_record(), core_changes=changes), "E_TYPE")

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
        self.assertEqual(problem["code"], "E_AUTHZ", problem)  # no regulator
        self.assertEqual(self.net.http(0).get_json(
            f"/v1/parties/{self.other.party.decode()}")["fields"]["signing_key"],
            self.other.public_key.hex())

    def test_somebody_else_s_registration(self):
        """A party registers itself; a taken code stays taken."""
        nonce = os.urandom(16)
        sealer = tx.Sealer(self.ledger, self.owner.party, nonce,
                           [tx.public_bytes(self.owner.sealing_key)])
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

    def with_leaf(self, field, leaf, **options):
        clear = {0x0602: "manual", 0x0603: "示例", 0x0604: "ab" * 32, 0x0605: 1,
                 0x0606: "application/pdf", 0x060A: "2024-03-01", 0x060D: "PUB"}
        leaves = [tx.public_leaf(f, v) for f, v in clear.items() if f != field] + [leaf]
        return self.anchor(tx.record_leaves(6, leaves), **options)

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
        sealer = tx.Sealer(self.ledger, self.owner.party, nonce,
                           [tx.public_bytes(self.owner.sealing_key)], self.net.readers()[1])
        hidden = self.with_leaf(0x0604, sealer.hidden_leaf(0, 0x0604, "ab" * 32), nonce=nonce,
                                sealer=sealer)
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
        cases = [(swapped, "strictly rise"), (good[:-1], "announces"),
                 (good + good[-1:], "announces"), (good[1:], "SYR1"), ([good[0]], "announces")]
        for record, why in cases:
            with self.subTest(leaves=len(record), why=why):
                problem = self.net.http(0).submit(
                    tx.submission_list([self.anchor(record)])).problem()
                self.assertEqual((problem["code"], problem["record"]), ("E_FORMAT", 0), problem)
                self.assertIn(why, problem["detail"])

    def test_too_large(self):
        limits = self.net.http(0).get_json("/v1/status")["limits"]
        record = licence_record()
        over = self.anchor(*([record] * (limits["records"] + 1)))
        problem = self.net.http(0).submit(tx.submission_list([over])).problem()
        self.assertEqual(problem["code"], "E_SIZE")
        body = tx.submission_bytes([(b"\0" * (limits["transaction_bytes"] + 1), [])])
        answer = self.net.http(0).submit(body)
        self.assertEqual((answer.status, answer.problem()["code"]), (413, "E_SIZE"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
