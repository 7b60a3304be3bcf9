// Checks checkpoints, inclusion proofs, consistency proofs and proof files of a Suyuan ledger with
// code that Suyuan's authors did not write: golang.org/x/mod/sumdb/note and sumdb/tlog. Everything
// that holds is then changed bit by bit, and each change must be refused.
//
//	tlogcheck FILE|-      reads the JSON of tests/thirdparty/README.md
//
// Prints "N passed, N failed"; exit code 1 when something failed or nothing was checked.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type input struct {
	VerifierKeys []string      `json:"verifier_keys"`
	Checkpoints  []string      `json:"checkpoints"`
	Inclusion    []inclusion   `json:"inclusion"`
	Consistency  []consistency `json:"consistency"`
	ProofFiles   []string      `json:"proof_files"`
}

type inclusion struct {
	Checkpoint int      `json:"checkpoint"`
	Index      int64    `json:"index"`
	Leaf       string   `json:"leaf"` // hex of the leaf's bytes
	Proof      []string `json:"proof"`
}

type consistency struct {
	From  int      `json:"from"`
	To    int      `json:"to"`
	Proof []string `json:"proof"`
}

// treeHead is what a checkpoint says once a known key is found to have signed it.
type treeHead struct {
	size int64
	root tlog.Hash
}

var passed, failed int

func check(ok bool, format string, args ...interface{}) {
	if ok {
		passed++
		return
	}
	failed++
	if failed <= 20 {
		fmt.Printf("FAILED: "+format+"\n", args...)
	}
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: tlogcheck FILE|-")
		os.Exit(2)
	}
	in, err := read(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "tlogcheck:", err)
		os.Exit(2)
	}
	keys := verifiers(in.VerifierKeys)
	heads := make([]treeHead, len(in.Checkpoints))
	opened := make([]bool, len(in.Checkpoints))
	for i, text := range in.Checkpoints {
		heads[i], err = openCheckpoint(text, keys)
		opened[i] = err == nil
		check(opened[i], "checkpoint %d: %v", i, err)
		if opened[i] {
			mutateCheckpoint(text, keys)
		}
	}
	known := func(i int) bool { return i >= 0 && i < len(heads) && opened[i] }
	for i, p := range in.Inclusion {
		if !known(p.Checkpoint) {
			check(false, "inclusion %d names checkpoint %d", i, p.Checkpoint)
			continue
		}
		checkInclusion(fmt.Sprintf("inclusion %d", i), p, heads[p.Checkpoint])
	}
	for i, p := range in.Consistency {
		if !known(p.From) || !known(p.To) {
			check(false, "consistency %d names checkpoints %d and %d", i, p.From, p.To)
			continue
		}
		checkConsistency(fmt.Sprintf("consistency %d", i), p.Proof, heads[p.From], heads[p.To])
	}
	for i, text := range in.ProofFiles {
		checkProofFile(fmt.Sprintf("proof file %d", i), text, keys)
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 || passed == 0 {
		os.Exit(1)
	}
}

func read(name string) (in input, err error) {
	file := os.Stdin
	if name != "-" {
		if file, err = os.Open(name); err != nil {
			return in, err
		}
		defer file.Close()
	}
	bytes, err := io.ReadAll(file)
	if err != nil {
		return in, err
	}
	return in, json.Unmarshal(bytes, &in)
}

func verifiers(texts []string) note.Verifiers {
	var list []note.Verifier
	for i, text := range texts {
		verifier, err := note.NewVerifier(text)
		check(err == nil, "verifier key %d: %v", i, err)
		if err == nil {
			list = append(list, verifier)
		}
	}
	return note.VerifierList(list...)
}

// ---- Checkpoints ----

func openCheckpoint(text string, keys note.Verifiers) (treeHead, error) {
	opened, err := note.Open([]byte(text), keys)
	if err != nil {
		return treeHead{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] == "" || lines[3] != "" {
		return treeHead{}, fmt.Errorf("a checkpoint has three lines")
	}
	if opened.Sigs[0].Name != lines[0] {
		return treeHead{}, fmt.Errorf("signed by %s, not by %s", opened.Sigs[0].Name, lines[0])
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] {
		return treeHead{}, fmt.Errorf("bad size %q", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	return treeHead{size, root}, err
}

// mutateCheckpoint changes each bit of the text and of each known key's signature, the signature
// standing alone, so that no other one speaks for the text.
func mutateCheckpoint(text string, keys note.Verifiers) {
	opened, err := note.Open([]byte(text), keys)
	if err != nil {
		check(false, "%v", err)
		return
	}
	for _, sig := range opened.Sigs {
		line := "\n— " + sig.Name + " "
		for i := 0; i < 8*len(opened.Text); i++ {
			bad := flip([]byte(opened.Text), i)
			_, err := openCheckpoint(string(bad)+line+sig.Base64+"\n", keys)
			check(err != nil, "checkpoint opens with bit %d of its text changed", i)
		}
		raw, _ := base64.StdEncoding.DecodeString(sig.Base64)
		for i := 0; i < 8*len(raw); i++ {
			bad := base64.StdEncoding.EncodeToString(flip(raw, i))
			_, err := openCheckpoint(opened.Text+line+bad+"\n", keys)
			check(err != nil, "checkpoint opens with bit %d of its signature changed", i)
		}
	}
}

func flip(bytes []byte, bit int) []byte {
	out := append([]byte(nil), bytes...)
	out[bit/8] ^= 1 << (bit % 8)
	return out
}

func flipHash(hash tlog.Hash, bit int) tlog.Hash {
	hash[bit/8%tlog.HashSize] ^= 1 << (bit % 8)
	return hash
}

// ---- Proofs ----

func parseHashes(texts []string) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(texts))
	for i, text := range texts {
		hash, err := tlog.ParseHash(text)
		if err != nil {
			return nil, err
		}
		hashes[i] = hash
	}
	return hashes, nil
}

// withFlipped is the proof with one bit of one hash changed.
func withFlipped(proof []tlog.Hash, at, bit int) []tlog.Hash {
	out := append([]tlog.Hash(nil), proof...)
	out[at] = flipHash(out[at], bit)
	return out
}

func checkInclusion(name string, p inclusion, head treeHead) {
	leaf, err := decodeHex(p.Leaf)
	if err != nil {
		check(false, "%s: leaf: %v", name, err)
		return
	}
	proof, err := parseHashes(p.Proof)
	if err != nil {
		check(false, "%s: %v", name, err)
		return
	}
	refused := func(proof []tlog.Hash, root tlog.Hash, index int64, leaf tlog.Hash) bool {
		return tlog.CheckRecord(proof, head.size, root, index, leaf) != nil
	}
	hash := tlog.RecordHash(leaf)
	check(!refused(proof, head.root, p.Index, hash), "%s does not hold", name)
	for bit := 0; bit < 8*len(leaf); bit++ {
		check(refused(proof, head.root, p.Index, tlog.RecordHash(flip(leaf, bit))), "%s: leaf bit %d", name, bit)
	}
	for bit := 0; bit < 256; bit++ {
		check(refused(proof, flipHash(head.root, bit), p.Index, hash), "%s: root bit %d", name, bit)
	}
	for bit := 0; bit < 63; bit++ {
		check(refused(proof, head.root, p.Index^1<<bit, hash), "%s: index bit %d", name, bit)
	}
	for at := range proof {
		for bit := 0; bit < 256; bit++ {
			check(refused(withFlipped(proof, at, bit), head.root, p.Index, hash), "%s: hash %d bit %d", name, at, bit)
		}
	}
}

func checkConsistency(name string, texts []string, from, to treeHead) {
	proof, err := parseHashes(texts)
	if err != nil {
		check(false, "%s: %v", name, err)
		return
	}
	refused := func(proof []tlog.Hash, toRoot, fromRoot tlog.Hash) bool {
		return tlog.CheckTree(proof, to.size, toRoot, from.size, fromRoot) != nil
	}
	check(!refused(proof, to.root, from.root), "%s does not hold", name)
	for bit := 0; bit < 256; bit++ {
		check(refused(proof, flipHash(to.root, bit), from.root), "%s: new root bit %d", name, bit)
		check(refused(proof, to.root, flipHash(from.root, bit)), "%s: old root bit %d", name, bit)
		for at := range proof {
			check(refused(withFlipped(proof, at, bit), to.root, from.root), "%s: hash %d bit %d", name, at, bit)
		}
	}
}
