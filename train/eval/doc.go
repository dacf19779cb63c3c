// Package eval counts how well a model that thinks in supervision steps solves
// a set of puzzles, and says what the counts can and cannot show.
//
// A [Trail] records one puzzle: after each step, how many cells are right,
// whether the rules of the task accept the answer, and the halting value. A
// [Result] counts trails. It holds integers only, so that results of parts of a
// set, made in any order on any machines, merge into exactly the result of one
// run. [Result.Save] stores it as a JSON document, which [Load] reads.
//
// A [Report] gives the shares behind the counts with their intervals, and
// [Compare] says whether two results on the same puzzles differ by more than
// chance; [Result.CheckComparable] says beforehand whether they will be on the
// same. The distributions are by the special functions of
// gonum.
//
// Three answers to each puzzle are scored side by side: the one at the last
// step, the one where the model would have halted, and the first one that the
// rules accept; and for every smaller number of steps, as an evaluation with so
// many would have scored them. What a model comes to with several lines of thought,
// see [reread.Guess] and [reread.Rollouts], is counted apart from these.
package eval
