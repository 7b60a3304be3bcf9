// Checks inclusion and consistency proofs with @transmute/rfc9162, then changes one bit of every
// byte of root, leaf and proof hashes, and expects each change to be refused. Input: the JSON of
// tests/thirdparty/README.md. Prints "N passed, N failed"; exit code 1 when something failed or
// nothing was checked.
//
// The package leaves out step 2 of RFC 9162 §2.1.4.2 (the old root in front of the proof when the
// old size is a power of two), so such a proof gets that root here.
import { readFileSync } from 'node:fs'
import transmute from '@transmute/rfc9162'

const { RFC9162 } = transmute
const bytes = (text, encoding) => new Uint8Array(Buffer.from(text, encoding))
const input = JSON.parse(readFileSync(process.argv[2]))
const heads = input.checkpoints.map((note) => {
  const [, size, root] = note.split('\n')
  return { size: Number(size), root: bytes(root, 'base64') }
})

let passed = 0
let failed = 0
const check = (ok, what) => {
  if (ok) passed++
  else if (++failed <= 20) console.log(`FAILED: ${what}`)
}
const refused = async (verdict) => {
  try {
    return !(await verdict())
  } catch {
    return true
  }
}
const flipped = (data, byte) => {
  const out = Uint8Array.from(data)
  out[byte] ^= 1 << (byte * 5) % 8
  return out
}
// Every copy of `parts` (a list of byte strings) with one bit of one byte changed.
function* changes(parts) {
  for (let i = 0; i < parts.length; i++)
    for (let byte = 0; byte < parts[i].length; byte++)
      yield parts.map((part, at) => (at === i ? flipped(part, byte) : part))
}

for (const [n, p] of (input.inclusion ?? []).entries()) {
  const head = heads[p.checkpoint]
  const verify = async ([root, leaf, ...path], index = p.index) =>
    RFC9162.verifyInclusionProof(root, await RFC9162.leaf(leaf), {
      log_id: '', tree_size: head.size, leaf_index: index, inclusion_path: path })
  const parts = [head.root, bytes(p.leaf, 'hex'), ...p.proof.map((h) => bytes(h, 'base64'))]
  check(await verify(parts), `inclusion ${n} does not hold`)
  check(await refused(() => verify(parts, p.index ^ 1)), `inclusion ${n} at another index`)
  for (const bad of changes(parts))
    check(await refused(() => verify(bad)), `inclusion ${n} holds with a bit changed`)
}

for (const [n, p] of (input.consistency ?? []).entries()) {
  const from = heads[p.from]
  const to = heads[p.to]
  if (from.size === to.size) continue
  const power = (from.size & (from.size - 1)) === 0
  const verify = ([old, root, ...path]) =>
    RFC9162.verifyConsistencyProof(old, root, { log_id: '', tree_size_1: from.size,
      tree_size_2: to.size, consistency_path: power ? [old, ...path] : path })
  const parts = [from.root, to.root, ...p.proof.map((h) => bytes(h, 'base64'))]
  check(await verify(parts), `consistency ${n} does not hold`)
  for (const bad of changes(parts))
    check(await refused(() => verify(bad)), `consistency ${n} holds with a bit changed`)
}

console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
