package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"

	"github.com/rereadml/reread/train/eval"
)

func init() {
	register.Function2x2(once)
	register.Iter1[[]byte]()
	register.Function2x2(merge)
	register.DoFn1x1[[]byte, error](&saveFn{})
}

// evaluate has fn, an [evalFn] or what wraps one, evaluate shards. It returns their
// numbers with the results.
func evaluate(s beam.Scope, fn any, shards []int) beam.PCollection {
	s = s.Scope("Evaluate")
	return beam.ParDo(s, fn, spread(s, shards))
}

// evaluateAll builds a pipeline that has fn evaluate n shards, and stores the result of
// all at path.
func evaluateAll(s beam.Scope, fn any, n int, path string) {
	results := evaluate(s, fn, every(1, 0, n))
	s = s.Scope("Merge")
	each := beam.ParDo(s, once, beam.GroupByKey(s, results))
	beam.ParDo0(s, &saveFn{path}, beam.Combine(s, merge, each))
}

// once returns the result of a shard that may have come several times. It is an error
// for these to differ in more than the time that they took.
func once(shard int, results func(*[]byte) bool) ([]byte, error) {
	var first, next []byte
	for results(&next) {
		if first == nil {
			first = bytes.Clone(next)
			continue
		}
		same, err := sameCounts(first, next)
		if err != nil {
			return nil, fmt.Errorf("shard %d: %w", shard, err)
		}
		if !same {
			return nil, fmt.Errorf("shard %d came to two different results", shard)
		}
	}
	return first, nil
}

func sameCounts(a, b []byte) (bool, error) {
	var texts [2][]byte
	for i, text := range [][]byte{a, b} {
		var r eval.Result
		if err := r.UnmarshalJSON(text); err != nil {
			return false, err
		}
		r.Elapsed = 0
		var err error
		if texts[i], err = json.Marshal(&r); err != nil {
			return false, err
		}
	}
	return bytes.Equal(texts[0], texts[1]), nil
}

// merge adds one result to another. Rows that are in both are an error, so that no
// shard is counted twice whatever a runner does.
func merge(a, b []byte) ([]byte, error) {
	var ra, rb eval.Result
	if err := ra.UnmarshalJSON(a); err != nil {
		return nil, err
	}
	if err := rb.UnmarshalJSON(b); err != nil {
		return nil, err
	}
	if err := ra.Merge(&rb); err != nil {
		return nil, err
	}
	return json.Marshal(&ra)
}

// saveFn stores the result of a whole set.
type saveFn struct{ Path string }

func (f *saveFn) ProcessElement(result []byte) error {
	var r eval.Result
	if err := r.UnmarshalJSON(result); err != nil {
		return err
	}
	if have, want := r.Report().Puzzles, int64(r.Settings().Rows); have != want {
		return fmt.Errorf("the shards have %d rows, the set %d", have, want)
	}
	return r.Save(f.Path)
}
