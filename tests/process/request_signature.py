"""Signed requests as RFC 9421 and RFC 9530 want them, for tests."""
import base64
import hashlib
import os
import time


def request_signature(signer, method, url_authority, target, body, created=None, nonce=None):
    """Headers of a request signed after RFC 9421 and RFC 9530."""
    path, _, query = target.partition("?")
    digest = "sha-256=:" + base64.b64encode(hashlib.sha256(body).digest()).decode() + ":"
    parameters = ('("@method" "@authority" "@path" "@query" "content-digest")'
                  f";created={created or int(time.time())}"
                  f';nonce="{nonce or os.urandom(16).hex()}"'
                  f';keyid="{signer.key_id.hex()}";alg="ed25519"')
    base = (f'"@method": {method}\n"@authority": {url_authority}\n"@path": {path}\n'
            f'"@query": ?{query}\n"content-digest": {digest}\n"@signature-params": {parameters}')
    signature = base64.b64encode(signer.key.sign(base.encode())).decode()
    return {"Content-Digest": digest, "Signature-Input": "sig1=" + parameters,
            "Signature": f"sig1=:{signature}:"}
