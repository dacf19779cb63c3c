package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/trm"
)

func init() {
	register.DoFn2x3(&failingEvalFn{})
	register.DoFn2x1(&failingTrainFn{})
}

// TestMain is the program itself, or a job service, where it is started with the name
// of a command.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "train", "worker":
			main()
			return
		case "jobservice":
			if err := serveJobs(); err != nil {
				panic(err)
			}
			return
		}
	}
	log.LogLevel = "error"
	beam.Init()
	os.Exit(m.Run())
}

// command runs the program, after which the flags of Beam are as before.
func command(t testing.TB, args ...string) (string, error) {
	t.Helper()
	before := map[string]string{}
	flag.VisitAll(func(f *flag.Flag) { before[f.Name] = f.Value.String() })
	defer flag.VisitAll(func(f *flag.Flag) {
		if f.Value.String() != before[f.Name] {
			require.NoError(t, f.Value.Set(before[f.Name]))
		}
	})
	var out bytes.Buffer
	err := run(t.Context(), args, &out, io.Discard)
	return out.String(), err
}

// savePuzzles writes n puzzles to a file.
func savePuzzles(t testing.TB, n int) string {
	rng := rand.New(rand.NewPCG(1, 2))
	puzzles := make([]sudoku.Puzzle, n)
	for i := range puzzles {
		var err error
		puzzles[i], err = new(sudoku.Generator).Generate(t.Context(), rng, 0)
		require.NoError(t, err)
	}
	path := filepath.Join(t.TempDir(), "puzzles.csv")
	require.NoError(t, sudoku.SaveCSV(path, puzzles))
	return path
}

// saveModel writes a model that has learned nothing to a file.
func saveModel(t testing.TB) string {
	cfg := trm.SudokuUnits()
	cfg.HiddenSize, cfg.IntermediateSize, cfg.LLayers, cfg.HaltMaxSteps = 16, 16, 1, 4
	m, err := trm.New(cfg, rand.New(rand.NewPCG(3, 4)))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "model.safetensors")
	require.NoError(t, m.Save(path))
	return path
}

// failure is of a shard, the first times that it is asked for.
type failure struct {
	Shard int // -1: none
	Times int
	Kill  bool   // the process, rather than to return an error
	Dir   string // for what it has to remember
}

// at fails at the shard. It leaves a file with the number of the process.
func (f *failure) at(shard int) error {
	if err := os.WriteFile(filepath.Join(f.Dir, fmt.Sprint("process-", os.Getpid())), nil, 0o666); err != nil {
		return err
	}
	for i := range f.Times {
		if shard != f.Shard {
			break
		}
		file, err := os.OpenFile(filepath.Join(f.Dir, fmt.Sprint("failed-", i)), os.O_CREATE|os.O_EXCL, 0o666)
		if os.IsExist(err) {
			continue
		}
		file.Close()
		if p, err := os.FindProcess(os.Getpid()); f.Kill && err == nil {
			p.Kill()
			select {}
		}
		return errLost
	}
	return nil
}

// processes returns how many processes have asked.
func (f *failure) processes(t *testing.T) int {
	found, err := filepath.Glob(filepath.Join(f.Dir, "process-*"))
	require.NoError(t, err)
	assert.NotContains(t, found, filepath.Join(f.Dir, fmt.Sprint("process-", os.Getpid())))
	return len(found)
}

func TestCommandErrors(t *testing.T) {
	data, weights := savePuzzles(t, 3), saveModel(t)
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"no command", nil, "usage"},
		{"unknown command", []string{"solve"}, "usage"},
		{"unknown flag", []string{"eval", "-x"}, "usage"},
		{"argument", []string{"eval", "file"}, "unexpected argument"},
		{"no data", []string{"eval", "-out", "x"}, "-data and -out"},
		{"no file", []string{"eval", "-data", "missing.csv", "-out", "x"}, "missing.csv"},
		{"shards", []string{"eval", "-data", data, "-out", "x", "-shards", "0"}, "-shards at least 1"},
		{"more shards than rows", []string{"eval", "-data", data, "-out", "x", "-shards", "4"}, "3 puzzles are too few for 4 shards"},
		{"precision", []string{"eval", "-data", data, "-out", "x", "-precision", "float8"}, "float8"},
		{"fastest", []string{"eval", "-data", data, "-out", "x", "-precision", "fastest"}, "another on each machine"},
		{"no weights", []string{"eval", "-data", data, "-out", "x", "-weights", data}, data},
		{"negative processes", []string{"eval", "-data", data, "-out", "x", "-processes", "-1"}, "-processes must not be negative"},
		{"too many processes", []string{"eval", "-data", data, "-out", "x", "-shards", "2", "-processes", "3"}, "more than the 2 shards"},
		{"processes elsewhere", []string{"train", "-data", data, "-out", "x", "-processes", "2", "--environment_type=DOCKER"}, "--environment_type=DOCKER do not go together"},
		{"processes without a job service", []string{"eval", "-data", data, "-out", "x", "-processes", "2", "--runner=direct"}, "--runner=direct do not go together"},
		{"worker", []string{"worker", "-port", "none"}, "usage"},
		{"train without data", []string{"train", "-out", "x"}, "-data and -out"},
		{"preset", []string{"train", "-data", data, "-out", "x", "-preset", "large"}, `no preset "large"`},
		{"rounds", []string{"train", "-data", data, "-out", "x", "-rounds", "0"}, "-rounds"},
		{"outer momentum", []string{"train", "-data", data, "-out", "x", "-outer-momentum", "1"}, "-outer-momentum"},
		{"outer rate", []string{"train", "-data", data, "-out", "x", "-outer-rate", "NaN"}, "-outer-rate"},
		{"train shards", []string{"train", "-data", data, "-out", "x", "-shards", "4", "-weights", weights}, "too few"},
		{"train in integers", []string{"train", "-data", data, "-out", "x", "-shards", "3", "-precision", "int8", "-weights", weights}, "int8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			_, err := command(t, c.args...)
			require.ErrorContains(t, err, c.want)
			assert.NoDirExists(t, "x")
		})
	}
}
