"""The outside signer against the golden vectors: Python that knows docs/formats.md only."""
import hashlib
import json
import struct
import sys
import unittest

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

import harness
import suyuan_tx as tx

sys.path.insert(0, str(harness.ROOT / "examples" / "outside_reader"))
import sealed_reader

VECTORS = harness.ROOT / "tests" / "vectors"


def load(name):
    return json.loads((VECTORS / "ledger" / f"{name}.json").read_text())


def fields_of(message):
    """(number, wire type, value) of a Protobuf message."""
    out, at = [], 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = number()
        value = number()
        if key & 7 == 2:
            value, at = message[at:at + value], at + value
        out.append((key >> 3, key & 7, value))
    return out


class TransactionVector(unittest.TestCase):
    def setUp(self):
        self.vector = load("transaction")
        self.core = bytes.fromhex(self.vector["core"])
        self.records = [[bytes.fromhex(leaf) for leaf in r] for r in self.vector["record_leaves"]]
        self.keys = [Ed25519PrivateKey.from_private_bytes(bytes.fromhex(s))
                     for s in self.vector["seeds"]]

    def test_roots(self):
        roots = [tx.merkle_tree_hash(leaves) for leaves in self.records]
        self.assertEqual([r.hex() for r in roots], self.vector["record_roots"])
        self.assertEqual(tx.merkle_tree_hash(roots).hex(), self.vector["records_root"])

    def test_core_is_what_the_encoder_writes(self):
        again = b"".join(tx.number_field(n, v) if wire == 0 else tx.bytes_field(n, v)
                         for n, wire, v in fields_of(self.core))
        self.assertEqual(again, self.core)
        self.assertEqual(dict((n, v) for n, _, v in fields_of(self.core))[15].hex(),
                         self.vector["records_root"])

    def test_ids_and_signatures(self):
        tx_id = tx.transaction_id(self.core)
        self.assertEqual(tx_id.hex(), self.vector["tx_id"])
        self.assertEqual(tx.signing_bytes(tx_id).hex(), self.vector["signing_bytes"])
        self.assertEqual(tx.id_text(tx.entity_id(tx_id, 1)), self.vector["entity_id_of_record_1"])
        # Ed25519 is deterministic: the whole envelope follows from seeds, core and records.
        signers = [tx.Signer("91110000600037341L", key) for key in self.keys]
        signed = [(s.public_key, s.key.sign(tx.signing_bytes(tx_id))) for s in signers]
        self.assertEqual(tx.envelope(self.core, signed, self.records).hex(), self.vector["envelope"])
        self.assertEqual(tx.signatures_hash(signed).hex(), self.vector["signatures_hash"])
        for signer, (_, _, named) in zip(signers, [f for f in fields_of(self.core) if f[0] == 7]):
            self.assertEqual(dict((n, v) for n, _, v in fields_of(named))[3], signer.key_id)

    def test_leaves(self):
        first, second = self.records
        value = json.loads(first[1][9:])
        self.assertEqual(tx.public_leaf(0x0201, value)[2], first[1])
        self.assertEqual(tx.not_applicable_leaf(0x0203)[2], first[3])
        heads = [tx.record_leaves(2, [(0x0201, 0, first[1]), (0x0202, 0, first[2]),
                                      (0x0203, 0, first[3])]),
                 tx.record_leaves(3, [(0x0301, 0, second[1])], subject=(3, b"\x42" * 16))]
        self.assertEqual(heads, self.records)


class BlockAndLogVectors(unittest.TestCase):
    def test_entries(self):
        for name in ("transactions", "election", "configuration"):
            vector = load("block")[name]
            header = bytes.fromhex(vector["header"])
            self.assertEqual(len(header), 159)
            self.assertEqual(tx.tagged_hash("entry", (header, False)).hex(), vector["entry_hash"])
            entry = bytes.fromhex(vector["entry"])
            self.assertTrue(entry.startswith(header))
            key_size = entry[161]
            signature_at = 162 + key_size + 1
            body_at = signature_at + 64 + 4
            body = entry[body_at:body_at + struct.unpack(">I", entry[body_at - 4:body_at])[0]]
            self.assertEqual(hashlib.sha256(body).digest(), header[95:127])
            seed = bytes.fromhex(load("block")["proposer_seed"])
            proposer = tx.Signer("", Ed25519PrivateKey.from_private_bytes(seed))
            self.assertEqual(entry[162:194], proposer.public_key)
            self.assertEqual(header[31:63], proposer.key_id)
            self.assertEqual(entry[signature_at:signature_at + 64], proposer.key.sign(
                b"suyuan/entry/v1\0" + bytes.fromhex(vector["entry_hash"])))
            items, at = [], body_at + len(body) + 4
            while at < len(entry):
                size = struct.unpack(">I", entry[at:at + 4])[0]
                items.append(hashlib.sha256(entry[at + 4:at + 4 + size]).digest())
                at += 4 + size
            self.assertEqual(tx.merkle_tree_hash(items).hex(), vector["sealed_root"])

    def test_log_leaves(self):
        """§5, from the inputs that tests/support/ledger_vectors.cc names."""
        vector, log = load("transaction"), load("executed_log")
        configuration = bytes.fromhex(load("block")["configuration_bytes"])
        zeros, ledger = bytes(32), bytes.fromhex(vector["ledger_id"])

        def sha(data):
            return hashlib.sha256(data).digest()

        founding = tx.tagged_hash("conf", (sha(configuration), False), (zeros, False),
                                  (bytes(8), False))
        head = sha(ledger + zeros + struct.pack(">QI", 0, 1) + sha(b"genesis state") + founding +
                   struct.pack(">QQ", 1_600_000_000_000, 0) + zeros)
        self.assertEqual([leaf[34:98] for leaf in log["genesis_leaves"]],
                         [founding.hex(), head.hex()])
        content = tx.tagged_hash("txleaf", (bytes.fromhex(vector["tx_id"]), False),
                                 (sha(b"signatures"), False))
        outcome = sha(bytes.fromhex(log["outcome"]))
        self.assertEqual(outcome.hex(), log["outcome_hash"])
        self.assertEqual(bytes.fromhex(log["transaction_block_leaves"][0]),
                         b"SYL1\x01" + struct.pack(">QI", 1, 0) + content + outcome)

    def test_ledger_id_and_state_key(self):
        genesis = (VECTORS / "genesis" / "genesis.json").read_bytes()
        self.assertEqual(tx.tagged_hash("genesis", (genesis, True)).hex(),
                         (VECTORS / "genesis" / "ledger_id.txt").read_text().strip())
        store = load("store")
        self.assertEqual(tx.tagged_hash("state", (bytes([store["state_namespace"]]), False),
                                        (bytes.fromhex(store["state_key_bytes"]), True)).hex(),
                         store["state_key"])
        slot = bytes.fromhex(store["mark_slot"])
        self.assertEqual(len(slot), 512)
        self.assertEqual(hashlib.sha256(slot[:60]).digest(), slot[60:92])


class Sealing(unittest.TestCase):
    """What the sealer makes, against the reader of examples/outside_reader, which shares no line with it."""

    def test_readers_open_what_the_sealer_makes(self):
        signer, other = tx.Signer("91110000600037341L"), X25519PrivateKey.generate()
        nonce = bytes(range(16))
        sealer = tx.Sealer(bytes([7] * 32), signer.party, nonce,
                           [tx.public_bytes(signer.sealing_key), tx.public_bytes(other)])
        values = {0x0202: "示例", 0x0203: None, 0x0204: {"a": 1}}
        records = [tx.record_leaves(2, [sealer.hidden_leaf(r, f, v) for f, v in values.items()])
                   for r in range(2)]
        signed = tx.Transaction(bytes([7] * 32), 0x0302, signer, records, nonce=nonce, sealer=sealer)
        for key in (signer.sealing_key, other):
            reading = sealed_reader.read(signed.envelope, signed.items, [tx.private_bytes(key)])
            self.assertEqual(
                {(leaf.record, leaf.field): (shown.verdict, shown.value)
                 for leaf, shown in reading.fields},
                {(r, f): ("opened", None if v is None else tx.canonical_json(v))
                 for r in range(2) for f, v in values.items()})
        stranger = sealed_reader.read(signed.envelope, signed.items,
                                      [tx.private_bytes(X25519PrivateKey.generate())])
        self.assertEqual(stranger.fields, [])

    def test_hsalsa20(self):
        """NaCl's box test: X25519 of RFC 7748 §6.1, then HSalsa20."""
        bob = X25519PrivateKey.from_private_bytes(bytes.fromhex(
            "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"))
        alice = bytes.fromhex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
        self.assertEqual(tx.shared_secret(bob, alice).hex(),
                         "1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389")


class Ciphers(unittest.TestCase):
    def test_xchacha20poly1305(self):
        """draft-irtf-cfrg-xchacha-03, A.3.1."""
        plain = (b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for "
                 b"the future, sunscreen would be it.")
        sealed = tx.xchacha20poly1305_encrypt(
            bytes(range(0x80, 0xA0)), bytes(range(0x40, 0x58)), plain,
            bytes.fromhex("50515253c0c1c2c3c4c5c6c7"))
        self.assertEqual(sealed[:16].hex(), "bd6d179d3e83d43b9576579493c0e939")
        self.assertEqual(sealed[-16:].hex(), "c0875924c1c7987947deafd8780acf49")

    def test_credit_codes(self):
        from file_record import with_check_character
        codes = json.loads((VECTORS / "identifiers" / "uscc_vectors.json").read_text())
        self.assertGreater(len(codes["valid"]), 5)
        for entry in codes["valid"]:
            self.assertEqual(with_check_character(entry["code"][:17]), entry["code"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
