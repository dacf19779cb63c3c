package main

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/internal/trainrun"
	"github.com/rereadml/reread/train"
)

func TestCurve(t *testing.T) {
	half, quarter := 0.5, 0.25
	var c curves
	for _, l := range []logLine{
		{Step: 50, Loss: &half, Count: 10, Exact: 0.5},          // 500 puzzles
		{Step: 60, Loss: &quarter, Count: 15, Exact: 0},         // 150, cut short by a save
		{Step: 60, Held: &half, Trained: &quarter, Elapsed: 70}, // an evaluation
		{Step: 100, Loss: &half, Count: 15, Exact: 0.5},         // the other 600
		{Step: 150, Loss: &half},                                // no puzzle ended
	} {
		c.add(l, 4)
	}
	require.Equal(t, []point{{200, 0.5}, {240, 0.25}, {400, 0.5}, {600, 0.5}}, c.loss)
	require.Equal(t, []point{{200, 50}, {400, 40}}, c.exact)
	require.Equal(t, []point{{240, 50}}, c.held)
	require.Equal(t, []point{{240, 25}}, c.trained)
}

// TestShowLog shows the log of the shipped weights, and logs of less.
func TestShowLog(t *testing.T) {
	log, err := os.ReadFile("small.log.jsonl")
	require.NoError(t, err)
	s := &settings{Model: "trm", Preset: "a & <b>", Train: train.Config{BatchSize: 32, Steps: 25000}}
	f := runFolder(t.TempDir())
	require.Error(t, showLog(f, s))
	for _, text := range []string{"", `{"step":0,"train/lm_loss":0}` + "\nhalf a li", string(log)} {
		require.NoError(t, os.WriteFile(f.file(trainrun.LogFile), []byte(text), 0o666))
		require.NoError(t, showLog(f, s))
		drawn := string(read(t, string(f), curveFile))
		require.NotContains(t, drawn, "NaN")
		require.NotContains(t, drawn, "Inf")
		require.Contains(t, drawn, "a &amp; &lt;b&gt;")
		require.GreaterOrEqual(t, strings.Count(drawn, ","), strings.Count(text, "train/lm_loss"), "a point for each line")
		for d := xml.NewDecoder(strings.NewReader(drawn)); ; {
			_, err := d.Token()
			if err == io.EOF {
				break
			}
			require.NoError(t, err)
		}
		rows, err := csv.NewReader(bytes.NewReader(read(t, string(f), tableFile))).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, 1+strings.Count(text, "}\n"))
	}
}

func TestLogTable(t *testing.T) {
	table, err := logTable([]byte(`{"step":50,"elapsed":1.5,"train/lm_loss":0.25,"train/count":4}
{"step":60,"elapsed":2,"all/exact_accuracy":1e-3}
{"step":70,"ela`))
	require.NoError(t, err)
	require.Equal(t, "step,elapsed,all/exact_accuracy,train/count,train/lm_loss\n50,1.5,,4,0.25\n60,2,1e-3,,\n", string(table))
}

func TestTickStep(t *testing.T) {
	for most, want := range map[float64]float64{0: 1, 1: 0.2, 5: 1, 5.1: 2, 10: 2, 26: 10, 80: 20, 800000: 200000} {
		require.InEpsilon(t, want, tickStep(most), 1e-12, most)
	}
}

func TestThousands(t *testing.T) {
	var got []string
	for _, x := range []float64{0, 0.2, 60, 999, 1000, 150e3, 1.5e6, 2e9, 3e18} {
		got = append(got, thousands(x))
	}
	require.Equal(t, "[0 0.2 60 999 1k 150k 1.5M 2G 3000P]", fmt.Sprint(got))
}
