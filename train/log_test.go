package train

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLog(t *testing.T) {
	var out strings.Builder
	log := NewLog(&out, 3)
	for step := uint64(1); step <= 4; step++ {
		require.NoError(t, log.OnStep(reportAt(step, time.Duration(step)*time.Second)))
	}
	require.NoError(t, log.Flush(), "has nothing left to write")
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 2, "after three steps, and after the last")
	var first, second map[string]float64
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &first))
	require.NoError(t, json.Unmarshal([]byte(lines[1]), &second))
	for name, want := range map[string]float64{
		"step": 3, "elapsed": 3, "train/lm_loss": 2, "train/exact_accuracy": 0.5, "train/count": 2, "train/grad_norm": 2,
	} {
		require.Contains(t, first, name)
		require.InDelta(t, want, first[name], 1e-12, name)
	}
	require.InDelta(t, 4, second["train/lm_loss"], 1e-12, "averages start anew")
}

// TestLogFlush: at a save the log has all steps.
func TestLogFlush(t *testing.T) {
	var out strings.Builder
	log := NewLog(&out, 50)
	require.NoError(t, log.OnStep(reportAt(1, time.Second)))
	require.NoError(t, log.OnStep(reportAt(2, 2*time.Second)))
	require.NoError(t, log.Flush())
	require.Contains(t, out.String(), `{"step":2,"elapsed":2.000,"train/lm_loss":1.5,`)
	require.NoError(t, log.OnStep(reportAt(3, 3*time.Second)))
	require.NoError(t, log.Flush())
	require.Contains(t, out.String(), "\n"+`{"step":3,"elapsed":3.000,"train/lm_loss":3,`)
}

func TestOpenLog(t *testing.T) {
	const one, two, three = `{"step":1,"elapsed":1.5}` + "\n", `{"step":2,"elapsed":4}` + "\n", `{"step":3,"elapsed":9}` + "\n"
	for _, c := range []struct {
		name, before, kept string
		elapsed            string // on the next line
	}{
		{"empty", "", "", "7.000"},
		{"whole", one + two, one + two, "11.000"},
		{"torn", one + two + `{"step":2,"el`, one + two, "11.000"},
		{"nothing but torn", `{"st`, "", "7.000"},
		{"torn behind the last brace", one + `{"step":2,"elapsed":4}`, one, "8.500"},
		{"glued", one + `{"step":2,"el` + two + two, one + two, "11.000"},
		{"ahead of the checkpoint", one + two + three, one + two, "11.000"},
		{"no step", one + "{}\n\n", one, "8.500"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "log.jsonl")
			require.NoError(t, os.WriteFile(path, []byte(c.before), 0o666))
			log, err := OpenLog(path, 1, 2)
			require.NoError(t, err)
			require.NoError(t, log.Write(reportAt(3, 7*time.Second), []Value{{"x", 0.5}}))
			require.NoError(t, log.Flush())
			require.NoError(t, log.Close())
			after, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, c.kept+`{"step":3,"elapsed":`+c.elapsed+`,"x":0.5}`+"\n", string(after))
		})
	}
	log, err := OpenLog(filepath.Join(t.TempDir(), "new.jsonl"), 1, 0)
	require.NoError(t, err)
	require.NoError(t, log.Close())
	_, err = OpenLog(t.TempDir(), 1, 0)
	require.ErrorContains(t, err, "train: log: ")
}
