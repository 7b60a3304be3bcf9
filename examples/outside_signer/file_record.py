#!/usr/bin/python3
"""Registers a new party at a running node, with a key that only this program knows.

Everything that is signed is built from docs/formats.md alone; the node gets finished bytes. Run it
against any node of a ledger:

    file_record.py http://127.0.0.1:7600 --code 91440101MA5EXAMQ3X --name 示例门业有限公司

Prints the node's answer as JSON; exit code 0 when the transaction was applied.
"""
import argparse
import json
import os
import sys
import urllib.error
import urllib.request

import suyuan_tx

# Numbers of the transaction type and of the fields: GET /v1/types of any node lists them.
PARTY_REGISTER = 0x0201
PARTY, DOCUMENT = 0x01, 0x06
REGION = "440101"  # of the firm, as the administrative division code names it
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def with_check_character(first17):
    """GB 32100: position i weighs 3^i mod 31; the last character makes the sum ≡ 0 (mod 31)."""
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(first17))
    return first17 + ALPHABET[-total % 31]


def document_placeholder(record):
    """Id of a document that another record of the same transaction makes (formats §2)."""
    return suyuan_tx.id_text(bytes(12) + record.to_bytes(4, "big"))


def licence_record(issuer="示例市场监督管理局", digest=None, **changes):
    """A business licence whose content anybody may see, so that all its fields are clear."""
    fields = {
        0x0602: "business_licence",
        0x0603: "营业执照",
        0x0604: digest or os.urandom(32).hex(),  # SHA-256 of the file
        0x0605: 182044,
        0x0606: "application/pdf",
        0x0607: issuer,
        0x0609: "示例-0001",
        0x060A: "2024-03-01",
        0x060D: "PUB",
    }
    fields.update(changes.pop("fields", {}))
    return suyuan_tx.record_leaves(
        DOCUMENT, [suyuan_tx.public_leaf(f, v) for f, v in fields.items() if v is not None])


def party_record(signer, sealer, name, region=REGION, position=0, licence=1, fields=None):
    """The party's own record. Fields of the classes REG and OPT are sealed; an optional one gets a
    leaf even when it has no value, so that nobody sees which firms filled it in."""
    clear = {
        0x0101: signer.party.decode(),
        0x0102: ["manufacturer"],
        0x0103: "enterprise",
        0x0104: name,
        0x0105: signer.party.decode(),
        0x0106: "广东省广州市示例路 1 号",
        0x0108: "020-00000000",
        0x0109: document_placeholder(licence),
        0x010C: region,
        0x0110: ["processing"],
        0x011B: signer.public_key.hex(),
        0x011C: suyuan_tx.public_bytes(signer.sealing_key).hex(),
    }
    clear.update(fields or {})
    person = {"name": "示例人", "phone": "020-00000001"}
    hidden = {
        0x010A: None,                                       # system_certs
        0x010B: None,                                       # purchase_info
        0x0115: person,                                     # responsible_person
        0x0116: {**person, "channels": "电话、短信"},   # emergency_contact
        0x0117: None,                                       # quality_credit_grade
        0x0118: None,                                       # honours
        0x0119: None,                                       # website
    }
    leaves = [suyuan_tx.public_leaf(f, v) for f, v in clear.items() if v is not None]
    leaves += [sealer.hidden_leaf(position, f, v) for f, v in hidden.items()]
    return suyuan_tx.record_leaves(PARTY, leaves)


def covers(regulator, region):
    """Jurisdiction: prefix match without trailing pairs of zeros; 000000 is national."""
    while regulator.endswith("00"):
        regulator = regulator[:-2]
    return region.startswith(regulator)


def readers_of(answer, region):
    """Who else reads fields of class REG and OPT, by the answer of GET /v1/readers: the regulators
    over the owner's region. A regulator that is left out puts that on record. With its height."""
    keys = [bytes.fromhex(r["sealing_key"]) for r in answer["regulators"] if covers(r["region"], region)]
    return keys, answer["height"]


def registration(ledger_id, signer, name, readers=((), 0), **options):
    """PARTY_REGISTER: record 0 the party, record 1 its licence. Signed with the key that it names.
    `readers`: keys beside its own, and the height of the registry that named them."""
    nonce = os.urandom(16)
    keys, height = readers
    sealer = suyuan_tx.Sealer(ledger_id, signer.party, nonce,
                              [suyuan_tx.public_bytes(signer.sealing_key), *keys], height)
    fields = options.pop("fields", None)
    licence_fields = options.pop("licence_fields", {})
    records = [party_record(signer, sealer, name, fields=fields),
               licence_record(fields=licence_fields)]
    return suyuan_tx.Transaction(ledger_id, PARTY_REGISTER, signer, records, nonce=nonce,
                                 sealer=sealer, **options)


def fetch(url, body=None):
    request = urllib.request.Request(url, data=body)
    if body is not None:
        request.add_header("Content-Type", "application/x-protobuf")
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        return json.load(error)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("node", help="http://host:port of a node")
    parser.add_argument("--code", required=True, help="credit code; 17 characters get their check character")
    parser.add_argument("--name", default="示例门业有限公司")
    parser.add_argument("--sealing-key", help="write the key that opens the hidden fields to this new file")
    arguments = parser.parse_args()

    ledger_id = bytes.fromhex(fetch(arguments.node + "/v1/status")["ledger_id"])
    code = arguments.code if len(arguments.code) == 18 else with_check_character(arguments.code)
    signer = suyuan_tx.Signer(code)
    readers = readers_of(fetch(arguments.node + "/v1/readers"), REGION)
    transaction = registration(ledger_id, signer, arguments.name, readers)
    if arguments.sealing_key:
        # Whoever loses it can neither read nor show the hidden values.
        descriptor = os.open(arguments.sealing_key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(suyuan_tx.private_bytes(signer.sealing_key).hex() + "\n")
    answer = fetch(arguments.node + "/v1/txs?wait=committed",
                   suyuan_tx.submission_list([transaction]))
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 0 if answer.get("results", [{}])[0].get("state") == "applied" else 1


if __name__ == "__main__":
    sys.exit(main())
