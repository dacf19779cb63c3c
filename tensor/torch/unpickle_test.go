package torch

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What each instruction makes.
func TestInstructions(t *testing.T) {
	items := func(pairs ...value) *dict {
		d := new(dict)
		for i := 0; i < len(pairs); i += 2 {
			d.set(pairs[i], pairs[i+1])
		}
		return d
	}
	for _, c := range []struct {
		name, pickle string
		want         value
	}{
		{"PROTO", "\x80\x05N.", other("None")},
		{"FRAME", "\x80\x04\x95\x02\x00\x00\x00\x00\x00\x00\x00N.", other("None")},
		{"NONE", "N.", other("None")},
		{"NEWTRUE", "\x88.", other("True")},
		{"NEWFALSE", "\x89.", other("False")},
		{"BININT", "J\xfe\xff\xff\xff.", int64(-2)},
		{"BININT1", "K\xff.", int64(255)},
		{"BININT2", "M\x01\xff.", int64(0xff01)},
		{"INT", "I-12\n.", int64(-12)},
		{"INT of a truth value", "I01\n.", int64(1)},
		{"LONG", "L5000000000L\n.", int64(5e9)},
		{"LONG, large", "L" + strings.Repeat("9", 99) + "L\n.", other("a number")},
		{"LONG1", "\x8a\x05\x00\xf2\x05\x2a\x01.", int64(5e9)},
		{"LONG1, negative", "\x8a\x02\x00\xff.", int64(-256)},
		{"LONG1, eight bytes", "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f.", int64(1<<63 - 1)},
		{"LONG1, zero", "\x8a\x00.", int64(0)},
		{"LONG1, large", "\x8a\x09123456789.", other("a number")},
		{"LONG4", "\x8b\x01\x00\x00\x00\x80.", int64(-128)},
		{"BINFLOAT", "G12345678.", other("a number")},
		{"BINUNICODE", "X\x02\x00\x00\x00ab.", "ab"},
		{"SHORT_BINUNICODE", "\x8c\x02ab.", "ab"},
		{"BINUNICODE8", "\x8d\x02\x00\x00\x00\x00\x00\x00\x00ab.", "ab"},
		{"BINBYTES", "B\x02\x00\x00\x00ab.", other("bytes")},
		{"SHORT_BINBYTES", "C\x02ab.", other("bytes")},
		{"BINBYTES8", "\x8e\x02\x00\x00\x00\x00\x00\x00\x00ab.", other("bytes")},
		{"BYTEARRAY8", "\x96\x02\x00\x00\x00\x00\x00\x00\x00ab.", other("bytes")},
		{"MARK, TUPLE", "(K\x01K\x02K\x03K\x04t.", tuple{int64(1), int64(2), int64(3), int64(4)}},
		{"EMPTY_TUPLE", ").", tuple(nil)},
		{"TUPLE1", "K\x01\x85.", tuple{int64(1)}},
		{"TUPLE2", "K\x01K\x02\x86.", tuple{int64(1), int64(2)}},
		{"TUPLE3", "K\x01K\x02K\x03\x87.", tuple{int64(1), int64(2), int64(3)}},
		{"POP", "K\x01K\x020.", int64(1)},
		{"POP_MARK", "K\x01(K\x02K\x031.", int64(1)},
		{"EMPTY_LIST, APPEND", "]K\x01a.", other("a list")},
		{"APPENDS", "](K\x01K\x02e.", other("a list")},
		{"EMPTY_SET, ADDITEMS", "\x8f(K\x01K\x02\x90.", other("a set")},
		{"FROZENSET", "(K\x01K\x02\x91.", other("a set")},
		{"EMPTY_DICT", "}.", items()},
		{"SETITEM", "}" + str("a") + "K\x01s.", items("a", int64(1))},
		{"SETITEMS", "}(" + str("a") + "K\x01" + str("b") + "K\x02u.", items("a", int64(1), "b", int64(2))},
		{"SETITEMS, a key twice", "}(" + str("a") + "K\x01" + str("b") + "K\x02" + str("a") + "K\x03u.", items("a", int64(1), "b", int64(2), "a", int64(3))},
		{"SETITEM under a number", "}K\x07K\x01s.", items()},
		{"SETITEM of something else", "]" + str("a") + "K\x01s.", other("a list")},
		{"BINPUT, BINGET", "K\x01q\x05K\x020h\x05\x86.", tuple{int64(1), int64(1)}},
		{"LONG_BINPUT, LONG_BINGET", "K\x01r\x00\x00\x00\x01j\x00\x00\x00\x01\x86.", tuple{int64(1), int64(1)}},
		{"MEMOIZE", "K\x01\x94K\x02\x94h\x00h\x01\x87.", tuple{int64(2), int64(1), int64(2)}},
		{"GLOBAL", "ca.b\nc\n.", global("a.b.c")},
		{"STACK_GLOBAL", str("a.b") + str("c") + "\x93.", global("a.b.c")},
		{"GLOBAL of a long name", fun(strings.Repeat("a", maxName), "b") + ".", other("something of a long name")},
		{"STACK_GLOBAL of a long name", str(strings.Repeat("a", maxName)) + str("b") + "\x93.", other("something of a long name")},
		{"REDUCE", fun("os", "system") + str("rm") + "\x85R.", other("an object of os.system")},
		{"REDUCE of OrderedDict", fun("collections", "OrderedDict") + ")R.", items()},
		{"REDUCE of OrderedDict with items", fun("collections", "OrderedDict") + "]\x85R.", other("an object of collections.OrderedDict")},
		{"REDUCE of Size", fun("torch", "Size") + nums(2, 3) + "\x85R.", tuple{int64(2), int64(3)}},
		{"REDUCE of nothing known", "K\x01)R.", other("an object")},
		{"NEWOBJ", fun("a", "B") + ")\x81.", other("an object of a.B")},
		{"NEWOBJ_EX", fun("a", "B") + ")}\x92.", other("an object of a.B")},
		{"BUILD", "}}" + str("a") + "K\x01sb.", items()},
		{"BINPERSID", stored("FloatStorage", "3", 7) + ".", &storage{"torch.FloatStorage", "3", 7}},
		{"BINPERSID of something else", tup(str("module"), str("x")) + "Q.", other("something outside of the pickle")},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := unpickle(c.pickle)
			require.NoError(t, err)
			require.Equal(t, c.want, got)

			// Cut off anywhere, it is an error, never a panic.
			for n := range c.pickle {
				_, err := unpickle(c.pickle[:n])
				require.Error(t, err, "%d bytes", n)
			}
		})
	}
}

func TestRejectedPickles(t *testing.T) {
	for _, c := range []struct{ name, pickle, says string }{
		{"nothing", "", "byte 0: it is cut off"},
		{"no end", "N", "byte 1: it is cut off"},
		{"protocol", "\x80\x06N.", "protocol 6, want at most 5"},
		{"unknown", "N\xff.", "byte 1: unknown instruction 0xff"},
		{"text of protocol 0", "Va\n.", "unknown instruction 0x56"},
		{"persistent identifier of protocol 0", "P1\n.", "unknown instruction 0x50"},
		{"extension", "\x82\x01.", "unknown instruction 0x82"},
		{"out-of-band buffer", "\x97.", "unknown instruction 0x97"},
		{"text beyond the end", "X\xff\xff\xff\xffab.", "cut off"},
		{"long text beyond the end", "\x8d\xff\xff\xff\xff\xff\xff\xff\xffab.", "cut off"},
		{"bytes beyond the end", "\x8e\xff\xff\xff\xff\xff\xff\xff\xffab.", "cut off"},
		{"line without end", "ca", "cut off"},
		{"second line without end", "ca\nb", "cut off"},
		{"end of nothing", ".", "the stack is empty"},
		{"pop of nothing", "0.", "the stack is empty"},
		{"pop of a mark", "N(0.", "the stack is empty"},
		{"tuple of too few", "N\x86.", "the stack is empty"},
		{"tuple across a mark", "N(N\x86.", "the stack is empty"},
		{"tuple without mark", "Nt.", "there is no mark"},
		{"items without mark", "}u.", "there is no mark"},
		{"items of nothing", "(u.", "the stack is empty"},
		{"item without key", "}Ns.", "the stack is empty"},
		{"odd items", "}(Nu.", "a key without an item"},
		{"list without mark", "]e.", "there is no mark"},
		{"set without mark", "\x90.", "there is no mark"},
		{"nothing remembered", "h\x00.", "nothing is remembered as 0"},
		{"remember nothing", "q\x00.", "the stack is empty"},
		{"memoize nothing", "\x94.", "the stack is empty"},
		{"call of nothing", ")R.", "the stack is empty"},
		{"object of nothing", ")\x81.", "the stack is empty"},
		{"state of nothing", "b.", "the stack is empty"},
		{"persistent nothing", "Q.", "the stack is empty"},
		{"class of numbers", "K\x01K\x02\x93.", "the name of a class is no string"},
		{"class of one name", str("a") + "\x93.", "the stack is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := unpickle(c.pickle)
			require.ErrorContains(t, err, c.says)
			_, err = parse(saved(t, c.pickle))
			require.ErrorIs(t, err, ErrInvalid)
			require.ErrorContains(t, err, "test.pt")
		})
	}
}

// Pickles that would cost much by recursion or repetition cost little.
func TestHostilePicklesCostLittle(t *testing.T) {
	deep := 500_000
	long := str(strings.Repeat("k", 8<<20)) + "q\x01"
	for _, c := range []struct {
		name, pickle string
		fails        bool
	}{
		{"nested tuples", "N" + strings.Repeat("\x85", deep) + ".", true},
		{"nested marks", strings.Repeat("(", deep) + strings.Repeat("t", deep) + ".", true},
		{"nested dictionaries", strings.Repeat("}"+str("a"), deep) + "N" + strings.Repeat("s", deep) + ".", false},
		{"dictionary in itself", "}q\x00" + str("a") + "h\x00s" + str("b") + "h\x00s.", false},
		{"nested calls", strings.Repeat(fun("torch._tensor", "_rebuild_from_type_v2")+"(", 100_000) + "N" + strings.Repeat("tR", 100_000) + ".", true},
		{"billion laughs", "N" + strings.Repeat("q\x00h\x00h\x00h\x00\x87", deep/5) + ".", true},
		{"memo", "N" + strings.Repeat("\x94", maxInstructions) + ".", true},
		{"long key many times", "\x80\x02" + long + "0}" + strings.Repeat("h\x01Ns", 300_000) + ".", false},
		{"long class many times", long + strings.Repeat("h\x01h\x01\x93", maxInstructions/3-9) + ".", true},
		{"class many times", str(strings.Repeat("k", maxName/2)) + "q\x01" + strings.Repeat("h\x01h\x01\x93", maxInstructions/3-9) + ".", true},
		{"object many times", fun("a", strings.Repeat("k", maxName-1)) + "q\x01" + strings.Repeat("h\x01)\x81", maxInstructions/3-9) + ".", true},
		{"endless", strings.Repeat("]", maxInstructions) + ".", true},
		{"tensors of one tuple", tup(strings.Split(strings.Repeat("N ", 60), " ")...) + "q\x000" + fun("torch._utils", "_rebuild_x") + "q\x020" +
			strings.Repeat("h\x02h\x00R", 500_000) + ".", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var err error
			used := allocated(func() { _, err = parse(saved(t, c.pickle)) })
			require.Equal(t, c.fails, errors.Is(err, ErrInvalid), "%v", err)
			require.Less(t, used, uint64(512<<20))
		})
	}
}
