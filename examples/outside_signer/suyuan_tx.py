"""Builds and signs Suyuan transactions from docs/formats.md alone: no Suyuan code, no Protobuf
library, only Python's standard library and the `cryptography` package.

It is an example for those who write a client of their own, and a test that the documentation says
everything such a client needs.
"""
import base64
import hashlib
import json
import os
import struct
import time

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305


# ---- formats §0 -------------------------------------------------------------------------------

def tagged_hash(tag, *parts):
    """H(tag, parts…). A part is (bytes, sized): sized ones follow their u32 length."""
    body = bytes([len(tag)]) + tag.encode()
    for data, sized in parts:
        body += (struct.pack(">I", len(data)) if sized else b"") + data
    return hashlib.sha256(body).digest()


def derive_key(key, tag, *fixed_parts):
    """KDF(key, tag, parts…) with fixed-size parts only."""
    return hashlib.blake2b(bytes([len(tag)]) + tag.encode() + b"".join(fixed_parts), key=key,
                           digest_size=32).digest()


def merkle_tree_hash(leaves):
    """MTH of RFC 6962 §2.1 over the leaves' bytes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = merkle_tree_hash(leaves[:split]), merkle_tree_hash(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def canonical_json(value):
    """RFC 8785 for the values that occur here: no fractions, names in ASCII."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


# ---- canonical Protobuf -----------------------------------------------------------------------

def varint(n):
    out = b""
    while n > 0x7F:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


def number_field(number, value):
    return b"" if value == 0 else varint(number << 3) + varint(value)


def bytes_field(number, value, keep_empty=False):
    return b"" if not value and not keep_empty else varint(number << 3 | 2) + varint(len(value)) + value


# ---- formats §2 and §3: records ---------------------------------------------------------------

def public_leaf(field, value, item=0):
    data = canonical_json(value)
    return field, item, struct.pack(">HHBI", field, item, 0, len(data)) + data


def not_applicable_leaf(field, item=0):
    return field, item, struct.pack(">HHB", field, item, 2)


def _rotl(x, n):
    return (x << n | x >> (32 - n)) & 0xFFFFFFFF


def hchacha20(key, nonce16):
    """draft-irtf-cfrg-xchacha §2.2: the subkey of XChaCha20."""
    s = list(struct.unpack("<4I", b"expand 32-byte k")) + list(struct.unpack("<8I", key)) + \
        list(struct.unpack("<4I", nonce16))

    def quarter(a, b, c, d):
        for (x, y, z, n) in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            s[x] = (s[x] + s[y]) & 0xFFFFFFFF
            s[z] = _rotl(s[z] ^ s[x], n)

    for _ in range(10):
        for column in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                       (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            quarter(*column)
    return struct.pack("<8I", *(s[:4] + s[12:]))


def xchacha20poly1305_decrypt(key, nonce24, ciphertext, aad):
    """The plaintext, or None."""
    try:
        return ChaCha20Poly1305(hchacha20(key, nonce24[:16])).decrypt(
            b"\0\0\0\0" + nonce24[16:], ciphertext, aad)
    except InvalidTag:
        return None


def xchacha20poly1305_encrypt(key, nonce24, plaintext, aad):
    subkey = hchacha20(key, nonce24[:16])
    return ChaCha20Poly1305(subkey).encrypt(b"\0\0\0\0" + nonce24[16:], plaintext, aad)


def hsalsa20(key, nonce16):
    """The core of NaCl's crypto_box_beforenm, after X25519."""
    c, k, n = (struct.unpack("<4I", b"expand 32-byte k"), struct.unpack("<8I", key),
               struct.unpack("<4I", nonce16))
    s = [c[0], *k[:4], c[1], *n, c[2], *k[4:], c[3]]

    def quarter(a, b, c, d):
        for (x, y, z, n) in ((a, d, b, 7), (b, a, c, 9), (c, b, d, 13), (d, c, a, 18)):
            s[z] ^= _rotl((s[x] + s[y]) & 0xFFFFFFFF, n)

    for _ in range(10):
        for step in ((0, 4, 8, 12), (5, 9, 13, 1), (10, 14, 2, 6), (15, 3, 7, 11),
                     (0, 1, 2, 3), (5, 6, 7, 4), (10, 11, 8, 9), (15, 12, 13, 14)):
            quarter(*step)
    return struct.pack("<8I", *(s[i] for i in (0, 5, 10, 15, 6, 7, 8, 9)))


def shared_secret(private_key, public_key):
    """s of formats §3, the same for sender and reader."""
    return hsalsa20(private_key.exchange(X25519PublicKey.from_public_bytes(public_key)), bytes(16))


def public_bytes(private_key):
    return private_key.public_key().public_bytes(serialization.Encoding.Raw,
                                                 serialization.PublicFormat.Raw)


def private_bytes(private_key):
    return private_key.private_bytes(serialization.Encoding.Raw, serialization.PrivateFormat.Raw,
                                     serialization.NoEncryption())


def wrap_tag(shared, context, audience):
    return derive_key(shared, "wrap-tag", context, bytes([audience]))[:8]


def wrap_box_key(shared, context, audience, kind_and_target=b"\1"):
    return derive_key(shared, "wrap", context, bytes([audience]), kind_and_target)


def pad(salt, data):
    """P_i; `data` None: the absent marker."""
    padded = salt + struct.pack(">I", 0xFFFFFFFF if data is None else len(data)) + (data or b"")
    size = 64
    while size < len(padded):
        size *= 2
    return padded + b"\0" * (size - len(padded))


def place(record, field, item):
    return struct.pack(">IHH", record, field, item)


class Sealer:
    """Hidden leaves of one transaction and the sealed items beside them: one audience (0), whose
    readers are X25519 public keys; fresh salts and keys. The owner should be among the readers.
    `reader_height`: of the registry that named them."""

    def __init__(self, ledger_id, submitter, nonce, readers, reader_height=0):
        self.context = tagged_hash("ctx", (ledger_id, False), (submitter, False), (nonce, False))
        self.audience_key = os.urandom(32)
        self.sender = X25519PrivateKey.generate()
        self.readers = readers
        self.reader_height = reader_height
        self.fields = {}  # (record, field, item) → kc_i ‖ s32(ct_i)
        self._wraps = None

    def key_commitment(self):
        return tagged_hash("audience-key", (self.context, False), (b"\0", False),
                           (self.audience_key, False))

    def hidden_leaf(self, record, field, value, item=0):
        """`value` None: the absent marker, so that presence does not leak."""
        at = place(record, field, item)
        padded = pad(os.urandom(32), None if value is None else canonical_json(value))
        key = derive_key(self.audience_key, "field", at)
        commitment = tagged_hash("commit", (self.context, False), (at, False), (padded, True))
        ciphertext = xchacha20poly1305_encrypt(derive_key(key, "enc"), commitment[:24], padded,
                                               self.context + at + commitment)
        key_check = tagged_hash("field-key", (self.context, False), (at, False), (key, False))
        content = tagged_hash("content", (key_check, False), (hashlib.sha256(ciphertext).digest(), False))
        self.fields[(record, field, item)] = key_check + struct.pack(">I", len(ciphertext)) + ciphertext
        return field, item, struct.pack(">HHBBI", field, item, 1, 0, len(padded)) + commitment + content

    def wraps(self):
        """The wrap list: one for each reader, random dummies up to 8, 16, 32 or 64, by tag."""
        if self._wraps is None:
            wraps = []
            for reader in self.readers:
                shared = shared_secret(self.sender, reader)
                wraps.append(wrap_tag(shared, self.context, 0) + xchacha20poly1305_encrypt(
                    wrap_box_key(shared, self.context, 0), bytes(24), self.audience_key, b""))
            size = 8
            while size < len(wraps):
                size *= 2
            wraps += [os.urandom(56) for _ in range(size - len(wraps))]
            self._wraps = b"".join(sorted(wraps))
        return self._wraps

    def core_fields(self):
        """Height of the registry; audience 0, whose id is a default value and so absent; sealing key."""
        wraps = self.wraps()
        return {13: number_field(13, self.reader_height),
                16: bytes_field(16, bytes_field(2, self.key_commitment()) +
                                number_field(3, len(wraps) // 56) +
                                bytes_field(4, hashlib.sha256(wraps).digest())),
                17: bytes_field(17, public_bytes(self.sender))}

    def items(self):
        """The sealed items in their order (formats §4)."""
        out = [b"\1\0" + self.wraps()]
        for record in sorted({at[0] for at in self.fields}):
            out.append(b"\2" + struct.pack(">IB", record, 0) + b"".join(
                self.fields[at] for at in sorted(self.fields) if at[0] == record))
        return out


def record_leaves(schema, leaves, subject=None, schema_version=1):
    """Leaf 0 and the field leaves in their order. `subject`: (entity kind, id bytes) or None."""
    subject_bytes = b"" if subject is None else bytes([subject[0]]) + subject[1]
    head = b"SYR1" + struct.pack(">HHB", schema, schema_version, 0 if subject is None else 1) + \
        struct.pack(">I", len(subject_bytes)) + subject_bytes + struct.pack(">H", len(leaves))
    return [head] + [leaf for _, _, leaf in sorted(leaves, key=lambda leaf: leaf[:2])]


# ---- formats §1: core, signature, envelope ----------------------------------------------------

class Signer:
    def __init__(self, party_code, private_key=None):
        self.party = party_code.encode()
        self.key = private_key or Ed25519PrivateKey.generate()
        self.public_key = public_bytes(self.key)
        self.sealing_key = X25519PrivateKey.generate()  # reads what is sealed for this party
        self.key_id = tagged_hash("key", (struct.pack(">H", 1), False), (self.public_key, False))


class Transaction:
    """One transaction of one signer. `records` are lists of leaves from record_leaves().

    `core_changes` replaces encoded fields of the core by number, for fields that this class does not
    offer and for tests of what a node refuses.
    """

    def __init__(self, ledger_id, tx_type, signer, records, nonce=None, sealer=None, now_ms=None,
                 lifetime_ms=3_600_000, core_changes=None):
        now_ms = now_ms or int(time.time() * 1000)
        self.signer, self.records, self.sealer = signer, records, sealer
        core = {
            1: number_field(1, 1),
            2: bytes_field(2, ledger_id),
            3: number_field(3, tx_type),
            4: number_field(4, 1),
            5: bytes_field(5, signer.party),
            7: bytes_field(7, number_field(1, 1) + bytes_field(2, signer.party) +
                           bytes_field(3, signer.key_id)),
            8: bytes_field(8, nonce or os.urandom(16)),
            9: number_field(9, now_ms),
            10: number_field(10, now_ms + lifetime_ms),
            14: number_field(14, len(records)),
            15: bytes_field(15, merkle_tree_hash([merkle_tree_hash(leaves) for leaves in records])),
        }
        self.items = []
        if sealer is not None and sealer.fields:
            core.update(sealer.core_fields())
            self.items = sealer.items()
        core.update(core_changes or {})
        self.core = b"".join(core[number] for number in sorted(core))
        self.id = transaction_id(self.core)
        self.signature = signer.key.sign(signing_bytes(self.id))
        self.envelope = envelope(self.core, [(signer.public_key, self.signature)], records)


def transaction_id(core):
    return tagged_hash("tx", (core, True))


def signing_bytes(tx_id):
    return b"suyuan/tx/v1\0" + tx_id


def signatures_hash(signatures):
    return hashlib.sha256(b"".join(struct.pack(">HB", 1, len(key)) + key + bytes([len(sig)]) + sig
                                   for key, sig in signatures)).digest()


def envelope(core, signatures, records):
    """`signatures`: (public key, signature) in the order of the core's signers."""
    return (bytes_field(1, core) +
            b"".join(bytes_field(2, number_field(1, 1) + bytes_field(2, key) + bytes_field(3, sig))
                     for key, sig in signatures) +
            b"".join(bytes_field(3, b"".join(bytes_field(1, leaf, True) for leaf in leaves), True)
                     for leaves in records))


def submission_list(transactions):
    """The body of POST /v1/txs with content type application/x-protobuf."""
    return submission_bytes([(tx.envelope, tx.items) for tx in transactions])


def submission_bytes(parcels):
    """`parcels`: (envelope, sealed items) of each transaction."""
    return b"".join(bytes_field(1, bytes_field(1, data) +
                                b"".join(bytes_field(2, item, True) for item in items))
                    for data, items in parcels)


def entity_id(tx_id, record):
    """128 bits of H("entity", tx_id ‖ record)."""
    return tagged_hash("entity", (tx_id, False), (struct.pack(">I", record), False))[:16]


def id_text(id_bytes):
    """As the API shows entity ids: 26 characters of lower-case base32."""
    return base64.b32encode(id_bytes).decode().lower().rstrip("=")
