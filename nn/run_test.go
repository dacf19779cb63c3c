package nn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

// design returns one of two states and one network.
func design(recursion func(r *nn.Run, net nn.Level) nn.State) *nn.Design {
	a := arch()
	d := &nn.Design{Kind: "test", Arch: a, States: []string{"z_A", "z_B"}}
	net := d.AddLevel("net", 1, true)
	d.Recursion = func(r *nn.Run) nn.State { return recursion(r, net) }
	return d
}

func TestRecursionErrors(t *testing.T) {
	var foreign nn.State
	_, err := nn.New(design(func(r *nn.Run, _ nn.Level) nn.State {
		foreign = r.State("z_A")
		return foreign
	}), newRNG())
	require.NoError(t, err)
	elsewhere := &nn.Design{}
	elsewhere.AddLevel("first", 1, false)
	other := elsewhere.AddLevel("second", 1, false)
	for _, c := range []struct {
		name      string
		recursion func(r *nn.Run, net nn.Level) nn.State
		says      string // "": good
	}{
		{"good", func(r *nn.Run, net nn.Level) nn.State {
			r.Call(net, r.State("z_A"), r.Input())
			return r.State("z_A")
		}, ""},
		{"no call at all", func(r *nn.Run, _ nn.Level) nn.State { return r.State("z_B") }, ""},
		{"unknown state", func(r *nn.Run, _ nn.Level) nn.State { return r.State("z_C") }, `no state is named "z_C"`},
		{"state without prefix", func(r *nn.Run, _ nn.Level) nn.State { return r.State("A") }, `no state is named "A"`},
		{"the input updated", func(r *nn.Run, net nn.Level) nn.State {
			r.Call(net, r.Input(), r.State("z_A"))
			return r.State("z_A")
		}, "only a latent state can be updated"},
		{"a sum updated", func(r *nn.Run, net nn.Level) nn.State {
			r.Call(net, r.Sum(r.State("z_A"), r.Input()), r.Input())
			return r.State("z_A")
		}, "only a latent state can be updated"},
		{"a copy updated", func(r *nn.Run, net nn.Level) nn.State {
			r.Call(net, r.Sum(r.State("z_A"), nn.State{}), r.Input())
			return r.State("z_A")
		}, "only a latent state can be updated"},
		{"nothing updated", func(r *nn.Run, net nn.Level) nn.State {
			r.Call(net, nn.State{}, r.Input())
			return r.State("z_A")
		}, "only a latent state can be updated"},
		{"network of another design", func(r *nn.Run, _ nn.Level) nn.State {
			r.Call(other, r.State("z_A"), r.Input())
			return r.State("z_A")
		}, "the network is not one of the design"},
		{"no network", func(r *nn.Run, _ nn.Level) nn.State {
			r.Call(nn.Level{}, r.State("z_A"), r.Input())
			return r.State("z_A")
		}, "the network is not one of the design"},
		{"recorded twice", func(r *nn.Run, _ nn.Level) nn.State {
			r.Record()
			r.Record()
			return r.State("z_A")
		}, "Record is called twice"},
		{"an addend of another run", func(r *nn.Run, net nn.Level) nn.State {
			r.Call(net, r.State("z_A"), r.Sum(foreign, r.Input()))
			return r.State("z_A")
		}, "an addend is of another run"},
		{"an injection of another run", func(r *nn.Run, net nn.Level) nn.State {
			r.Call(net, r.State("z_A"), foreign)
			return r.State("z_A")
		}, "the injection is of another run"},
		{"a state of another run", func(*nn.Run, nn.Level) nn.State { return foreign }, "only a latent state can be read out"},
		{"an endless step", func(r *nn.Run, net nn.Level) nn.State {
			for range 1 << 17 {
				r.Call(net, r.State("z_A"), nn.State{})
			}
			return r.State("z_A")
		}, "a supervision step of more than 65536 operations"},
		{"the input read out", func(r *nn.Run, _ nn.Level) nn.State {
			r.ReadOut(r.Input())
			return r.State("z_A")
		}, "only a latent state can be read out"},
		{"nothing returned", func(*nn.Run, nn.Level) nn.State { return nn.State{} }, "only a latent state can be read out"},
		{"a sum returned", func(r *nn.Run, _ nn.Level) nn.State { return r.Sum(r.State("z_A"), r.State("z_B")) }, "only a latent state can be read out"},
		{"the first error counts", func(r *nn.Run, net nn.Level) nn.State {
			r.Call(net, r.State("z_X"), nn.State{})
			return r.Input()
		}, `no state is named "z_X"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := nn.New(design(c.recursion), newRNG())
			if c.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "nn: recursion: "+c.says)
			require.Nil(t, m)
		})
	}
}

func TestDesignErrors(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(d *nn.Design)
		says   string
	}{
		{"no kind", func(d *nn.Design) { d.Kind = "" }, "a design needs a kind"},
		{"no recursion", func(d *nn.Design) { d.Recursion = nil }, "a design needs a kind, a state, a level and a recursion"},
		{"no states", func(d *nn.Design) { d.States = nil }, "a design needs a kind, a state"},
		{"no networks", func(d *nn.Design) {
			*d = nn.Design{Kind: d.Kind, Arch: d.Arch, States: d.States, Recursion: d.Recursion}
		}, "a design needs a kind, a state, a level"},
		{"two states of a name", func(d *nn.Design) { d.States = []string{"z_A", "z_B", "z_A"} }, `state "z_A": want different names`},
		{"a state without prefix", func(d *nn.Design) { d.States = []string{"z_A", "b"} }, `state "b": want different names that begin with "z_"`},
		{"an architecture that is none", func(d *nn.Design) { d.Arch.SeqLen = 0 }, "nn: seq_len is 0"},
		{"a network without layers", func(d *nn.Design) { d.AddLevel("empty", 0, false) }, "nn: empty has 0 layers, want 1 to 1024"},
		{"a network of negative layers", func(d *nn.Design) { d.AddLevel("empty", -1, true) }, "nn: empty has -1 layers"},
		{"a network too deep", func(d *nn.Design) { d.AddLevel("abyss", 1025, false) }, "nn: abyss has 1025 layers"},
		{"a network named as a prefix", func(d *nn.Design) { d.AddLevel("model", 1, true) }, `network "model": "model." is a prefix in files`},
		{"a network under a prefix", func(d *nn.Design) { d.AddLevel("module.inner.L", 1, true) }, `network "module.inner.L": "module.inner." is a prefix in files`},
		{"a network in training's place", func(d *nn.Design) { d.AddLevel("train", 1, true) }, `network "train": "train." is a prefix in files`},
		{"a state under a prefix", func(d *nn.Design) { d.States = []string{"z__orig_mod.A"} }, `state "z__orig_mod.A": "_orig_mod." is a prefix in files`},
		{"two networks of a name", func(d *nn.Design) { d.AddLevel("net", 2, true) }, `two networks are named "net"`},
		{"a network without a name", func(d *nn.Design) { d.AddLevel("", 1, true) }, "a network needs a name"},
		{"heads that do not fit", func(d *nn.Design) { d.Arch.NumHeads = 5; d.AddLevel("att", 1, false) }, "nn: att: hidden_size 12 does not divide into num_heads 5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := design(func(r *nn.Run, _ nn.Level) nn.State { return r.State("z_A") })
			c.change(d)
			m, err := nn.New(d, newRNG())
			require.ErrorContains(t, err, c.says)
			require.Nil(t, m)
		})
	}
	d := design(func(r *nn.Run, _ nn.Level) nn.State { return r.State("z_A") })
	d.Arch.NumHeads = 5
	_, err := nn.New(d, newRNG())
	require.NoError(t, err, "heads of networks that have none")
}

// A sum is what its addends were, whatever becomes of them, also where there is
// one alone.
func TestSumsDoNotChange(t *testing.T) {
	step := func(late bool) answer {
		m, err := nn.New(design(func(r *nn.Run, net nn.Level) nn.State {
			a, b := r.State("z_A"), r.State("z_B")
			was := r.Sum(nn.State{}, a)
			if late {
				r.Call(net, a, r.Input())
			}
			r.Call(net, b, was)
			if !late {
				r.Call(net, a, r.Input())
			}
			return b
		}), newRNG())
		require.NoError(t, err)
		g := newGroup(m, 0)
		require.NoError(t, m.NewWorker(1, 1).Step(g))
		return answerOf(m, g, 0)
	}
	require.Equal(t, step(false), step(true))
}

// Heads learn from a read-out of a state that is a constant, and nothing else
// does.
func TestReadOutBeforeRecord(t *testing.T) {
	m, err := nn.New(design(func(r *nn.Run, net nn.Level) nn.State {
		a := r.State("z_A")
		r.Call(net, a, r.Input())
		r.ReadOut(a)
		r.Record()
		r.Call(net, r.State("z_B"), a)
		return r.State("z_B")
	}), newRNG())
	require.NoError(t, err)
	require.Equal(t, 2, m.ReadOuts())
	for _, p := range m.Params().All() {
		if p.Name == "q_head.weight" {
			copy(p.Value.Data(), nn.Normals(newRNG(), p.Value.Len(), 0.3))
		}
	}
	start := newGroup(m, 0, 1)
	warmCarry(t, m, start)
	s := newSupervision(t, m, start)
	loss := func(record bool) float64 { // of the first read-out alone
		require.NoError(t, m.Pack(nn.FP32, true))
		s.run(t, record)
		clear(s.g.Answer().DLogits)
		clear(s.g.Answer().DQ)
		return s.loss(&s.g.Outs[0], 1)
	}
	loss(true)
	grad := m.Params().NewVector()
	require.NoError(t, s.w.Backward(s.g, grad))
	for _, p := range m.Params().All() {
		switch p.Name {
		case "lm_head.weight", "q_head.weight", "q_head.bias":
			v := nn.Variable{Name: p.Name, Value: p.Value.Data(), Grad: p.In(grad)}
			nn.CheckElements(t, func() float64 { return loss(false) }, stepTolerance, v)
		default:
			require.Equal(t, make([]float32, p.Value.Len()), p.In(grad), p.Name)
		}
	}
}
