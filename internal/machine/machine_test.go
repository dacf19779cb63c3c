package machine

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMemory(t *testing.T) {
	m := Memory()
	if m == 0 && runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
		t.Skip("not known on this system")
	}
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	require.Greater(t, m, now.Sys)
	require.Less(t, m, uint64(1)<<50)
}
