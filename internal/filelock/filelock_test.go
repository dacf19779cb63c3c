package filelock

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	holder, err := Holder(path)
	require.NoError(t, err)
	require.Nil(t, holder, "no file, no lock")

	for range 2 {
		l, err := Acquire(path)
		require.NoError(t, err)
		_, err = Acquire(path)
		var held *HeldError
		require.ErrorAs(t, err, &held)
		require.Equal(t, os.Getpid(), held.Owner.PID)
		require.WithinDuration(t, time.Now(), held.Owner.Since, time.Minute)
		host, err := os.Hostname()
		require.NoError(t, err)
		require.ErrorContains(t, held, path+" is locked by process ")
		require.ErrorContains(t, held, " on "+host+" since "+held.Owner.Since.Format(time.DateTime))

		holder, err := Holder(path)
		require.NoError(t, err)
		require.Equal(t, held.Owner, holder)

		require.NoError(t, l.Release())
		holder, err = Holder(path)
		require.NoError(t, err)
		require.Nil(t, holder)
	}
	_, err = Acquire(filepath.Join(path, "no", "folder"))
	require.Error(t, err)
}

func TestUnknownOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	require.NoError(t, os.WriteFile(path, []byte(`{"pid":3,`), 0o666))
	require.Equal(t, "another process", readOwner(path).String())
}

// envHold makes TestHelperHold hold the lock of a file until it is killed.
const envHold = "REREAD_TEST_HOLD"

// TestHelperHold is no test but the process that the test below kills.
func TestHelperHold(t *testing.T) {
	path := os.Getenv(envHold)
	if path == "" {
		t.Skip("runs as a child of TestKilledProcessHoldsNothing")
	}
	_, err := Acquire(path)
	require.NoError(t, err)
	time.Sleep(time.Minute)
}

func TestKilledProcessHoldsNothing(t *testing.T) {
	if wayOut != "" || runtime.GOOS == "js" || runtime.GOOS == "wasip1" {
		t.Skip("this system has no locks on files")
	}
	path := filepath.Join(t.TempDir(), "lock")
	self, err := os.Executable()
	require.NoError(t, err)
	child := exec.Command(self, "-test.run=^TestHelperHold$")
	child.Env = append(os.Environ(), envHold+"="+path)
	require.NoError(t, child.Start())
	require.Eventually(t, func() bool {
		o, err := Holder(path)
		return err == nil && o != nil && o.PID == child.Process.Pid
	}, 30*time.Second, time.Millisecond)
	require.NoError(t, child.Process.Kill())
	require.Error(t, child.Wait())
	l, err := Acquire(path)
	require.NoError(t, err)
	require.NoError(t, l.Release())
}
