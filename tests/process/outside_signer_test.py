"""A program that shares no code with the node files a transaction, and whatever is
not exactly as docs/formats.md says is refused with the documented code (formats §0–§2, RFC 9457)."""
import hashlib
import json
import os
import struct
import subprocess
import sys
import time
import unittest

import harness
import suyuan_tx as tx
from file_record import licence_record, registration, with_check_character
from request_signature import request_signature

sys.path.insert(0, str(harness.ROOT / "examples" / "outside_reader"))
import sealed_reader

serial = iter(range(1000, 10_000))


def new_signer():
    return tx.Signer(with_check_character(f"91440101MA5XG{next(serial)}"))


class OutsideSigner(harness.DevnetTest):
    name = "outside_signer"

    def setUp(self):
        self.ledger = self.net.ledger_id()
        self.http = self.net.http(0)

    def register(self, **options):
        return registration(self.ledger, new_signer(), "示例门业有限公司", self.net.readers(), **options)

    def submit(self, *transactions, node=None):
        """Transactions, or (envelope, sealed items)."""
        return (node or self.http).submit(tx.submission_bytes(
            [(t.envelope, t.items) if isinstance(t, tx.Transaction) else t for t in transactions]))

    def state_root(self):
        return self.http.get_json("/v1/status")["state_root"]

    def assert_refused(self, transaction, code, before_block=True):
        """Refused with `code` and a remedy; with `before_block`, the ledger did not move."""
        root = self.state_root()
        answer = self.submit(transaction)
        problem = answer.problem()
        self.assertEqual(problem["code"], code, problem)
        self.assertGreaterEqual(answer.status, 400)
        self.assertTrue(problem["remedy"])
        if before_block:
            self.assertEqual(self.state_root(), root)
        return problem

    def test_program(self):
        """The example as its README shows it."""
        key_file = self.directory / "sealing.key"
        code = with_check_character("91440101MA5PRGRM0")
        done = subprocess.run(
            [sys.executable, harness.ROOT / "examples" / "outside_signer" / "file_record.py",
             self.net.url(1), "--code", code, "--sealing-key", key_file], capture_output=True,
            text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(key_file.stat().st_mode & 0o777, 0o600)
        for i in range(3):
            party = harness.wait_until(
                lambda i=i: (a := self.net.http(i).get(f"/v1/parties/{code}")).status == 200 and a,
                10, "the party at every node").json
            self.assertEqual(party["state"], "PENDING")
            self.assertEqual(party["fields"]["party_name"], "示例门业有限公司")
            # A hidden value never shows, only its class and commitment.
            self.assertNotIn("示例人", str(party))

    def test_sealed_items_are_the_transaction_s(self):
        """§4: nothing missing, nothing left over, nothing else, or it is refused at once."""
        signed = self.register()
        items = signed.items
        self.assertEqual(len(items), 2)
        other = self.register().items
        changed = [items[0], items[1][:-1] + bytes([items[1][-1] ^ 1])]
        for bad, code in (([], "E_FORMAT"), (items[:1], "E_FORMAT"), (items[::-1], "E_FORMAT"),
                          (items + items[1:], "E_FORMAT"), (other, "E_COMMIT"),
                          ([other[0], items[1]], "E_COMMIT"), (changed, "E_COMMIT"),
                          ([items[0], b"\0" + bytes(40)], "E_FORMAT")):
            self.assert_refused((signed.envelope, bad), code)
        plain = tx.Transaction(self.ledger, 0x0701, signed.signer, [licence_record()])
        self.assert_refused((plain.envelope, items), "E_FORMAT")
        self.assertEqual(self.submit(signed).result()["state"], "applied")

    def test_the_signer_reads_what_it_sealed(self):
        """From what the node sends back to the party's own key: the block's bundle (§9)."""
        signed = self.register()
        result = self.submit(signed).result()
        self.assertEqual(result["state"], "applied", result)
        self.net.submit_as(0, {  # whole blocks are for parties that are approved
            "type": "PARTY_REVIEW", "subject": {"party": signed.signer.party.decode()},
            "records": [{"fields": {"decision": "approve"}}]})
        items = self.sealed_items(result["block"], signed.signer)
        self.assertEqual(items, signed.items)
        key = tx.private_bytes(signed.signer.sealing_key)
        fields = {(leaf.record, leaf.field): shown for leaf, shown in
                  sealed_reader.read(signed.envelope, items, [key], self.ledger).fields}
        self.assertEqual(len(fields), 7)
        self.assertEqual(json.loads(fields[(0, 0x0115)].value)["name"], "示例人")
        stranger = tx.private_bytes(new_signer().sealing_key)
        self.assertEqual(sealed_reader.read(signed.envelope, items, [stranger]).fields, [])

    def sealed_items(self, height, signer):
        target = f"/v1/blocks/{height}/bundle?count=1"
        authority = self.net.url(0).split("//")[1]
        answer = self.http.request("GET", target, b"",
                                   request_signature(signer, "GET", authority, target, b""))
        self.assertEqual(answer.status, 200, answer.body)
        at = 4 + 4  # s32(bundle), "SYV1"
        at += 4 + struct.unpack(">I", answer.body[at:at + 4])[0]
        count, at, items = struct.unpack(">I", answer.body[at:at + 4])[0], at + 4, []
        for _ in range(count):
            size = struct.unpack(">I", answer.body[at:at + 4])[0]
            items.append(answer.body[at + 4:at + 4 + size])
            at += 4 + size
        return items

    def test_entities_are_named_as_documented(self):
        signed = self.register()
        result = self.submit(signed).result()
        self.assertEqual(result["state"], "applied", result)
        self.assertEqual(result["transaction"], signed.id.hex())
        licence = tx.id_text(tx.entity_id(signed.id, 1))
        document = self.http.get_json(f"/v1/documents/{licence}")
        self.assertEqual(document["owner"], signed.signer.party.decode())
        party = self.http.get_json(f"/v1/parties/{signed.signer.party.decode()}")
        self.assertEqual(party["transaction"], signed.id.hex())

    def test_leaf_is_what_the_document_says(self):
        """The leaf's content and outcome hash follow from what the sender holds (§5)."""
        signed = self.register()
        self.submit(signed)
        proof = self.http.get_json(f"/v1/txs/{signed.id.hex()}/proof?format=json")
        leaf = bytes.fromhex(proof["extra"]["leaf"])
        content = tx.tagged_hash(
            "txleaf", (signed.id, False),
            (tx.signatures_hash([(signed.signer.public_key, signed.signature)]), False))
        self.assertEqual(leaf[17:49], content)
        node = hashlib.sha256(b"\0" + leaf).digest()
        index, size = proof["leaf_index"], proof["tree_size"]
        # RFC 9162 §2.1.3.2
        fn, sn = index, size - 1
        for step in map(bytes.fromhex, proof["inclusion_proof"]):
            self.assertNotEqual(sn, 0)
            if fn % 2 == 1 or fn == sn:
                node = hashlib.sha256(b"\1" + step + node).digest()
                while fn % 2 == 0 and fn != 0:
                    fn, sn = fn >> 1, sn >> 1
            else:
                node = hashlib.sha256(b"\1" + node + step).digest()
            fn, sn = fn >> 1, sn >> 1
        self.assertEqual((sn, node.hex()), (0, proof["root"]))

    def test_same_bytes_give_the_first_result(self):
        signed = self.register()
        first = self.submit(signed).result()
        self.assertEqual(first["state"], "applied", first)
        for i in (1, 2, 0):
            again = self.submit(signed, node=self.net.http(i)).result()
            self.assertEqual(again, first)
        twice = self.submit(signed, signed).json["results"]
        self.assertEqual(twice, [first, first])

    def test_every_region_of_bytes_counts(self):
        """One changed byte anywhere is refused, and nothing of it reaches a block."""
        signed = self.register()
        root = self.state_root()
        size = len(signed.envelope)
        for position in sorted({*range(0, size, 41), 3, 60, size - 1}):
            for bit in (0x01, 0x80):
                bad = bytearray(signed.envelope)
                bad[position] ^= bit
                answer = self.submit((bytes(bad), signed.items))
                self.assertIn(answer.problem()["code"],
                              ("E_FORMAT", "E_SIG", "E_LEDGER", "E_SIZE", "E_COMMIT"), position)
        self.assertEqual(self.state_root(), root)
        self.assertEqual(self.submit(signed).result()["state"], "applied")

    def test_other_ledger(self):
        other = bytes(32 - len(b"other")) + b"other"
        signed = registration(other, new_signer(), "示例门业有限公司")
        self.assert_refused(signed, "E_LEDGER")

    def test_expired(self):
        past = int(time.time() * 1000) - 7_200_000
        self.assert_refused(self.register(now_ms=past), "E_EXPIRED")

    def test_from_the_future(self):
        """Nothing of it is kept: sent again when its time has come, it counts."""
        for ahead in (3_600_000, 400 * 365 * 86_400_000):
            self.assert_refused(self.register(now_ms=int(time.time() * 1000) + ahead),
                                "E_EXPIRED")

    def test_lifetime_is_at_most_seven_days(self):
        self.assert_refused(self.register(lifetime_ms=7 * 86_400_000 + 1), "E_FORMAT")

    def test_same_content_with_another_nonce(self):
        """A new transaction as far as bytes go; the party's code is taken, and it says so."""
        signer = new_signer()
        first = registration(self.ledger, signer, "示例门业有限公司", self.net.readers())
        self.assertEqual(self.submit(first).result()["state"], "applied")
        second = registration(self.ledger, signer, "示例门业有限公司")
        problem = self.assert_refused(second, "E_DUP_PARTY", before_block=False)
        self.assertEqual((problem["record"], problem["field"]), (0, "party_code"))
        self.assertEqual(problem["transaction"], second.id.hex())

    def test_signature_of_another_key(self):
        signed = self.register()
        stranger = tx.Signer(signed.signer.party.decode())
        forged = tx.envelope(signed.core, [(signed.signer.public_key,
                                            stranger.key.sign(tx.signing_bytes(signed.id)))],
                             signed.records)
        self.assert_refused((forged, signed.items), "E_SIG")
        swapped = tx.envelope(signed.core, [(stranger.public_key,
                                             stranger.key.sign(tx.signing_bytes(signed.id)))],
                              signed.records)
        self.assertIn(self.submit((swapped, signed.items)).problem()["code"], ("E_SIG", "E_FORMAT"))

    def test_records_that_were_not_signed(self):
        signed = self.register()
        other = self.register()
        mixed = tx.envelope(signed.core, [(signed.signer.public_key, signed.signature)],
                            other.records)
        self.assert_refused((mixed, other.items), "E_FORMAT")

    def resign(self, core_bytes):
        """A transaction whose signature holds over a core in any form."""
        signed = self.register()
        core = core_bytes(signed.core)
        tx_id = tx.transaction_id(core)
        return tx.envelope(core, [(signed.signer.public_key,
                                   signed.signer.key.sign(tx.signing_bytes(tx_id)))],
                           signed.records), signed.items

    def test_core_forms_that_parse_but_are_not_canonical(self):
        """§0: two parsers must never read two things, although the signature is right."""
        self.assert_refused(self.resign(lambda c: b"\x08\x81\x00" + c[2:]), "E_FORMAT")
        self.assert_refused(self.resign(lambda c: c[2:36] + c[:2] + c[36:]), "E_FORMAT")
        self.assert_refused(self.resign(lambda c: c + tx.number_field(31, 7)), "E_FORMAT")
        self.assert_refused(self.resign(lambda c: c + tx.bytes_field(31, b"x")), "E_FORMAT")
        self.assert_refused(self.resign(lambda c: b"\x08\x01" + c), "E_FORMAT")
        # expected_version (12) present with its default value 0.
        at = {n: tx.varint(n << 3) for n in (12, 14)}
        self.assert_refused(self.resign(
            lambda c: c.replace(at[14] + b"\x02", at[12] + b"\x00" + at[14] + b"\x02")), "E_FORMAT")
        # A group, a 64-bit and a 32-bit field, a truncated one.
        for tail in (b"\xfb\x01\xfc\x01", b"\xf9\x01" + bytes(8), b"\xfd\x01" + bytes(4),
                     b"\xfa\x01\x05ab", b"\xff" * 11):
            self.assert_refused(self.resign(lambda c, tail=tail: c + tail), "E_FORMAT")

    def test_envelope_forms_that_are_not_canonical(self):
        signed = self.register()
        good = signed.envelope
        core_end = len(tx.bytes_field(1, signed.core))
        signature_end = core_end + len(tx.bytes_field(
            2, tx.number_field(1, 1) + tx.bytes_field(2, signed.signer.public_key) +
            tx.bytes_field(3, signed.signature)))
        core, signature, records = good[:core_end], good[core_end:signature_end], \
            good[signature_end:]
        for bad in (signature + core + records, core + records + signature,
                    core + core + signature + records, core + signature + signature + records,
                    core + records, core + signature, good + b"\x20\x01", good[:-1],
                    good + b"\x1a\x00", b"", b"\x00", b"\x80"):
            self.assert_refused((bad, signed.items), "E_FORMAT")
        self.assertEqual(self.submit(signed).result()["state"], "applied")

    def test_submission_list_forms(self):
        """The frame around envelopes: 400, as the request itself cannot be read."""
        signed = self.register()
        body = tx.submission_list([signed])
        for bad in (b"", b"\x0a", b"\x0a\x00" + b"\xff", body + b"\x10\x01", body[:-1],
                    b"\x12" + body[1:], os.urandom(200)):
            answer = self.http.submit(bad)
            self.assertIn(answer.status, (400, 422), bad[:20])
            self.assertEqual(answer.problem()["code"], "E_FORMAT")

    def test_limits(self):
        self.assert_refused(self.resign(
            lambda c: c + tx.bytes_field(17, b"\1" * 4096)), "E_SIZE")
        # Audience ids must rise, and at most 64 of them (§8).
        audience = tx.bytes_field(2, b"\7" * 32) + tx.bytes_field(4, b"\7" * 32)

        def with_audiences(ids):
            many = b"".join(tx.bytes_field(16, tx.number_field(1, i) + audience) for i in ids)
            mark = tx.varint(15 << 3 | 2) + b"\x20"
            return self.resign(lambda c: c[:c.index(mark) + 34] + many)
        self.assert_refused(with_audiences(range(65)), "E_SIZE")
        self.assert_refused(with_audiences([1, 0]), "E_FORMAT")
        self.assert_refused(with_audiences([1, 1]), "E_FORMAT")

    def test_one_bad_among_good(self):
        """Each transaction of a request stands alone; answers stand in their order."""
        good = [self.register() for _ in range(3)]
        bad = registration(bytes(31) + b"\1", new_signer(), "示例门业有限公司")
        answers = self.submit(good[0], bad, good[1],
                              (good[2].envelope[:-1], good[2].items)).json["results"]
        self.assertEqual([a["state"] for a in answers], ["applied", "failed", "applied", "failed"])
        self.assertEqual([a.get("transaction") for a in answers][0::2],
                         [good[0].id.hex(), good[1].id.hex()])


if __name__ == "__main__":
    unittest.main(verbosity=2)
