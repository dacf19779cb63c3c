package nn

// Group is a few puzzles that one worker takes through a supervision step. All
// slices hold N puzzles one after the other.
type Group struct {
	N         int
	Inputs    []int32   // tokens [N, S]
	PuzzleIDs []int32   // [N]
	ZH, ZL    []float32 // the carry [N, L, D], replaced by each step; ZH is nil with a single latent
	Logits    []float32 // [N, S, V], written by Step
	Q         []float32 // [N, 2]: q_halt and q_continue, written by Step

	DLogits, DQ []float32 // gradients of Logits and Q, read by Backward
	DPuzzles    []float32 // gradients of the puzzle embeddings [N, ndim], written by Backward
}

// Worker is one goroutine's view of a model: its buffers for a group of
// puzzles. A Worker is not safe for concurrent use; workers of one model are
// independent.
type Worker interface {
	// Step runs one supervision step, from the inputs and the carry to the new
	// carry, logits and halting values.
	Step(g *Group)
	// StepTrain is Step, recording what Backward needs.
	StepTrain(g *Group)
	// Backward adds the parameter gradients of the last StepTrain, on the same
	// group, to grad, a vector in the layout of [Params.Data]. The carry that
	// went into the step is a constant.
	Backward(g *Group, grad []float32)
}

// Team is a worker of several goroutines, which Close ends.
type Team interface {
	Worker
	Close()
}

// Model is a network that improves its answer one supervision step at a time.
// Weights may change only while no worker runs, followed by Pack, or by that of all
// Layouts.
type Model interface {
	// Describe returns the kind of the model, "trm" or "hrm", and its Config,
	// which has a JSON form.
	Describe() (kind string, config any)
	Spec() *Arch
	Params() *Params
	PuzzleTable() *SparseEmbedding
	SingleLatent() bool
	// QLearning reports whether q_continue is trained, towards the halting
	// values of one more step.
	QLearning() bool
	State() []Named
	InitCarry(zH, zL []float32)
	// Pack lays out the weights for passes at a precision, at which workers made
	// from then on run. Training needs more layouts than inference.
	Pack(p Precision, train bool)
	Precision() Precision
	Layouts() []Layout
	// TapeSize returns the numbers that StepTrain keeps of one puzzle for Backward.
	TapeSize() int
	// NewWorker returns a worker for groups of up to capacity puzzles.
	NewWorker(capacity int, train bool) Worker
	// NewTeam returns a worker that takes a group of up to capacity puzzles
	// through steps on several goroutines, to the same bits. It is for
	// inference.
	NewTeam(capacity, goroutines int) Team
	// StepGraph returns one supervision step as a graph, for [ExportONNX].
	StepGraph() *StepGraph
}
