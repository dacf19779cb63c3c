package trace

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// parse reads a trace that was written as JSON.
func parse(t *testing.T, text []byte) *Trace {
	t.Helper()
	tr := new(Trace)
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	require.NoError(t, dec.Decode(tr))
	return tr
}

func TestJSON(t *testing.T) {
	tr := record(t, hard, 2)
	var out bytes.Buffer
	require.NoError(t, tr.WriteJSON(&out))
	require.Equal(t, tr, parse(t, out.Bytes()))
}

// TestJSONIsDescribed has every name of the format in the README.
func TestJSONIsDescribed(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, record(t, easy, 1).WriteJSON(&out))
	var trace map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(out.Bytes(), &trace))
	var steps []map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(trace["steps"], &steps))
	var updates []map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(steps[0]["updates"], &updates))
	for _, object := range []map[string]json.RawMessage{trace, steps[0], updates[0]} {
		for name := range object {
			require.True(t, strings.Contains(string(readme), "`"+name+"`"), name)
		}
	}
}
