package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/rereadml/reread/internal/atomicfile"
)

// FolderContents is a split in memory, for [WriteFolder].
type FolderContents struct {
	// VocabSize is the number of tokens, SeqLen the length of every sequence.
	VocabSize, SeqLen int
	// PadID is the padding token.
	PadID int
	// IgnoreLabelID is what an ignored label is stored as; nil if there are none.
	// Labels that have this value already are ignored too when read.
	IgnoreLabelID *int
	// Identifiers names the puzzle identifiers; the first is by custom "<blank>".
	Identifiers []string
	// Groups holds the puzzles of each group.
	Groups [][]FolderPuzzle
}

// FolderPuzzle is a puzzle of [FolderContents]: its identifier and, for each of
// its examples, SeqLen inputs and as many labels.
type FolderPuzzle struct {
	ID             int32
	Inputs, Labels [][]int32
}

// WriteFolder writes a split of a dataset folder that [OpenFolder] reads, as the
// one set "all", and the identifiers.json of the dataset, which its splits share.
// Folders are made as needed and existing files replaced, each in one step. Contents
// that [OpenFolder] would turn down are an error. dataset.json comes last, so that
// an interrupted split cannot be taken for a whole one.
func WriteFolder(dir, split string, c FolderContents) error {
	return StreamFolder(dir, split, c, func(yield func(iter.Seq[FolderPuzzle]) bool) {
		for _, group := range c.Groups {
			if !yield(slices.Values(group)) {
				return
			}
		}
	})
}

// StreamFolder is [WriteFolder] of groups that are more than memory holds, in place of
// those in c. The groups are gone through several times and must come out the same. A
// puzzle is used only until the next one is asked for. What is held in memory is
// identifiers and indices.
func StreamFolder(dir, split string, c FolderContents, groups iter.Seq[iter.Seq[FolderPuzzle]]) error {
	if !plainName(split) {
		return fmt.Errorf("data: split %q is not a plain name", split)
	}
	w := folderWriter{c: &c, all: groups}
	if err := w.scan(); err != nil {
		return fmt.Errorf("data: write folder: %w", err)
	}
	meta := w.meta()
	if err := meta.Validate(); err != nil {
		return fmt.Errorf("data: write folder: %w", err)
	}
	path := filepath.Join(dir, split)
	if err := os.MkdirAll(path, 0o777); err != nil {
		return fmt.Errorf("data: write folder: %w", err)
	}
	// An old dataset.json would vouch for a mixture of old and new arrays.
	if err := os.Remove(filepath.Join(path, "dataset.json")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("data: write folder: %w", err)
	}
	if err := w.write(filepath.Join(path, "all__")); err != nil {
		return err
	}
	if err := writeJSON(filepath.Join(dir, "identifiers.json"), c.Identifiers); err != nil {
		return err
	}
	return writeJSON(filepath.Join(path, "dataset.json"), meta)
}

func writeJSON(path string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("data: %s: %w", path, err)
	}
	if err := atomicfile.WriteBytes(path, append(b, '\n')); err != nil {
		return fmt.Errorf("data: %s: %w", path, err)
	}
	return nil
}

func writeFile(path string, write func(io.Writer) error) error {
	if err := atomicfile.Write(path, write); err != nil {
		return fmt.Errorf("data: %s: %w", path, err)
	}
	return nil
}
