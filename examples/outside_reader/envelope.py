"""A transaction's envelope, read strictly from docs/formats.md §0–§2: canonical Protobuf, core,
signatures, records and their leaves.

What is not judged here: whether clear values are canonical JSON and what contracts make of them.
"""
import dataclasses
import struct

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from primitives import has_low_order, merkle_tree_hash, sized, tagged_hash

PARTY_CHARACTERS = frozenset(b"0123456789ABCDEFGHJKLMNPQRTUWXY")
CORE_BYTES_MAX = 4096
PADDED_MIN, PADDED_MAX = 64, 131_072
LIFETIME_MS_MAX = 7 * 24 * 3600 * 1000
# Sizes of the ids of subjects by entity kind; None: non-empty UTF-8.
SUBJECT_ID_SIZES = {1: 18, 2: 16, 3: 16, 4: None, 5: 16, 6: 16, 0x10: None, 0x11: 32}


class Refused(Exception):
    """Not a transaction that a node acknowledges. `code` is the error code that nodes answer."""

    def __init__(self, code, reason):
        super().__init__(f"{code}: {reason}")
        self.code = code


def require(condition, reason, code="E_FORMAT"):
    if not condition:
        raise Refused(code, reason)


class Cursor:
    """Reads fixed layouts from the front; past the end is E_FORMAT."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        require(size <= len(self.data) - self.at, "bytes are missing")
        self.at += size
        return self.data[self.at - size:self.at]

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def end(self):
        require(self.at == len(self.data), "bytes are left over")


# ---- canonical Protobuf (§0) ------------------------------------------------------------------

# Field number → (name, kind); kind is the size of a number in bits, "bytes", "many bytes", or the
# table of a message that repeats. This is ledger/proto/transaction.proto.
SIGNER = {1: ("role", 32), 2: ("party", "bytes"), 3: ("key_id", "bytes")}
AUDIENCE = {1: ("id", 32), 2: ("key_commitment", "bytes"), 3: ("wrap_count", 32), 4: ("wraps_hash", "bytes")}
CORE = {
    1: ("suite", 32), 2: ("ledger_id", "bytes"), 3: ("type", 32), 4: ("type_version", 32),
    5: ("submitter", "bytes"), 6: ("actor", "bytes"), 7: ("signers", SIGNER), 8: ("nonce", "bytes"),
    9: ("created_ms", 64), 10: ("expiry_ms", 64), 11: ("after", "bytes"), 12: ("expected_version", 64),
    13: ("reader_height", 64), 14: ("record_count", 32), 15: ("records_root", "bytes"),
    16: ("audiences", AUDIENCE), 17: ("seal_public_key", "bytes"),
}
SIGNATURE = {1: ("suite", 32), 2: ("public_key", "bytes"), 3: ("signature", "bytes")}
RECORD = {1: ("leaves", "many bytes")}
ENVELOPE = {1: ("core", "bytes"), 2: ("signatures", SIGNATURE), 3: ("records", RECORD)}
SUBMISSION = {1: ("envelope", "bytes"), 2: ("sealed_items", "many bytes")}


def _read_varint(cursor):
    value = 0
    for shift in range(0, 70, 7):
        byte = cursor.number(1)
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value
    raise Refused("E_FORMAT", "varint of more than ten bytes")


def _write_varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _repeats(kind):
    return kind == "many bytes" or isinstance(kind, dict)


def _default(kind):
    return [] if _repeats(kind) else b"" if kind == "bytes" else 0


def _parse(table, data):
    message = {name: _default(kind) for name, kind in table.values()}
    cursor = Cursor(data)
    while cursor.at < len(data):
        key = _read_varint(cursor)
        require(key >> 3 in table, "unknown field")
        name, kind = table[key >> 3]
        require(key & 7 == (0 if isinstance(kind, int) else 2), "field of another wire type")
        if isinstance(kind, int):
            message[name] = _read_varint(cursor)
            require(message[name] >> kind == 0, "number too large")
            continue
        value = cursor.take(_read_varint(cursor))
        if isinstance(kind, dict):
            value = _parse(kind, value)
        if _repeats(kind):
            message[name].append(value)
        else:
            message[name] = value
    return message


def write_canonical(table, message):
    """What a Protobuf 3 serialiser writes."""
    out = b""
    for number, (name, kind) in table.items():
        value = message[name]
        if isinstance(kind, int):
            out += _write_varint(number << 3) + _write_varint(value) if value else b""
            continue
        values = value if _repeats(kind) else [value] if value else []
        for entry in values:
            data = write_canonical(kind, entry) if isinstance(kind, dict) else entry
            out += _write_varint(number << 3 | 2) + _write_varint(len(data)) + data
    return out


def parse_canonical(table, data):
    """The message as a dict. Order, minimal varints, defaults and repeats are checked at once: the
    bytes must be what a serialiser writes for the message read."""
    message = _parse(table, data)
    require(write_canonical(table, message) == data, "not canonical Protobuf")
    return message


# ---- records (§2) -----------------------------------------------------------------------------

@dataclasses.dataclass(frozen=True)
class HiddenLeaf:
    record: int
    field: int
    item: int
    audience: int
    padded_length: int
    commitment: bytes
    content_hash: bytes

    @property
    def at(self):
        return struct.pack(">IHH", self.record, self.field, self.item)


def _check_subject(kind, subject):
    require(kind in (0, 1), "kind of subject")
    require(len(subject) <= 255 and bool(subject) == (kind == 1), "size of the subject")
    if kind == 1:
        require(subject[0] in SUBJECT_ID_SIZES, "entity kind of the subject")
        size, name = SUBJECT_ID_SIZES[subject[0]], subject[1:]
        require(name if size is None else len(name) == size, "size of the subject's id")
        if size is None:
            try:
                name.decode("utf-8")
            except UnicodeDecodeError:
                raise Refused("E_FORMAT", "subject is no UTF-8") from None


def _read_first_leaf(leaf):
    """Checks leaf 0 of a record; the number of field leaves that it names."""
    cursor = Cursor(leaf)
    require(cursor.take(4) == b"SYR1", "magic of a record")
    cursor.take(4)  # schema and its version: for contracts to judge
    kind = cursor.number(1)
    _check_subject(kind, cursor.take(cursor.number(4)))
    count = cursor.number(2)
    cursor.end()
    return count


def _read_field_leaf(record, leaf):
    """(field, item) and the HiddenLeaf, or None in its place."""
    cursor, hidden = Cursor(leaf), None
    place = cursor.number(2), cursor.number(2)
    kind = cursor.number(1)
    if kind == 0:
        cursor.take(cursor.number(4))
    elif kind == 1:
        audience, length = cursor.number(1), cursor.number(4)
        require(length <= PADDED_MAX, "padded length", "E_SIZE")
        require(length >= PADDED_MIN and length & (length - 1) == 0, "padded length")
        hidden = HiddenLeaf(record, *place, audience, length, cursor.take(32), cursor.take(32))
    else:
        require(kind == 2, "kind of leaf")
    cursor.end()
    return place, hidden


def _hidden_leaves_of(record, leaves):
    require(leaves, "a record without leaves")
    require(_read_first_leaf(leaves[0]) == len(leaves) - 1, "number of field leaves")
    read = [_read_field_leaf(record, leaf) for leaf in leaves[1:]]
    require(all(a[0] < b[0] for a, b in zip(read, read[1:])), "field leaves do not rise")
    return [hidden for _, hidden in read if hidden is not None]


# ---- core, signatures, envelope (§1) ----------------------------------------------------------

def _is_party(data):
    return len(data) == 18 and PARTY_CHARACTERS.issuperset(data)


def _check_audiences(core):
    audiences = core["audiences"]
    require(all(a["id"] < b["id"] for a, b in zip(audiences, audiences[1:])), "audiences do not rise")
    for audience in audiences:
        require(audience["id"] <= 0xFF, "id of an audience")  # a u8 in every layout
        require(len(audience["key_commitment"]) == 32, "key commitment")
        require(len(audience["wraps_hash"]) == 32, "hash of a wrap list")
        require(audience["wrap_count"] in (8, 16, 32, 64), "number of wraps")
    key = core["seal_public_key"]
    require(bool(key) == bool(audiences), "sealing key exactly with audiences")
    require(not key or len(key) == 32 and not has_low_order(key), "sealing key")


def _check_core(core):
    require(core["suite"] == 1, "suite")
    for name, size in (("ledger_id", 32), ("nonce", 16), ("records_root", 32)):
        require(len(core[name]) == size and any(core[name]), name)
    for name, size in (("actor", 16), ("after", 32)):
        require(len(core[name]) in (0, size), name)
    require(_is_party(core["submitter"]), "submitter")
    require(0 < core["type"] <= 0xFFFF and 0 < core["type_version"] <= 0xFFFF, "type")
    require(core["expected_version"] <= 0xFFFFFFFF, "expected version")
    require(0 < core["created_ms"] < core["expiry_ms"], "expiry before creation")
    require(core["expiry_ms"] - core["created_ms"] <= LIFETIME_MS_MAX, "lifetime")
    signers = core["signers"]
    require(signers and [s["role"] == 1 for s in signers] == [True] + [False] * (len(signers) - 1),
            "the first signer and no other is the submitter")
    require(signers[0]["party"] == core["submitter"], "the first signer's party")
    for signer in signers:
        require(1 <= signer["role"] <= 6 and _is_party(signer["party"]) and len(signer["key_id"]) == 32,
                "signer")
    _check_audiences(core)


def _check_signatures(core, signatures, tx_id):
    require(len(signatures) == len(core["signers"]), "one signature for each signer")
    for signer, entry in zip(core["signers"], signatures):
        require(entry["suite"] == 1 and len(entry["public_key"]) == 32 and len(entry["signature"]) == 64,
                "signature")
        key_id = tagged_hash(b"key", struct.pack(">H", entry["suite"]), entry["public_key"])
        require(key_id == signer["key_id"], "key of a signature", "E_SIG")
        try:
            Ed25519PublicKey.from_public_bytes(entry["public_key"]).verify(
                entry["signature"], b"suyuan/tx/v1\0" + tx_id)
        except InvalidSignature:
            raise Refused("E_SIG", "signature") from None


@dataclasses.dataclass(frozen=True)
class Transaction:
    tx_id: bytes
    core: dict
    hidden: list  # of each record the HiddenLeaf list, in the order of the leaves
    size: int     # of the envelope, in bytes


def open_envelope(data):
    """The Transaction whose envelope this is; Refused unless all of §1 and §2 holds."""
    envelope = parse_canonical(ENVELOPE, data)
    require(len(envelope["core"]) <= CORE_BYTES_MAX, "core", "E_SIZE")
    core = parse_canonical(CORE, envelope["core"])
    _check_core(core)
    tx_id = tagged_hash(b"tx", sized(envelope["core"]))
    records = [record["leaves"] for record in envelope["records"]]
    require(0 < core["record_count"] == len(records), "number of records")
    hidden = [_hidden_leaves_of(number, leaves) for number, leaves in enumerate(records)]
    known = {audience["id"] for audience in core["audiences"]}
    require(all(leaf.audience in known for leaves in hidden for leaf in leaves),
            "a hidden leaf names an audience that the core does not have")
    root = merkle_tree_hash([merkle_tree_hash(leaves) for leaves in records])
    require(root == core["records_root"], "records root")
    _check_signatures(core, envelope["signatures"], tx_id)
    return Transaction(tx_id, core, hidden, len(data))
