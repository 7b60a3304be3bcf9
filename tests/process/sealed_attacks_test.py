"""What hostile senders try with sealed values (tests/sealing/README.md), on real nodes: in bytes that
examples/outside_signer makes, read by examples/outside_reader and by `suyuan trace --key`."""
import json
import os
import shutil
import struct
import sys
import unittest

import harness
import suyuan_tx as tx
from chain_story_test import MAKER, bike, opening_in, record, sale
from file_record import registration, with_check_character
from request_signature import request_signature

sys.path.insert(0, str(harness.ROOT / "examples" / "outside_reader"))
import sealed_reader  # noqa: E402: beside the examples' other modules

KEY_ROTATE, FLOW_CONFIRM, DOC_ANCHOR = 0x0205, 0x0602, 0x0701
FLOW, DOCUMENT, COMMAND = 0x05, 0x06, 0x40
SIDE_OPENING, NEW_SIGNING_KEY = 0x4012, 0x4007
PURCHASE_TIME, SUPPLIER_NAME = 0x050F, 0x050E
# Sealed fields of a confirmation; each has its leaf, with a value or without.
CONFIRMED = (0x050A, 0x050B, 0x050C, 0x050D, SUPPLIER_NAME, PURCHASE_TIME, 0x0510, 0x0511, 0x0513,
             0x0514, 0x0515, 0x0516, 0x0517, 0x051E, 0x051F, 0x0520)
TITLE = 0x0603
SEALED_OF_DOCUMENT = {TITLE: "示例材料", 0x0604: "c" * 64, 0x0605: 1024, 0x0607: None, 0x0609: None}
LOW_ORDER = bytes(32)


def forged_leaf(sealer, number, field, committed, shown):
    """A commitment to one value with a ciphertext of another: right for who has no key."""
    at, salt = tx.place(number, field, 0), os.urandom(32)
    padded = tx.pad(salt, tx.canonical_json(committed))
    commitment = tx.tagged_hash("commit", (sealer.context, False), (at, False), (padded, True))
    key = tx.derive_key(sealer.audience_key, "field", at)
    ciphertext = tx.xchacha20poly1305_encrypt(
        tx.derive_key(key, "enc"), commitment[:24], tx.pad(salt, tx.canonical_json(shown)),
        sealer.context + at + commitment)
    check = tx.tagged_hash("field-key", (sealer.context, False), (at, False), (key, False))
    content = tx.tagged_hash("content", (check, False), (tx.hashlib.sha256(ciphertext).digest(), False))
    sealer.fields[(number, field, 0)] = check + struct.pack(">I", len(ciphertext)) + ciphertext
    return field, 0, struct.pack(">HHBBI", field, 0, 1, 0, len(padded)) + commitment + content


class SealedAttacks(harness.DevnetTest):
    name = "sealed_attacks"

    @classmethod
    def prepare(cls):
        cls.ledger, cls.http = cls.net.ledger_id(), cls.net.http(0)
        cls.keys, cls.passphrase = cls.directory / "keys", cls.net.directory / "passphrase"
        cls.keys.mkdir()
        for node in cls.net.nodes:
            shutil.copy(node["keys"]["signing"], cls.keys / f"{node['name']}.{node['party']}.key")
        cls.regulator = next(i for i, node in enumerate(cls.net.nodes) if node["role"] == "regulator")
        for name in ("01-parties", "02-catalogue"):
            cls.file((harness.ROOT / "data" / f"{name}.jsonl").read_text().splitlines())
        goods = [line for name in ("03-products", "04-batches")
                 for line in (harness.ROOT / "data" / f"{name}.jsonl").read_text().splitlines()
                 if "ebike" in line]
        cls.release = [line for line in goods if '"BATCH_RELEASE"' in line]
        cls.file([line for line in goods if line not in cls.release])
        cls.victim, cls.forger = cls.join("91440101MA5TAFFX2"), cls.join("91440101MA5TAFFX3")

    @classmethod
    def file(cls, lines, check=True):
        path = cls.directory / "lines.jsonl"
        path.write_text("".join(line + "\n" for line in lines))
        return harness.run("submit", path, "--keys", cls.keys, "--node", cls.net.url(0),
                           "--references", cls.directory / "references.json", "--passphrase-file",
                           cls.passphrase, check=check)

    @classmethod
    def join(cls, code):
        signer = tx.Signer(with_check_character(code))
        answer = cls.send(registration(cls.ledger, signer, "示例门业有限公司", cls.net.readers()))
        assert answer["state"] == "applied", answer
        cls.net.submit_as(cls.regulator, {
            "type": "PARTY_REVIEW", "subject": {"party": signer.party.decode()},
            "records": [{"fields": {"decision": "approve"}}]})
        return signer

    @classmethod
    def send(cls, transaction):
        """What the API says to it: its result, or the problem."""
        answer = cls.http.submit(tx.submission_list([transaction]))
        return answer.result() if "results" in answer.json else answer.json

    def assert_refused(self, transaction, code):
        said = self.send(transaction)
        self.assertEqual(said.get("problem", said).get("code"), code, said)

    def sealer(self, signer, nonce, *more, height=None):
        readers, seen = self.net.readers()
        own = tx.public_bytes(signer.sealing_key)
        return tx.Sealer(self.ledger, signer.party, nonce, [own, *readers, *more],
                         seen if height is None else height)

    @staticmethod
    def document_leaves(sealer):
        clear = {0x0602: "other", 0x0606: "application/pdf", 0x060A: "2026-01-15", 0x060D: "REG"}
        return ([tx.public_leaf(field, value) for field, value in clear.items()] +
                [sealer.hidden_leaf(0, field, value) for field, value in SEALED_OF_DOCUMENT.items()])

    def document(self, signer, height=None, **options):
        nonce = os.urandom(16)
        sealer = self.sealer(signer, nonce, height=height)
        leaves = self.document_leaves(sealer)
        return tx.Transaction(self.ledger, DOC_ANCHOR, signer,
                              [tx.record_leaves(DOCUMENT, leaves)], nonce=nonce, sealer=sealer,
                              **options)

    def read(self, transaction, signer):
        return sealed_reader.read(transaction.envelope, transaction.items,
                                  [tx.private_bytes(signer.sealing_key)], self.ledger)

    def findings(self, signer):
        """(kind, entity, field) of all that is on record and shown to this party."""
        target = "/v1/findings?limit=200"
        headers = request_signature(signer, "GET", self.net.url(0).split("//")[1], target, b"")
        answer = self.http.request("GET", target, b"", headers)
        self.assertEqual(answer.status, 200, answer.body)
        return {(one["finding_kind"], one["target"]["id"], one["target"]["field"])
                for one in answer.json["items"]}

    def await_finding(self, kind, entity, field=None):
        def found():
            return [one for one in self.findings(self.forger)
                    if one[:2] == (kind, entity) and field in (None, one[2])]
        return harness.wait_until(found, 20, f"{kind} of {entity}")

    def test_copied_ciphertexts_open_for_nobody(self):
        """Leaf, items and wraps of somebody else, at the same place, under another name."""
        nonce = os.urandom(16)
        sealer = self.sealer(self.victim, nonce)
        leaves = [tx.record_leaves(DOCUMENT, self.document_leaves(sealer))]
        honest, copy = (tx.Transaction(self.ledger, DOC_ANCHOR, signer, leaves, nonce=nonce, sealer=sealer)
                        for signer in (self.victim, self.forger))
        for one in (honest, copy):
            self.assertEqual(self.send(one)["state"], "applied")
        self.assertEqual(len(self.read(honest, self.victim).fields), len(SEALED_OF_DOCUMENT))
        for reader in (self.victim, self.forger):
            reading = self.read(copy, reader)
            self.assertEqual(reading.fields, [])
            self.assertEqual(reading.audiences[0][0], sealed_reader.NOT_A_READER)
        self.await_finding("cannot_open", tx.id_text(tx.entity_id(copy.id, 0)))

    def test_a_forged_commitment_gives_no_value(self):
        """Unreleased goods are not sold; released ones are, and the buyer confirms with a lie."""
        sold = json.dumps(record("sold", "manufacturer",
                                 sale("manufacturer", [bike(1)], self.forger.party.decode(), "示例门业有限公司")))
        refused = self.file([sold], check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("E_STATE", refused.stderr)
        self.file([*self.release, sold])
        forged = self.confirmation()
        self.assertEqual(self.send(forged)["state"], "applied")
        verdicts = {leaf.field: shown.verdict for leaf, shown in self.read(forged, self.forger).fields}
        self.assertEqual(verdicts.pop(PURCHASE_TIME), sealed_reader.CIPHER_FAULT)
        self.assertEqual(set(verdicts.values()), {sealed_reader.OPENED})

        stated = self.statement_of(self.net.nodes[self.regulator]["keys"]["signing"])
        self.assertEqual(stated["supplier_name"], "示例电缆有限公司")
        self.assertEqual(stated["purchase_time"]["fault"], "E_COMMIT")
        self.assertEqual(set(stated["purchase_time"]), {"class", "commitment", "fault"})
        self.await_finding("cipher_fault", self.reference("ref:sold"), "flow.purchase_time")

    def reference(self, name):
        return json.loads((self.directory / "references.json").read_text())[name]

    def confirmation(self):
        """By the buyer, with the opening that the seller gave it: it states one purchase time and shows
        its readers another."""
        shown = self.directory / "sold.tlog-proof"
        harness.run("disclose", self.reference("tx:sold"), "--fields", "buyer_code", "--key",
                    next(self.keys.glob("manufacturer.*.key")), "--passphrase-file", self.passphrase,
                    "--node", self.net.url(0), "-o", shown)
        subject = (FLOW, tx.base64.b32decode(self.reference("ref:sold").upper() + "======"))
        nonce = os.urandom(16)
        maker = self.http.get_json(f"/v1/readers?party={MAKER}")["party"]
        sealer = self.sealer(self.forger, nonce, bytes.fromhex(maker["sealing_key"]))
        values = {SUPPLIER_NAME: "示例电缆有限公司", 0x051F: "manual"}
        leaves = [forged_leaf(sealer, 1, field, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")
                  if field == PURCHASE_TIME else sealer.hidden_leaf(1, field, values.get(field))
                  for field in CONFIRMED]
        opening = tx.public_leaf(SIDE_OPENING, opening_in(shown.read_text()))
        return tx.Transaction(self.ledger, FLOW_CONFIRM, self.forger,
                              [tx.record_leaves(COMMAND, [opening], subject),
                               tx.record_leaves(FLOW, leaves, subject)], nonce=nonce, sealer=sealer)

    def statement_of(self, key):
        """What `suyuan trace --key` shows of the buyer's statement."""
        done = harness.run("trace", bike(1), "--node", self.net.url(0), "-o", "json", "--key", key,
                           "--passphrase-file", self.passphrase)
        [flow] = json.loads(done.stdout)["chain"]["flows"]
        [stated] = flow["statements"]
        return stated["fields"]

    def test_keys_of_low_order(self):
        for number in (0x011C, 0x011D):
            signer = tx.Signer(with_check_character("91440101MA5TAFFX4"))
            self.assert_refused(registration(self.ledger, signer, "示例门业有限公司", self.net.readers(),
                                             fields={number: LOW_ORDER.hex()}), "E_FORMAT")
        self.assert_refused(self.document(self.forger, core_changes={17: tx.bytes_field(17, LOW_ORDER)}),
                            "E_FORMAT")

    def test_readers_of_another_time(self):
        """A registry that does not know its sender names no readers, and who came later is none."""
        document = self.document(self.victim)
        self.assertEqual(self.send(document)["state"], "applied")
        before = self.net.readers()[1]
        late = self.join("91440101MA5TAFFX5")
        self.assertEqual(self.read(document, late).fields, [])
        for height in (0, before):
            self.assert_refused(self.document(late, height=height), "E_READERS")
        self.assert_refused(self.document(late, height=10**9), "E_READERS")
        self.assertEqual(self.send(self.document(late))["state"], "applied")

    def test_a_replaced_version_is_found(self):
        """A claim may be about a version of which nothing stands any more."""
        signer = tx.Signer(with_check_character("91440101MA5TAFFX7"))
        made = []
        for decision in ("reject", "approve"):
            made.append(registration(self.ledger, signer, "示例门业有限公司", self.net.readers()))
            self.assertEqual(self.send(made[-1])["state"], "applied")
            review = {"decision": decision, **({"reason": "材料不清"} if decision == "reject" else {})}
            self.net.submit_as(self.regulator, {
                "type": "PARTY_REVIEW", "subject": {"party": signer.party.decode()},
                "records": [{"fields": review}]})
        path = f"/v1/parties/{signer.party.decode()}"
        self.assertNotIn(made[0].id.hex(), json.dumps(self.http.get_json(path)))
        for version, one in enumerate(made, 1):
            said = self.http.get_json(f"{path}/versions/{version}")
            self.assertEqual((said["transaction"], said["record"]), (one.id.hex(), 0))
        for none in (0, 3, "x", 2**32 + 1):
            self.assertEqual(self.http.get(f"{path}/versions/{none}").status, 404)
        self.assertEqual(self.http.get(f"/v1/flows/{'a' * 26}/versions/1").status, 401)

    def test_a_key_that_was_replaced_signs_nothing(self):
        signer = self.join("91440101MA5TAFFX6")
        new = tx.Signer(signer.party.decode())
        rotation = tx.record_leaves(COMMAND, [tx.public_leaf(NEW_SIGNING_KEY, new.public_key.hex())],
                                    (0x01, signer.party))
        self.assertEqual(self.send(tx.Transaction(self.ledger, KEY_ROTATE, signer, [rotation]))["state"],
                         "applied")
        document = self.document(signer)
        self.assert_refused(document, "E_SIG")
        self.assertEqual(self.http.get(f"/v1/txs/{document.id.hex()}").status, 404, "in no block")
        new.sealing_key = signer.sealing_key
        self.assertEqual(self.send(self.document(new))["state"], "applied")


if __name__ == "__main__":
    unittest.main(verbosity=2)
