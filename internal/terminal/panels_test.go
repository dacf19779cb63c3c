package terminal

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWritePanels(t *testing.T) {
	small := func(title string) Panel {
		return Panel{Title: title, Width: 4, Lines: []string{"\x1b[7mab\x1b[0m  ", "cd e", ""}}
	}
	var out strings.Builder
	require.NoError(t, WritePanels(&out, " : ", []Panel{
		small("one"), {"a title of more columns than its picture has, and then some", 2, []string{"fg"}}, small("four"),
		small("fifth"), {"", 74, []string{strings.Repeat("h", 74)}},
	}))
	require.Equal(t, []string{
		"one  : a title of more columns than its picture has, and then some : four",
		"\x1b[7mab\x1b[0m   : fg                                                          : \x1b[7mab\x1b[0m",
		"cd e :                                                             : cd e",
		"     :                                                             :",
		"fifth",
		"\x1b[7mab\x1b[0m",
		"cd e",
		"",
		"",
		strings.Repeat("h", 74),
		"",
	}, strings.Split(out.String(), "\n"))
}

func TestFitting(t *testing.T) {
	panels := []Panel{{Width: 39}, {Width: 39}, {Width: 1}}
	for gap, want := range map[int]int{0: 3, 1: 2, 2: 2, 3: 1} {
		require.Equal(t, want, fitting(panels, gap), gap)
	}
	require.Equal(t, 1, fitting([]Panel{{Width: Screen + 1}, {}}, 0), "at the least")
}
