#!/usr/bin/python3
"""Opens the sealed fields of a Suyuan transaction with an X25519 secret key: docs/formats.md §3 and
the sealed items of §4, and nothing else.

    sealed_reader.py submission.bin --key secret.hex

`submission.bin` is a `Submission` (envelope and sealed items), the key file holds 32 bytes in hex,
one key a line. Prints what was found as JSON; exit code 0 when the transaction is right and nothing
in it speaks against its owner, 1 when something does, 2 when the transaction is refused.
"""
import argparse
import dataclasses
import json
import pathlib
import sys
from typing import Optional

from envelope import (PADDED_MAX, PADDED_MIN, SUBMISSION, Cursor, HiddenLeaf, Refused, open_envelope,
                      parse_canonical, require)
from primitives import (box_beforenm, derive_key, public_key, sha256, sized, tagged_hash,
                        xchacha20poly1305_open)

OPENED = "opened"
NOT_A_READER = "not a reader"   # no wrap has this reader's tag
UNOPENABLE = "unopenable"       # a wrap has the tag, but gives no key of this audience
KEY_FAULT = "key fault"         # the audience's key is right, the field's key does not follow from it
CIPHER_FAULT = "cipher fault"   # the field's key is right, the ciphertext does not give the committed value
PADDING_LIE = "padding lie"     # the committed bytes are no padded value
ABSENT_LENGTH = 0xFFFFFFFF
TRANSACTION_BYTES_MAX = 4 << 20
OWN = b"\x01"                   # kind ‖ target of a wrap that holds a K_a of its own transaction


# ---- formulas of §3 ---------------------------------------------------------------------------

def context(ledger_id, submitter, nonce):
    return tagged_hash(b"ctx", ledger_id, submitter, nonce)


def key_commitment(ctx, audience, key):
    """KC_a."""
    return tagged_hash(b"audience-key", ctx, bytes([audience]), key)


def field_key(audience_key, at):
    """k_i."""
    return derive_key(audience_key, b"field", at)


def field_key_commitment(ctx, at, key):
    """kc_i."""
    return tagged_hash(b"field-key", ctx, at, key)


def commitment(ctx, at, padded):
    """C_i."""
    return tagged_hash(b"commit", ctx, at, sized(padded))


def content_hash(key_check, ciphertext):
    return tagged_hash(b"content", key_check, sha256(ciphertext))


def decrypt(ctx, at, key, committed, ciphertext):
    """P_i of ct_i under k_i, or None."""
    return xchacha20poly1305_open(derive_key(key, b"enc"), committed[:24], ciphertext, ctx + at + committed)


def padded_size(value_size):
    size = PADDED_MIN
    while size < 36 + value_size:
        size *= 2
    return size


# ---- values -----------------------------------------------------------------------------------

@dataclasses.dataclass(frozen=True)
class Shown:
    """Outcome of one field. `value` is None unless the verdict is OPENED, and then None for a field
    that is sealed as absent; `present` tells the two apart."""
    verdict: str
    value: Optional[bytes] = None

    @property
    def present(self):
        return self.value is not None


def unpad(padded):
    """The value of a P_i whose commitment was checked."""
    length = int.from_bytes(padded[32:36], "big")
    size = 0 if length == ABSENT_LENGTH else length
    if size > PADDED_MAX or len(padded) != padded_size(size) or any(padded[36 + size:]):
        return Shown(PADDING_LIE)
    return Shown(OPENED, None if length == ABSENT_LENGTH else padded[36:36 + size])


def check_shown(ctx, leaf, padded):
    """What somebody shows as P_i of a hidden leaf, without key or ciphertext: None when it is not what
    the leaf commits to, else Shown."""
    if len(padded) != leaf.padded_length or commitment(ctx, leaf.at, padded) != leaf.commitment:
        return None
    return unpad(padded)


# ---- wraps ------------------------------------------------------------------------------------

def wrap_tag(shared, ctx, audience):
    return derive_key(shared, b"wrap-tag", ctx, bytes([audience]))[:8]


def open_box(shared, ctx, audience, kind_and_target, box):
    # The target's size follows from the kind, so it is a part of fixed size: no length before it.
    key = derive_key(shared, b"wrap", ctx, bytes([audience]), kind_and_target)
    return xchacha20poly1305_open(key, bytes(24), box, b"")


def find_key(secret, seal_public_key, ctx, audience, committed, wraps, kind_and_target=OWN):
    """(verdict, key) of one reader. `wraps`: the list's bytes, `committed`: KC_a of the core.
    The reader of a grant names its kind and target; without them a wrap holds this transaction's K_a."""
    shared = box_beforenm(seal_public_key, secret)
    tag = wrap_tag(shared, ctx, audience)
    for at in range(0, len(wraps), 56):
        if wraps[at:at + 8] == tag:
            key = open_box(shared, ctx, audience, kind_and_target, wraps[at + 8:at + 56])
            if key is None or key_commitment(ctx, audience, key) != committed:
                return UNOPENABLE, None
            return OPENED, key
    return NOT_A_READER, None


def find_key_of(secrets, *where):
    """Old sealing keys stay able to open: the first of `secrets` that does, else the worst verdict."""
    found = [find_key(secret, *where) for secret in secrets]
    for verdict in (OPENED, UNOPENABLE):
        for one in found:
            if one[0] == verdict:
                return one
    return NOT_A_READER, None


# ---- sealed items (§4) ------------------------------------------------------------------------

@dataclasses.dataclass(frozen=True)
class SealedField:
    leaf: HiddenLeaf
    key_check: bytes    # kc_i
    ciphertext: bytes   # ct_i


def read_wrap_item(audience, item):
    cursor = Cursor(item)
    require(cursor.number(1) == 1 and cursor.number(1) == audience["id"], "wrap list expected")
    wraps = cursor.take(56 * audience["wrap_count"])
    cursor.end()
    require(sha256(wraps) == audience["wraps_hash"], "wrap list", "E_COMMIT")
    tags = [wraps[at:at + 8] for at in range(0, len(wraps), 56)]
    require(all(a < b for a, b in zip(tags, tags[1:])), "wraps do not rise")
    return wraps


def read_fields_item(record, audience_id, leaves, item):
    cursor = Cursor(item)
    require(cursor.number(1) == 2 and cursor.number(4) == record and cursor.number(1) == audience_id,
            "fields expected")
    fields = []
    for leaf in leaves:
        field = SealedField(leaf, cursor.take(32), cursor.take(cursor.number(4)))
        require(len(field.ciphertext) == leaf.padded_length + 16, "size of a ciphertext")
        require(content_hash(field.key_check, field.ciphertext) == leaf.content_hash,
                "content hash", "E_COMMIT")
        fields.append(field)
    cursor.end()
    return fields


def read_erased_item(item):
    """(hash of the item that was erased, height of the block that erased it)."""
    cursor = Cursor(item)
    require(cursor.number(1) == 0, "erased item expected")
    erased = cursor.take(32), cursor.number(8)
    cursor.end()
    return erased


def read_opening_item(item):
    """(record, P_i)."""
    cursor = Cursor(item)
    require(cursor.number(1) == 3, "opening expected")
    opening = cursor.number(4), cursor.take(cursor.number(4))
    cursor.end()
    return opening


def item_hash(item):
    return read_erased_item(item)[0] if item[:1] == b"\x00" else sha256(item)


def check_items(transaction, items):
    """Whether the items are right (§4): wrap lists by audience id, and the sealed fields in order."""
    size = transaction.size + sum(map(len, items))
    require(size <= TRANSACTION_BYTES_MAX, "transaction", "E_SIZE")
    audiences = transaction.core["audiences"]
    groups = [(record, audience["id"], chosen)
              for record, hidden in enumerate(transaction.hidden) for audience in audiences
              if (chosen := [leaf for leaf in hidden if leaf.audience == audience["id"]])]
    require(len(items) == len(audiences) + len(groups), "number of sealed items")
    wraps = {audience["id"]: read_wrap_item(audience, item) for audience, item in zip(audiences, items)}
    fields = []
    for (record, audience_id, leaves), item in zip(groups, items[len(audiences):]):
        fields += read_fields_item(record, audience_id, leaves, item)
    return wraps, fields


# ---- reading (§3) -----------------------------------------------------------------------------

def open_field(ctx, audience_key, sealed):
    """Shown of one field of an audience whose key was found. Its item was checked with the leaf."""
    key = field_key(audience_key, sealed.leaf.at)
    if field_key_commitment(ctx, sealed.leaf.at, key) != sealed.key_check:
        return Shown(KEY_FAULT)
    padded = decrypt(ctx, sealed.leaf.at, key, sealed.leaf.commitment, sealed.ciphertext)
    if padded is None or commitment(ctx, sealed.leaf.at, padded) != sealed.leaf.commitment:
        return Shown(CIPHER_FAULT)
    return unpad(padded)


@dataclasses.dataclass(frozen=True)
class Reading:
    transaction: object
    ctx: bytes
    audiences: dict  # audience id → (verdict, K_a or None)
    fields: list     # (HiddenLeaf, Shown) of each field of the audiences that opened, in the items' order


def read(envelope, items, secrets, ledger_id=None):
    """Everything that the holder of `secrets` may read. Raises Refused when envelope and items are not
    those of a transaction that a node acknowledges (of this ledger, if one is named)."""
    transaction = open_envelope(envelope)
    core = transaction.core
    require(ledger_id in (None, core["ledger_id"]), "transaction of another ledger")
    wraps, sealed = check_items(transaction, items)
    ctx = context(core["ledger_id"], core["submitter"], core["nonce"])
    keys = {a["id"]: find_key_of(secrets, core["seal_public_key"], ctx, a["id"], a["key_commitment"],
                                 wraps[a["id"]]) for a in core["audiences"]}
    fields = [(one.leaf, open_field(ctx, keys[one.leaf.audience][1], one)) for one in sealed
              if keys[one.leaf.audience][0] == OPENED]
    return Reading(transaction, ctx, keys, fields)


# ---- command ----------------------------------------------------------------------------------

def report(reading):
    fields = [{"record": leaf.record, "field": f"0x{leaf.field:04x}", "item": leaf.item,
               "audience": leaf.audience, "verdict": shown.verdict,
               "value": shown.value.decode("utf-8", "replace") if shown.present else None}
              for leaf, shown in reading.fields]
    return {"tx_id": reading.transaction.tx_id.hex(),
            "audiences": [{"audience": a, "verdict": v} for a, (v, _) in reading.audiences.items()],
            "fields": fields}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("submission", type=pathlib.Path, help="file with one Submission")
    parser.add_argument("--key", type=pathlib.Path, required=True, help="file with secret keys in hex")
    parser.add_argument("--ledger", type=bytes.fromhex, help="ledger id in hex; another one is refused")
    arguments = parser.parse_args()
    secrets = [bytes.fromhex(line) for line in arguments.key.read_text().split()]
    try:
        submission = parse_canonical(SUBMISSION, arguments.submission.read_bytes())
        reading = read(submission["envelope"], submission["sealed_items"], secrets, arguments.ledger)
    except Refused as refused:
        print(json.dumps({"refused": str(refused)}))
        return 2
    found = report(reading)
    found["keys"] = [public_key(secret).hex() for secret in secrets]
    print(json.dumps(found, ensure_ascii=False, indent=1))
    verdicts = [one["verdict"] for one in found["audiences"] + found["fields"]]
    return 0 if set(verdicts) <= {OPENED, NOT_A_READER} else 1


if __name__ == "__main__":
    sys.exit(main())
