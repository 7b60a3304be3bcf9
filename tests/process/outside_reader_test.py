"""The outside reader against the golden vectors of sealing: Python that knows docs/formats.md only.

Every case of tests/vectors/sealing is read, and each class counts what it ran: a file that lost its
cases fails here instead of passing.
"""
import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import harness

READER = harness.ROOT / "examples" / "outside_reader"
sys.path.insert(0, str(READER))
import envelope as form  # noqa: E402
import primitives  # noqa: E402
import sealed_reader as reader  # noqa: E402

unhex = bytes.fromhex


def load(name):
    return json.loads((harness.ROOT / "tests" / "vectors" / "sealing" / f"{name}.json").read_text())


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def parts_of(case):
    return unhex(case["envelope"]), [unhex(item) for item in case["items"]]


def as_vector(reading):
    """A reading in the words of the vectors. A field sealed as absent is opened without a value."""
    return {
        "audiences": [{"audience": a, "verdict": verdict, "key": key and key.hex()}
                      for a, (verdict, key) in reading.audiences.items()],
        "fields": [{"record": leaf.record, "field": leaf.field, "item": leaf.item,
                    "audience": leaf.audience, "verdict": shown.verdict,
                    "value": shown.value.hex() if shown.present else None}
                   for leaf, shown in reading.fields]}


class Ciphers(unittest.TestCase):
    def test_hchacha20(self):
        """draft-irtf-cfrg-xchacha-03 §2.2.1."""
        self.assertEqual(
            primitives.hchacha20(bytes(range(32)), unhex("000000090000004a0000000031415927")).hex(),
            "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc")

    def test_box_beforenm(self):
        """Cryptography in NaCl: Alice's secret and Bob's public key give the first key."""
        alice = unhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
        bob = unhex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
        self.assertEqual(primitives.box_beforenm(bob, alice).hex(),
                         "1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389")

    def test_xchacha20poly1305(self):
        """draft-irtf-cfrg-xchacha-03 A.3.1."""
        plain = (b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for "
                 b"the future, sunscreen would be it.")
        sealed = unhex("bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4a"
                       "a6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b9"
                       "82c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52e"
                       "c0875924c1c7987947deafd8780acf49")
        known = bytes(range(0x80, 0xA0)), bytes(range(0x40, 0x58))
        aad = unhex("50515253c0c1c2c3c4c5c6c7")
        self.assertEqual(primitives.xchacha20poly1305_open(*known, sealed, aad), plain)
        self.assertIsNone(primitives.xchacha20poly1305_open(*known, flipped(sealed, 3), aad))
        self.assertIsNone(primitives.xchacha20poly1305_open(*known, sealed, aad + b"\0"))

    def test_keys_of_low_order(self):
        p = 2**255 - 19
        for number in (0, 1, p - 1, p, p + 1, p | 1 << 255):
            self.assertTrue(primitives.has_low_order(number.to_bytes(32, "little")), number)
        for number in (2, 9, p - 2, p + 9):
            self.assertFalse(primitives.has_low_order(number.to_bytes(32, "little")), number)


class FieldVectors(unittest.TestCase):
    def test_every_step_of_every_field(self):
        vector = load("field")
        ctx = reader.context(unhex(vector["ledger_id"]), vector["submitter"].encode(), unhex(vector["nonce"]))
        self.assertEqual(ctx.hex(), vector["context"])
        audience_key = unhex(vector["audience_key"])
        self.assertEqual(reader.key_commitment(ctx, vector["audience"], audience_key).hex(),
                         vector["key_commitment"])
        for entry in vector["fields"]:
            with self.subTest(record=entry["record"]):
                self.check(ctx, vector["audience"], audience_key, entry)
        self.assertGreaterEqual(len(vector["fields"]), 6)
        self.assertEqual([entry["value"] for entry in vector["fields"]].count(None), 1)

    def check(self, ctx, audience, audience_key, entry):
        padded, ciphertext = unhex(entry["padded"]), unhex(entry["ciphertext"])
        leaf = form.HiddenLeaf(entry["record"], entry["field"], entry["item"], audience, len(padded),
                               unhex(entry["commitment"]), unhex(entry["content_hash"]))
        self.assertEqual(leaf.at.hex(), entry["at"])
        key = reader.field_key(audience_key, leaf.at)
        self.assertEqual(key.hex(), entry["field_key"])
        self.assertEqual(primitives.derive_key(key, b"enc").hex(), entry["cipher_key"])
        key_check = reader.field_key_commitment(ctx, leaf.at, key)
        self.assertEqual(key_check.hex(), entry["field_key_commitment"])
        self.assertEqual(reader.commitment(ctx, leaf.at, padded), leaf.commitment)
        self.assertEqual(reader.content_hash(key_check, ciphertext), leaf.content_hash)
        self.assertEqual(reader.decrypt(ctx, leaf.at, key, leaf.commitment, ciphertext), padded)
        value = None if entry["value"] is None else unhex(entry["value"])  # None: sealed as absent
        self.assertEqual(padded[:32].hex(), entry["salt"])
        self.assertEqual(len(padded), reader.padded_size(len(value or b"")))
        self.assertEqual(reader.open_field(ctx, audience_key, reader.SealedField(leaf, key_check, ciphertext)),
                         reader.Shown(reader.OPENED, value))
        self.check_shown(ctx, leaf, padded, value)

    def check_shown(self, ctx, leaf, padded, value):
        self.assertEqual(reader.check_shown(ctx, leaf, padded), reader.Shown(reader.OPENED, value))
        for at in range(0, len(padded), 7):
            self.assertIsNone(reader.check_shown(ctx, leaf, flipped(padded, at)))
        self.assertIsNone(reader.check_shown(ctx, leaf, padded + bytes(len(padded))))
        self.assertIsNone(reader.check_shown(flipped(ctx, 0), leaf, padded))

    def test_absent_and_empty_are_told_apart(self):
        salt = bytes(32)
        empty = reader.unpad(salt + bytes(32))
        absent = reader.unpad(salt + b"\xff" * 4 + bytes(28))
        self.assertEqual((empty.verdict, empty.value, empty.present), (reader.OPENED, b"", True))
        self.assertEqual((absent.verdict, absent.value, absent.present), (reader.OPENED, None, False))
        for lie in (b"\xff" * 4 + bytes(27) + b"\1", b"\xff\xff\xff\xfe" + bytes(28),
                    b"\0\0\0\x1d" + b"7" * 28, b"\xff" * 4 + bytes(92), bytes(92)):
            self.assertEqual(reader.unpad(salt + lie), reader.Shown(reader.PADDING_LIE))


class WrapVectors(unittest.TestCase):
    def setUp(self):
        self.vector = load("wraps")
        self.ctx, self.key = unhex(self.vector["context"]), unhex(self.vector["key"])
        self.sender = unhex(self.vector["sender_public"])

    def find(self, wraps, secret, kind_and_target):
        audience = wraps["audience"]
        return reader.find_key(secret, self.sender, self.ctx, audience,
                               reader.key_commitment(self.ctx, audience, self.key),
                               unhex(wraps["wraps"]), kind_and_target)

    def test_every_reader_of_every_list(self):
        self.assertEqual(primitives.public_key(unhex(self.vector["sender_secret"])), self.sender)
        kinds, readers = set(), 0
        for wraps in self.vector["lists"]:
            target = unhex(wraps["kind_and_target"])
            kinds.add(target[0])
            item = bytes([1, wraps["audience"]]) + unhex(wraps["wraps"])
            in_core = {"id": wraps["audience"], "wrap_count": wraps["wrap_count"],
                       "wraps_hash": unhex(wraps["wraps_hash"])}
            self.assertEqual(reader.read_wrap_item(in_core, item), unhex(wraps["wraps"]))
            for entry in wraps["readers"]:
                readers += 1
                self.check_reader(wraps, target, entry)
            self.assertEqual(self.find(wraps, b"\x63" * 32, target), (reader.NOT_A_READER, None))
        self.assertEqual(kinds, {1, 2, 3})
        self.assertGreaterEqual(readers, 13)

    def check_reader(self, wraps, target, entry):
        secret, audience = unhex(entry["secret"]), wraps["audience"]
        self.assertEqual(primitives.public_key(secret).hex(), entry["public"])
        shared = primitives.box_beforenm(self.sender, secret)
        self.assertEqual(shared.hex(), entry["shared"])
        self.assertEqual(shared, primitives.box_beforenm(unhex(entry["public"]),
                                                         unhex(self.vector["sender_secret"])))
        self.assertEqual(reader.wrap_tag(shared, self.ctx, audience).hex(), entry["tag"])
        self.assertIn(unhex(entry["tag"] + entry["box"]),
                      [unhex(wraps["wraps"])[at:at + 56] for at in range(0, 56 * wraps["wrap_count"], 56)])
        self.assertEqual(reader.open_box(shared, self.ctx, audience, target, unhex(entry["box"])), self.key)
        self.assertEqual(self.find(wraps, secret, target), (reader.OPENED, self.key))
        # A wrap of one kind or target opens as no other.
        for other in (reader.OWN, b"\x02" + bytes(33), target + b"\0", flipped(target, len(target) - 1)):
            if other != target:
                self.assertEqual(self.find(wraps, secret, other), (reader.UNOPENABLE, None))


class ItemVectors(unittest.TestCase):
    def test_erased_item_and_opening(self):
        vector = load("items")
        erased, opening = unhex(vector["erased_item"]), unhex(vector["opening_item"])
        self.assertEqual(reader.read_erased_item(erased), (unhex(vector["erased_hash"]), vector["erased_by"]))
        self.assertEqual(reader.item_hash(erased).hex(), vector["erased_hash"])
        self.assertEqual(reader.read_opening_item(opening),
                         (vector["opening_record"], unhex(vector["opening_padded"])))
        shown = reader.unpad(unhex(vector["opening_padded"]))
        self.assertEqual((shown.verdict, json.loads(shown.value)), (reader.OPENED, "published"))
        for read in (reader.read_erased_item, reader.read_opening_item):
            for item in (b"", erased + b"\0", opening[:-1], opening + b"\0", erased[:-1]):
                self.assertRaises(form.Refused, read, item)


class TransactionVector(unittest.TestCase):
    def setUp(self):
        self.vector = load("transaction")
        self.envelope, self.items = parts_of(self.vector)

    def test_every_reader(self):
        verdicts, values = collections.Counter(), 0
        for entry in self.vector["readers"]:
            reading = reader.read(self.envelope, self.items, [unhex(entry["secret"])])
            self.assertEqual(as_vector(reading), {"audiences": entry["audiences"], "fields": entry["fields"]})
            self.assertEqual(reading.ctx.hex(), self.vector["context"])
            verdicts.update(one["verdict"] for one in entry["audiences"])
            values += len(entry["fields"])
        self.assertEqual([reader.item_hash(i).hex() for i in self.items], self.vector["item_hashes"])
        self.assertEqual(len(self.vector["readers"]), 4)
        self.assertEqual(verdicts, {reader.OPENED: 4, reader.NOT_A_READER: 4})
        self.assertEqual(values, 8)

    def test_old_keys_stay_able_to_open(self):
        both, second, stranger = (unhex(self.vector["readers"][i]["secret"]) for i in (1, 2, 3))
        reading = reader.read(self.envelope, self.items, [stranger, second, both])
        self.assertEqual([verdict for verdict, _ in reading.audiences.values()], [reader.OPENED] * 2)
        self.assertEqual(reader.read(self.envelope, self.items, []).fields, [])

    def test_only_of_the_ledger_named(self):
        ledger = unhex(load("field")["ledger_id"])
        self.assertTrue(reader.read(self.envelope, self.items, [], ledger_id=ledger).audiences)
        with self.assertRaises(form.Refused):
            reader.read(self.envelope, self.items, [], ledger_id=flipped(ledger, 0))

    def test_no_changed_byte_gets_through(self):
        codes = collections.Counter()
        for at in range(len(self.envelope)):
            codes[self.refusal(flipped(self.envelope, at), self.items)] += 1
        for number, item in enumerate(self.items):
            for at in range(len(item)):
                items = self.items[:number] + [flipped(item, at)] + self.items[number + 1:]
                codes[self.refusal(self.envelope, items)] += 1
        self.assertEqual(sum(codes.values()), len(self.envelope) + sum(map(len, self.items)))
        self.assertTrue(all(codes[code] for code in ("E_FORMAT", "E_COMMIT", "E_SIG")), codes)

    def refusal(self, envelope, items):
        with self.assertRaises(form.Refused) as caught:
            reader.read(envelope, items, [b"\x01" * 32])
        return caught.exception.code

    def test_other_encodings_of_the_same_message(self):
        message = form.parse_canonical(form.ENVELOPE, self.envelope)
        core = message["core"]
        first = 1 + 2 + len(core)  # key, two bytes of length, core
        self.assertEqual(self.envelope[3:first], core)
        others = {
            "another order": self.envelope[first:] + self.envelope[:first],
            "a singular field twice": self.envelope[:first] + self.envelope,
            "an unknown field": self.envelope + b"\x20\x01",
            "another wire type": b"\x08\x01" + self.envelope,
            "a default": self.with_core(b"\x08\x00" + core),
            "a long varint": self.with_core(b"\x08\x81\x00" + core[2:]),
            "a number too large": self.with_core(b"\x08\x81\x80\x80\x80\x10" + core[2:]),
            "an endless varint": self.with_core(b"\x08" + b"\x80" * 11 + core[2:]),
            "cut": self.envelope[:-1],
            "nothing": b"",
        }
        for name, data in others.items():
            with self.subTest(name), self.assertRaises(form.Refused) as caught:
                form.open_envelope(data)
            self.assertEqual(caught.exception.code, "E_FORMAT", name)

    def test_a_signature_of_another_key(self):
        message = form.parse_canonical(form.ENVELOPE, self.envelope)
        stranger = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
        tx_id = form.open_envelope(self.envelope).tx_id
        entry = {"suite": 1, "signature": stranger.sign(b"suyuan/tx/v1\0" + tx_id),
                 "public_key": stranger.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)}
        message["signatures"][0] = entry
        self.assertEqual(self.refusal(form.write_canonical(form.ENVELOPE, message), self.items), "E_SIG")

    def with_core(self, core):
        message = form.parse_canonical(form.ENVELOPE, self.envelope)
        return form.write_canonical(form.ENVELOPE, {**message, "core": core})


class FailureVectors(unittest.TestCase):
    def test_what_opens_wrongly(self):
        audiences, fields = collections.Counter(), collections.Counter()
        cases = load("failures")["opens_wrongly"]
        for case in cases:
            with self.subTest(case["name"]):
                wanted = case["reader"]
                reading = reader.read(*parts_of(case), [unhex(wanted["secret"])])
                self.assertEqual(as_vector(reading), {"audiences": wanted["audiences"], "fields": wanted["fields"]})
                for leaf, shown in reading.fields:
                    self.assertTrue(shown.verdict == reader.OPENED or shown.value is None)
                audiences.update(one["verdict"] for one in wanted["audiences"])
                fields.update(shown.verdict for _, shown in reading.fields)
        self.assertGreaterEqual(len(cases), 14)
        for verdict in (reader.OPENED, reader.NOT_A_READER, reader.UNOPENABLE):
            self.assertGreater(audiences[verdict], 0, verdict)
        for verdict in (reader.OPENED, reader.KEY_FAULT, reader.CIPHER_FAULT, reader.PADDING_LIE):
            self.assertGreater(fields[verdict], 0, verdict)

    def test_what_is_refused(self):
        codes = collections.Counter()
        cases = load("failures")["refused"]
        for case in cases:
            with self.subTest(case["name"]), self.assertRaises(form.Refused) as caught:
                reader.read(*parts_of(case), [b"\x01" * 32])
            self.assertEqual(caught.exception.code, case["error"], case["name"])
            codes[caught.exception.code] += 1
        self.assertGreaterEqual(len(cases), 21)
        for code in ("E_FORMAT", "E_COMMIT", "E_SIZE"):
            self.assertGreater(codes[code], 0, code)

    def test_a_leaf_of_an_unknown_audience_cannot_go_without_its_item(self):
        case = next(c for c in load("failures")["refused"]
                    if c["name"] == "an audience that the core does not have")
        envelope, items = parts_of(case)
        for number in range(len(items)):
            with self.assertRaises(form.Refused):
                reader.read(envelope, items[:number] + items[number + 1:], [b"\x01" * 32])


class Command(unittest.TestCase):
    """sealed_reader.py as a program: exit code and what it prints."""

    def run_on(self, case, secret):
        envelope, items = parts_of(case)
        data = form.write_canonical(form.SUBMISSION, {"envelope": envelope, "sealed_items": items})
        with tempfile.TemporaryDirectory() as directory:
            submission, key = (pathlib.Path(directory) / name for name in ("submission.bin", "secret.hex"))
            submission.write_bytes(data)
            key.write_text(secret + "\n")
            done = subprocess.run([sys.executable, "-B", READER / "sealed_reader.py", submission, "--key", key],
                                  capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(done.stderr, "")
        return done.returncode, json.loads(done.stdout)

    def test_exit_codes(self):
        failures, good = load("failures"), load("transaction")
        code, found = self.run_on(good, good["readers"][1]["secret"])
        self.assertEqual((code, len(found["fields"])), (0, 4))
        self.assertEqual(found["fields"][-1]["value"], '{"unit":"m","value":"1200.5"}')
        self.assertEqual(self.run_on(good, good["readers"][3]["secret"])[0], 0)
        wrong = failures["opens_wrongly"][0]
        code, found = self.run_on(wrong, wrong["reader"]["secret"])
        self.assertEqual((code, found["fields"][0]["verdict"]), (1, reader.CIPHER_FAULT))
        code, found = self.run_on(failures["refused"][0], good["readers"][0]["secret"])
        self.assertEqual(code, 2)
        self.assertIn("E_FORMAT", found["refused"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
