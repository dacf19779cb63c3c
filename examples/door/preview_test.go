package main

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/trm"
)

// Before z_H is updated, the preview says what it will say then, and before
// another update of z_L it says something else.
func TestPreview(t *testing.T) {
	l := layouts{5}.layout(0)
	for name, config := range configs() {
		t.Run(name, func(t *testing.T) {
			m := newModel(t, config)
			p, err := newPreview(m)
			require.NoError(t, err)
			defer p.close()
			var previews [][]int32
			for s, err := range reread.Think(t.Context(), m, puzzle(&l), &reread.Options{Steps: 2, Updates: true}) {
				require.NoError(t, err)
				switch s.State {
				case "z_L":
					answer, err := p.answer(s.Inputs, s.States)
					require.NoError(t, err)
					previews = append(previews, slices.Clone(answer))
				case "z_H":
					require.Len(t, previews, m.Arch().LCycles)
					require.Equal(t, s.Tokens, previews[len(previews)-1])
					previews = nil
				}
			}
		})
	}
}

func TestPreviewOfOtherModels(t *testing.T) {
	single := newModel(t, trm.Config{Arch: arch(), SingleLatent: true})
	_, err := newPreview(single)
	require.ErrorContains(t, err, `no state is named "z_H"`)
}
