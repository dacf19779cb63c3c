package yaml

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// tree is the value of a JSON text.
func tree(t testing.TB, text string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	require.NoError(t, d.Decode(&v))
	return v
}

// A configuration as training code writes it.
const published = `arch:
  H_cycles: 3
  H_layers: 0
  L_cycles: 6
  expansion: 4
  halt_exploration_prob: 0.1
  loss:
    loss_type: stablemax_cross_entropy
    name: losses@ACTLossHead
  mlp_t: true
  name: recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1
  rms_norm_eps: 1.0e-05
checkpoint_path: checkpoints/Sudoku-extreme-1k-aug-1000-ACT-torch/pretrain_mlp_t_sudoku
  rapid-otter
data_paths:
- data/sudoku-extreme-1k-aug-1000
data_paths_test: []
evaluators:
- name: arc@ARC
  submission_K: 2
load_checkpoint: null
nested:
- - 1
  - 2
- - 3
seed: 0
`

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"published", published, `{
			"arch": {"H_cycles": 3, "H_layers": 0, "L_cycles": 6, "expansion": 4, "halt_exploration_prob": 0.1,
				"loss": {"loss_type": "stablemax_cross_entropy", "name": "losses@ACTLossHead"}, "mlp_t": true,
				"name": "recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1", "rms_norm_eps": 1.0e-05},
			"checkpoint_path": "checkpoints/Sudoku-extreme-1k-aug-1000-ACT-torch/pretrain_mlp_t_sudoku rapid-otter",
			"data_paths": ["data/sudoku-extreme-1k-aug-1000"], "data_paths_test": [],
			"evaluators": [{"name": "arc@ARC", "submission_K": 2}],
			"load_checkpoint": null, "nested": [[1, 2], [3]], "seed": 0}`},
		{"nothing", "", `null`},
		{"comments", "# a\n\n  # b\n", `null`},
		{"scalar", "text of\n  two lines\n", `"text of two lines"`},
		{"scalar as dump writes it", "3\n...\n", `3`},
		{"document", "---\na: 1\n...\n", `{"a": 1}`},
		{"byte order mark, line ends of Windows", "\ufeffa: 1\r\nb:\r\n- 2\r\n", `{"a": 1, "b": [2]}`},
		{"values with comments", "a: 1 # one\nb: x#y # two\nc: # three\n  - 4\n# five\nd: 'x # y' # six\n", `{"a": 1, "b": "x#y", "c": [4], "d": "x # y"}`},
		{"truth values", "[true, True, TRUE, false, False, FALSE, null, ~, yes]", `[true, true, true, false, false, false, null, null, "yes"]`},
		{"numbers", "[1, -1, 0.5, 1.0e-05, 1e5, 00, 1_0, 0x1, .5, .inf]", `[1, -1, 0.5, 1.0e-05, 1e5, "00", "1_0", "0x1", ".5", ".inf"]`},
		{"single quotes", "a: 'it''s: - #'\n'b c': ''\n", `{"a": "it's: - #", "b c": ""}`},
		{"single quotes over lines", "a: 'one\n  two\n\n  three'\nb: 1\n", `{"a": "one two\nthree", "b": 1}`},
		{"double quotes", `"a\tb": "\x41\u00e9\U0001F600\"\\\/\e"`, `{"a\tb": "A\u00e9😀\"\\/\u001b"}`},
		{"double quotes over lines", "a: \"one\\n\\\n  \\  two\"\n", `{"a": "one\n  two"}`},
		{"empty values", "a:\nb:\n  c:\nd:\n-\n- e\n", `{"a": null, "b": {"c": null}, "d": [null, "e"]}`},
		{"sequences, indented or not", "a:\n- 1\nb:\n  - 2\n  -   - 3\n      - 4\n", `{"a": [1], "b": [2, [3, 4]]}`},
		{"mappings in sequences", "- a: 1\n  b: 2\n- c:\n    d: 3\n-\n  e: 4\n", `[{"a": 1, "b": 2}, {"c": {"d": 3}}, {"e": 4}]`},
		{"flow", "a: {b: 1, c: [x y, 'z, w', {}], \"d\": , e}\nf: [[1], [2,3],]\n", `{"a": {"b": 1, "c": ["x y", "z, w", {}], "d": null, "e": null}, "f": [[1], [2, 3]]}`},
		{"flow over lines", "betas: [0.9,\n  0.95] # two\nc: 1\n", `{"betas": [0.9, 0.95], "c": 1}`},
		{"quotes in brackets over lines", "a: ['x # y\n\n    z', \"u\\\n  \\ v\", # w\n  {k: 'l\n  m'}]\n", `{"a": ["x # y\nz", "u v", {"k": "l m"}]}`},
		{"colons in values", "url: http://host:80/a\ntime: 12:30\n'k:': v\n", `{"url": "http://host:80/a", "time": "12:30", "k:": "v"}`},
		{"tags, anchors and aliases", "a: &id001\n- 1\nb: *id001\nc: !!python/tuple\n- 2\nd: !!int 3\n", `{"a": [1], "b": "*id001", "c": [2], "d": 3}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Parse([]byte(c.text))
			require.NoError(t, err)
			require.Equal(t, tree(t, c.want), got)
		})
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ name, text, says string }{
		{"no text", "a: \xff", "not text in UTF-8"},
		{"tab", "a:\n\tb: 1\n", "line 2"},
		{"tab in a list", "-\n  \tb: 1\n", "indented by a tab"},
		{"key twice", "a: 1\na: 2\n", `line 2: key "a" occurs twice`},
		{"key twice in braces", "{a: 1, a: 2}", `key "a" occurs twice`},
		{"no key", "a: 1\nb\n", `"b" has no key`},
		{"list in a mapping", "a: 1\n- b\n", "has no key"},
		{"mapping in a list", "- a\nb: 1\n", "does not go with"},
		{"indented too far", "a:\n  b: 1\n    c: 2\n", `"1 c: 2" has a key in it`},
		{"indented in between", "a:\n    b: 1\n  c: 2\n", `line 3: "c: 2" is indented too far`},
		{"two keys on a line", "a: b: c\n", `"b: c" has a key in it`},
		{"indented too little", "  a: 1\n b: 2\n", "does not go with"},
		{"second document", "a: 1\n---\nb: 1\n", `"---" has no key`},
		{"block scalar", "a: |\n  text\n", "block scalars are not supported"},
		{"folded scalar", "a: >\n  text\n", "block scalars are not supported"},
		{"complex key", "? a\n: b\n", "complex keys are not supported"},
		{"reserved", "a: @b\n", "reserved"},
		{"open quote", "a: 'b\n", "a quote is not closed"},
		{"open double quote", "a: \"b\n", "a quote is not closed"},
		{"escape", `a: "\q"`, `unknown escape \q`},
		{"escape cut off", `a: "\x4`, "unknown escape"},
		{"escape at the end", `a: "\`, "a quote is not closed"},
		{"escape of no digits", `a: "\xzz"`, "is no character"},
		{"escape of no character", `a: "\UFFFFFFFF"`, "is no character"},
		{"after a quote", "a: 'b' c\n", "after the end of a value"},
		{"after a bracket", "a: [b] c\n", "after the end of a value"},
		{"open bracket", "a: [b\nc: 1\n", "line 1: a bracket is not closed"},
		{"open brace", "a: {b: 1\n", "a bracket is not closed"},
		{"wrong bracket", "a: [b}\n", "want a comma"},
		{"nothing between commas", "a: [,]\n", "want a comma"},
		{"deep", strings.Repeat("- ", 101) + "a", "more than 100 collections"},
		{"deep brackets", strings.Repeat("[", 1_000_000), "more than 100 collections"},
		{"deep lines", func() string {
			b := ""
			for i := range 101 {
				b += strings.Repeat(" ", i) + "a:\n"
			}
			return b
		}(), "more than 100 collections"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse([]byte(c.text))
			require.ErrorContains(t, err, c.says)
			require.Regexp(t, "^line [0-9]+: ", err)
		})
	}
}

// What is formatted is parsed to the same value.
func TestFormat(t *testing.T) {
	v, err := Parse([]byte(published))
	require.NoError(t, err)
	text, err := Format(v)
	require.NoError(t, err)
	want := strings.Replace(published, "ku\n  rapid", "ku rapid", 1)
	require.Equal(t, want, string(text))

	for _, text := range []string{
		`{}`, `[]`, `null`, `"a"`, `1.5`, `{"a": {}, "b": [], "c": [[], {}, [[1]], {"d": [{"e": 1, "f": []}]}]}`,
		`["", " a", "a ", "a: b", "- a", "#", "a #b", "null", "Yes", "1", "1e5", "01", "~", "'", "\"", "\n", "\\", "é", "😀", "a\u2028", "<&>", "[a]", "*a", "true story", ":", "a:"]`,
		`{"": 1, "1": 2, "a b": 3, "null": 4, "-": 5, "é": 6}`,
	} {
		v := tree(t, text)
		out, err := Format(v)
		require.NoError(t, err)
		back, err := Parse(out)
		require.NoError(t, err, "%s", out)
		require.Equal(t, v, back, "%s", out)
	}
	text, err = Format(json.Number("1e-07"))
	require.NoError(t, err)
	require.Equal(t, "1.0e-07\n", string(text), "a number to Python too")
	_, err = Format(map[string]any{"a": 1})
	require.EqualError(t, err, "yaml: a value of type int")
	_, err = Format(json.Number("0x1"))
	require.ErrorContains(t, err, "is no number")
	var deep any = "a"
	for range maxDepth {
		deep = []any{deep}
	}
	_, err = Format(deep)
	require.ErrorIs(t, err, errDepth)
}

// FuzzParse parses arbitrary text. What is a value can be written and is the same
// when it is read again.
func FuzzParse(f *testing.F) {
	f.Add([]byte(published))
	f.Add([]byte("a: {b: [1, 'x', \"\\n\"], c: }\nd:\n- - 1\n  - e: 2\n    f: 3\n# x\n'g''h': 'i\n\n  j'\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := Parse(text)
		if err != nil {
			return
		}
		out, err := Format(v)
		if err != nil {
			return // too deep
		}
		back, err := Parse(out)
		require.NoError(t, err, "%s", out)
		again, err := Format(back)
		require.NoError(t, err)
		require.Equal(t, string(out), string(again))
	})
}
