package world

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	l := parse(t, corridor)
	require.Equal(t, strings.TrimPrefix(corridor, "\n"), l.String())
	require.Equal(t, Agent, l[0])
	require.Equal(t, Key, l[2])
	require.Equal(t, Door, l[22])
	require.Equal(t, Goal, l[41])

	again, err := Parse(strings.ReplaceAll(l.String(), "\n", "\r\n") + "\r\n")
	require.NoError(t, err)
	require.Equal(t, l, again)
}

func TestParseErrors(t *testing.T) {
	good := strings.TrimPrefix(corridor, "\n")
	for says, text := range map[string]string{
		"1 lines, want 7":                        "",
		"8 lines, want 7":                        good + "\n\n",
		"line 2 has 6 characters, want 7":        strings.Replace(good, ".######", ".#####", 1),
		`line 1, column 2: character 'x'`:        strings.Replace(good, "A.K", "AxK", 1),
		"2 times 'A', want 1":                    strings.Replace(good, "A.K", "AAK", 1),
		"0 times 'K', want 1":                    strings.Replace(good, "K", ".", 1),
		"0 times 'G', want 1":                    strings.Replace(good, "G", ".", 1),
		"line 1 has 8 characters, want 7":        strings.Replace(good, "A.K", "A.é", 1),
		"line 7, column 1: character '\\x00', w": good[:len(good)-7] + "\x00######",
	} {
		_, err := Parse(text)
		require.ErrorContains(t, err, says)
	}
}

func TestLayoutTokens(t *testing.T) {
	for _, l := range generated(1, 20) {
		back, err := LayoutOf(l.AppendTokens(nil))
		require.NoError(t, err)
		require.Equal(t, l, back)
	}
	blank := make([]int32, Cells)
	for says, tokens := range map[string][]int32{
		"48 tokens, want 49":    blank[1:],
		"token 6 in cell 3":     append([]int32{0, 0, 0, 6}, blank[4:]...),
		"token -1 in cell 0":    append([]int32{-1}, blank[1:]...),
		"0 times 'A', want 1":   blank,
		"2 times 'G', want 1":   append([]int32{2, 3, 4, 5, 5}, blank[5:]...),
		"token 256 in cell 48,": append(blank[:48:48], 256),
	} {
		_, err := LayoutOf(tokens)
		require.ErrorContains(t, err, says)
	}
}

// What is taken for a layout is printed as it was read.
func FuzzParse(f *testing.F) {
	f.Add(strings.TrimPrefix(corridor, "\n"))
	f.Add(".......\n.......\nAKDG...\n.......\n.......\n.......\n.......\r\n")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := Parse(text)
		if err != nil {
			return
		}
		require.Equal(t, strings.TrimSuffix(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), l.String())
		plan, moves, err := Search(&l)
		if err != nil {
			require.ErrorIs(t, err, ErrUnsolvable)
			return
		}
		route, end := l.Act(&plan)
		require.Equal(t, Reached, end)
		require.Len(t, route, moves+1)
	})
}
