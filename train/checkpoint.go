package train

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/tensor/safetensors"
)

// A checkpoint is a safetensors file: the state dict under its published
// names, so that it can be read as a plain model, and beside it, under
// [nn.TrainPrefix], what resuming needs. The position in the data and all
// random draws follow from the step and the seed.
const (
	metaTrain = "reread.train"

	tensorAdamM   = nn.TrainPrefix + "adam_m" // or the momentum of Muon
	tensorAdamV   = nn.TrainPrefix + "adam_v"
	tensorEMA     = nn.TrainPrefix + "ema"
	tensorFeed    = nn.TrainPrefix + "feed"   // the state of a feed that has some
	prefixCarry   = nn.TrainPrefix + "carry." // before the name of a latent state
	tensorSteps   = nn.TrainPrefix + "carry.steps"
	tensorStopped = nn.TrainPrefix + "carry.stopped" // where rows linger
	tensorHalted  = nn.TrainPrefix + "carry.halted"
	tensorInputs  = nn.TrainPrefix + "carry.inputs"
	tensorLabels  = nn.TrainPrefix + "carry.labels"
	tensorIDs     = nn.TrainPrefix + "carry.puzzle_identifiers"
)

// Progress is what a checkpoint says of its run.
type Progress struct {
	Config Config `json:"config"`
	Step   uint64 `json:"step"`
}

// FileProgress returns what a file says of its run, or nil if it is no
// checkpoint.
func FileProgress(f tensor.Source) (*Progress, error) {
	text, ok := f.Metadata()[metaTrain]
	if !ok {
		return nil, nil
	}
	p := new(Progress)
	if err := json.Unmarshal([]byte(text), p); err != nil {
		return nil, fmt.Errorf("train: metadata %s: %w", metaTrain, err)
	}
	return p, nil
}

// SaveCheckpoint writes everything that resuming needs to one file: to a
// temporary file first, which is synced and renamed, so that a run killed at
// any moment leaves a whole checkpoint. It must not run beside Step. After a
// step that failed it is an error, and the file stays as it was.
func (t *Trainer) SaveCheckpoint(path string) error {
	switch {
	case t.broken != nil:
		return t.broken
	case t.half != nil:
		return fmt.Errorf("train: save checkpoint: a step is half done: %w", t.half)
	}
	meta, err := t.model.Metadata()
	if err != nil {
		return err
	}
	text, err := json.Marshal(Progress{t.cfg, t.step})
	if err != nil {
		return fmt.Errorf("train: save checkpoint: %w", err)
	}
	meta[metaTrain] = string(text)
	tensors := t.model.StateTensors()
	for _, f := range t.floatState() {
		tensors = append(tensors, safetensors.Float32(f.name, []int{len(f.data)}, f.data))
	}
	for _, f := range t.intState() {
		tensors = append(tensors, safetensors.Int32(f.name, []int{len(f.data)}, f.data))
	}
	halted := make([]uint8, len(t.batch.halted))
	for i, h := range t.batch.halted {
		if h {
			halted[i] = 1
		}
	}
	tensors = append(tensors, safetensors.Uint8(tensorHalted, []int{len(halted)}, halted))
	if f, ok := t.feed.(statefulFeed); ok {
		state, err := f.MarshalBinary()
		if err != nil {
			return fmt.Errorf("train: save checkpoint: state of the feed: %w", err)
		}
		tensors = append(tensors, safetensors.Uint8(tensorFeed, []int{len(state)}, state))
	}
	if err := safetensors.WriteFile(path, meta, tensors); err != nil {
		return fmt.Errorf("train: save checkpoint: %w", err)
	}
	return nil
}

type namedFloats struct {
	name string
	data []float32
}

type namedInts struct {
	name string
	data []int32
}

// floatState lists the float vectors of a checkpoint beside the weights.
func (t *Trainer) floatState() []namedFloats {
	var state []namedFloats
	if t.opt.m != nil {
		state = []namedFloats{{tensorAdamM, t.opt.m}, {tensorAdamV, t.opt.v}}
	}
	if t.opt.ema != nil {
		state = append(state, namedFloats{tensorEMA, t.opt.ema})
	}
	for i, name := range t.model.States() {
		state = append(state, namedFloats{prefixCarry + name, t.batch.carry.State(i)})
	}
	return state
}

func (t *Trainer) intState() []namedInts {
	b := t.batch
	state := []namedInts{{tensorSteps, b.steps}, {tensorInputs, b.inputs}, {tensorLabels, b.labels}, {tensorIDs, b.ids}}
	if t.cfg.Linger > 0 {
		state = append(state, namedInts{tensorStopped, b.stopped})
	}
	return state
}

// ErrDifferentRun is wrapped by [Trainer.LoadCheckpoint] for a checkpoint of
// another model or other settings.
var ErrDifferentRun = errors.New("the checkpoint is of a different run")

// LoadCheckpoint continues the run that wrote the file. The trainer must have
// been made with the same model and settings. Where the file cannot be opened, as
// [io/fs.ErrNotExist] says of one that is not there, the trainer stays as it was;
// after any other error it is of no more use. The file is never changed.
func (t *Trainer) LoadCheckpoint(path string) error {
	if t.broken != nil {
		return t.broken
	}
	f, err := safetensors.Open(path)
	if err != nil {
		return fmt.Errorf("train: load checkpoint: %w", err)
	}
	defer f.Close()
	if err := t.readCheckpoint(f); err != nil {
		return t.fail(fmt.Errorf("train: load checkpoint %s: %w", path, err))
	}
	t.half = nil
	return nil
}

func (t *Trainer) readCheckpoint(f *safetensors.File) error {
	step, err := t.checkRun(f)
	if err != nil {
		return err
	}
	for _, v := range t.floatState() {
		if err := f.ReadFloat32(v.name, v.data); err != nil {
			return err
		}
	}
	for _, v := range t.intState() {
		if err := readInt32(f, v.name, v.data); err != nil {
			return err
		}
	}
	halted := make([]int32, len(t.batch.halted))
	if err := readInt32(f, tensorHalted, halted); err != nil {
		return err
	}
	for i, h := range halted {
		t.batch.halted[i] = h != 0
	}
	if err := t.checkBatch(); err != nil {
		return err
	}
	if err := t.model.LoadState(f); err != nil {
		return err
	}
	if err := t.readFeed(f); err != nil {
		return err
	}
	t.step = step
	return nil
}

// statefulFeed is a [Feed] with state of its own.
type statefulFeed interface {
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
}

// readFeed gives a feed that has state what the checkpoint holds of it.
func (t *Trainer) readFeed(f *safetensors.File) error {
	feed, wanted := t.feed.(statefulFeed)
	info, there := f.Info(tensorFeed)
	switch {
	case !wanted && !there:
		return nil
	case !wanted:
		return fmt.Errorf("%w: its feed has state, this one has none", ErrDifferentRun)
	case !there:
		return fmt.Errorf("tensor %q is missing", tensorFeed)
	}
	state := make([]byte, info.Elements())
	if err := f.ReadBytes(tensorFeed, state); err != nil {
		return err
	}
	if err := feed.UnmarshalBinary(state); err != nil {
		return fmt.Errorf("state of the feed: %w", err)
	}
	return nil
}

// checkRun compares the file's model and settings with the trainer's.
func (t *Trainer) checkRun(f *safetensors.File) (step uint64, err error) {
	want, err := t.model.Metadata()
	if err != nil {
		return 0, err
	}
	meta := f.Metadata()
	for key, w := range want {
		if meta[key] != w {
			return 0, fmt.Errorf("%w: %s is %s, want %s", ErrDifferentRun, key, meta[key], w)
		}
	}
	p, err := FileProgress(f)
	if err != nil {
		return 0, err
	}
	if p == nil {
		return 0, fmt.Errorf("metadata %s is missing: it is no checkpoint", metaTrain)
	}
	if other := p.Config.explicit().differences(t.cfg.explicit()); other != nil {
		return 0, fmt.Errorf("%w: %s", ErrDifferentRun, strings.Join(other, ", "))
	}
	return p.Step, nil
}

// checkBatch rejects rows that would index outside the model's tables, and
// those that should have ended.
func (t *Trainer) checkBatch() error {
	b := t.batch
	for i := range b.size {
		if b.halted[i] {
			continue // replaced before it is read
		}
		if n, most := int(b.steps[i]), t.maxSteps; n < 1 || n >= most {
			return fmt.Errorf("row %d: %d supervision steps done on a running row, want 1 to %d", i, n, most-1)
		}
		if at, n := b.stopped[i], b.steps[i]; at < 0 || at > n || at > 0 && int(n-at) >= t.cfg.Linger {
			return fmt.Errorf("row %d: the model said stop at supervision step %d of %d, and the row goes on", i, at, n)
		}
		if err := b.check(i); err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
	}
	return nil
}

func readInt32(f *safetensors.File, name string, dst []int32) error {
	wide := make([]int64, len(dst))
	if err := f.ReadInt64(name, wide); err != nil {
		return err
	}
	for i, v := range wide {
		if int64(int32(v)) != v {
			return fmt.Errorf("tensor %q: %d does not fit", name, v)
		}
		dst[i] = int32(v)
	}
	return nil
}
