"""Hashes of docs/formats.md §0 and the ciphers of §3 that Python's `cryptography` package lacks.

Written from the format page, draft-irtf-cfrg-xchacha (HChaCha20, XChaCha20-Poly1305) and
"Cryptography in NaCl" (HSalsa20, crypto_box_beforenm). It shares no line with the outside signer,
so that a mistake of one does not hide in the other.
"""
import hashlib
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

_SIGMA = struct.unpack("<4I", b"expand 32-byte k")
_ANY_SECRET = bytes(range(32))


def sha256(data):
    return hashlib.sha256(data).digest()


def sized(data):
    """A part of variable size in H: it follows its u32 length. A part of fixed size goes in as it is."""
    return struct.pack(">I", len(data)) + data


def tagged_hash(tag, *parts):
    """H(tag, parts…)."""
    return sha256(bytes([len(tag)]) + tag + b"".join(parts))


def derive_key(key, tag, *parts):
    """KDF(key, tag, parts…)."""
    return hashlib.blake2b(bytes([len(tag)]) + tag + b"".join(parts), key=key, digest_size=32).digest()


def merkle_tree_hash(leaves):
    """MTH(leaves): every leaf enters as SHA-256(0x00 ‖ leaf), also one that is itself a hash."""
    if not leaves:
        return sha256(b"")
    level = [sha256(b"\x00" + leaf) for leaf in leaves]
    # RFC 6962 splits at the largest power of two: the same as pairing from the left, level by level,
    # with the odd one out moved up as it is.
    while len(level) > 1:
        pairs = [sha256(b"\x01" + level[i] + level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def _rotate(word, bits):
    return (word << bits | word >> (32 - bits)) & 0xFFFFFFFF


def _chacha_quarter(x, a, b, c, d):
    for bits in (16, 8):
        x[a] = x[a] + x[b] & 0xFFFFFFFF
        x[d] = _rotate(x[d] ^ x[a], bits)
        x[c] = x[c] + x[d] & 0xFFFFFFFF
        x[b] = _rotate(x[b] ^ x[c], 12 if bits == 16 else 7)


def hchacha20(key, nonce16):
    """draft-irtf-cfrg-xchacha §2.2."""
    x = [*_SIGMA, *struct.unpack("<8I", key), *struct.unpack("<4I", nonce16)]
    for _ in range(10):
        for i in range(4):
            _chacha_quarter(x, i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            _chacha_quarter(x, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return struct.pack("<8I", *x[:4], *x[12:])


def _salsa_quarter(x, a, b, c, d):
    x[b] ^= _rotate(x[a] + x[d] & 0xFFFFFFFF, 7)
    x[c] ^= _rotate(x[b] + x[a] & 0xFFFFFFFF, 9)
    x[d] ^= _rotate(x[c] + x[b] & 0xFFFFFFFF, 13)
    x[a] ^= _rotate(x[d] + x[c] & 0xFFFFFFFF, 18)


def hsalsa20(key, input16):
    """Cryptography in NaCl: the double rounds of Salsa20, words 0, 5, 10, 15 and 6–9 of the result."""
    k, n = struct.unpack("<8I", key), struct.unpack("<4I", input16)
    x = [_SIGMA[0], *k[:4], _SIGMA[1], *n, _SIGMA[2], *k[4:], _SIGMA[3]]
    for _ in range(10):
        for i in range(4):  # columns, each from its place on the diagonal
            _salsa_quarter(x, *((5 * i + 4 * j) % 16 for j in range(4)))
        for i in range(4):  # rows
            _salsa_quarter(x, *(4 * i + (i + j) % 4 for j in range(4)))
    return struct.pack("<8I", *(x[i] for i in (0, 5, 10, 15, 6, 7, 8, 9)))


def xchacha20poly1305_open(key, nonce24, ciphertext, aad):
    """The plaintext, or None when the ciphertext does not authenticate."""
    cipher = ChaCha20Poly1305(hchacha20(key, nonce24[:16]))
    try:
        return cipher.decrypt(bytes(4) + nonce24[16:], ciphertext, aad)
    except InvalidTag:
        return None


def public_key(secret32):
    return X25519PrivateKey.from_private_bytes(secret32).public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def has_low_order(public32):
    """Whether X25519 with this key gives zeros for every secret; `cryptography` raises on that."""
    try:
        X25519PrivateKey.from_private_bytes(_ANY_SECRET).exchange(
            X25519PublicKey.from_public_bytes(public32))
    except ValueError:
        return True
    return False


def box_beforenm(public32, secret32):
    """crypto_box_beforenm: HSalsa20(X25519(secret, public), 16 zero bytes)."""
    shared = X25519PrivateKey.from_private_bytes(secret32).exchange(
        X25519PublicKey.from_public_bytes(public32))
    return hsalsa20(shared, bytes(16))
