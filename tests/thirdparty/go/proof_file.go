package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

func decodeHex(text string) ([]byte, error) { return hex.DecodeString(text) }

// parseProofFile reads c2sp.org/tlog-proof. The leaf comes from the extra data, which nothing
// authenticates but the proof that is checked with it.
func parseProofFile(text string) (p inclusion, checkpoint string, err error) {
	head, checkpoint, found := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return p, "", fmt.Errorf("not a proof file with extra data")
	}
	extra, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return p, "", err
	}
	if err = json.Unmarshal(extra, &p); err != nil {
		return p, "", err
	}
	p.Index, err = strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	p.Proof = lines[3:]
	return p, checkpoint, err
}

func checkProofFile(name, text string, keys note.Verifiers) {
	p, checkpoint, err := parseProofFile(text)
	if err != nil {
		check(false, "%s: %v", name, err)
		return
	}
	head, err := openCheckpoint(checkpoint, keys)
	check(err == nil, "%s: %v", name, err)
	if err == nil {
		checkInclusion(name, p, head)
	}
}
