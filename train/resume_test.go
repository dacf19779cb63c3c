//go:build unix

package train

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// envChild makes TestHelperTrain train: the kind of model and the checkpoint,
// with a comma between. envDoomed makes it wait to be killed after a few steps.
const (
	envChild  = "REREAD_TEST_TRAIN"
	envDoomed = "REREAD_TEST_TRAIN_DOOMED"
)

// A doomed life has at most lifeSteps steps, so that all kills find a run that
// is not done.
const (
	childSteps = 32
	lifeSteps  = 3
)

// childTrainer returns a trainer of a kind of model, with Muon and rows that
// start at different ages and linger where that has "muon" behind it.
func childTrainer(t *testing.T, kind string, workers int) *Trainer {
	t.Helper()
	kind, withMuon := strings.CutSuffix(kind, "+muon")
	cfg := tinyConfig(5, childSteps)
	if withMuon {
		cfg = muonConfig(5, childSteps)
		cfg.Stagger, cfg.Linger = true, 1
	}
	arch := tinyArch()
	arch.StateNoise = 0.25
	return newTrainer(t, newModel(t, kind, arch), cfg, workers)
}

// trainToEnd is one life of a training process.
func trainToEnd(t *testing.T, kind, path string, workers int, opts RunOptions) {
	tr := childTrainer(t, kind, workers)
	if _, err := os.Stat(path); err == nil {
		require.NoError(t, tr.LoadCheckpoint(path))
	}
	opts.Checkpoint = path
	require.NoError(t, tr.Run(context.Background(), opts))
}

// TestHelperTrain is no test but the process that the test below kills. It
// saves at every step.
func TestHelperTrain(t *testing.T) {
	kind, path, ok := strings.Cut(os.Getenv(envChild), ",")
	if !ok {
		t.Skip("runs as a child of TestKilledRunResumesExactly")
	}
	doomed := os.Getenv(envDoomed) != ""
	trainToEnd(t, kind, path, 2, RunOptions{SaveEvery: 1, OnStep: func(r *Report) error {
		if doomed && r.StepsRun > lifeSteps {
			time.Sleep(time.Minute)
			return errors.New("nobody killed this process")
		}
		_, err := fmt.Println("step", r.Step)
		return err
	}})
}

func TestKilledRunResumesExactly(t *testing.T) {
	for _, c := range []struct {
		kind  string
		kills int
	}{{kindMLP, 10}, {kindHRM, 4}, {kindGroups + "+muon", 4}} {
		t.Run(c.kind, func(t *testing.T) {
			whole := filepath.Join(t.TempDir(), "whole.safetensors")
			trainToEnd(t, c.kind, whole, 1, RunOptions{})

			rng := rand.New(rand.NewPCG(3, 4))
			path := filepath.Join(t.TempDir(), "killed.safetensors")
			for life := range c.kills {
				if life%2 == 0 {
					liveAndDie(t, c.kind, path, func(out *bufio.Scanner) { someSteps(out, rng) })
				} else {
					liveAndDie(t, c.kind, path, func(*bufio.Scanner) { untilSaving(path) })
				}
			}
			left := leftovers(path)
			t.Logf("%d temporary files left behind after %d steps", len(left), stepsIn(t, c.kind, path))

			out, err := child(c.kind, path).CombinedOutput()
			require.NoError(t, err, "%s", out)
			require.Equal(t, fileHash(t, whole), fileHash(t, path))
			require.Empty(t, leftovers(path), "the last life cleans up after all")
		})
	}
}

// stepsIn returns how far a checkpoint is, which must be on the way.
func stepsIn(t *testing.T, kind, path string) uint64 {
	t.Helper()
	tr := childTrainer(t, kind, 1)
	require.NoError(t, tr.LoadCheckpoint(path))
	require.Greater(t, tr.StepsDone(), uint64(0))
	require.Less(t, tr.StepsDone(), uint64(childSteps))
	return tr.StepsDone()
}

func child(kind, path string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	cmd := exec.Command(self, "-test.run=^TestHelperTrain$", "-test.v")
	cmd.Env = append(os.Environ(), envChild+"="+kind+","+path)
	return cmd
}

// liveAndDie starts a training process and kills it when wait returns.
func liveAndDie(t *testing.T, kind, path string, wait func(*bufio.Scanner)) {
	t.Helper()
	cmd := child(kind, path)
	cmd.Env = append(cmd.Env, envDoomed+"=1")
	pipe, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	wait(bufio.NewScanner(pipe))
	require.NoError(t, cmd.Process.Kill())
	rest, _ := io.ReadAll(pipe)
	require.Error(t, cmd.Wait())
	require.False(t, cmd.ProcessState.Exited(), "the process ended by itself: %s", rest)
}

// someSteps returns after up to lifeSteps steps and a part of one.
func someSteps(out *bufio.Scanner, rng *rand.Rand) {
	for n := rng.IntN(lifeSteps + 1); n > 0 && out.Scan(); {
		if strings.HasPrefix(out.Text(), "step ") {
			n--
		}
	}
	time.Sleep(time.Duration(rng.IntN(4000)) * time.Microsecond)
}

// untilSaving returns while a new temporary file is there, or after a while.
func untilSaving(path string) {
	before := leftovers(path)
	isNew := func(name string) bool { return !slices.Contains(before, name) }
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); {
		if slices.ContainsFunc(leftovers(path), isNew) {
			return
		}
		time.Sleep(100 * time.Microsecond)
	}
}

// leftovers returns the temporary files of unfinished saves.
func leftovers(path string) []string {
	names, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*.tmp"))
	if err != nil {
		panic(err)
	}
	return names
}
