// Package maze reads, makes, solves and serves mazes: grids of walls and free cells
// with a start and a goal, to which the answer is a shortest path. They are those of
// Maze-Hard, the set of HRM (arXiv 2506.21734) and TRM (arXiv 2510.04871), and others
// of any height and width.
//
//   - [Grid], and its tokens as a model sees them; [Grid.Solve] finds a shortest
//     path, and [Shape.Keeps] tells whether a model's answer is one.
//   - [Open] takes CSV files and published data set folders alike and serves them
//     as [data.Rows]; [ReadCSV] and [WriteCSV] are the files of Maze-Hard, and
//     [Rows.FolderContents] is its folder.
//   - [Dihedral], and [Augment] to train on random symmetric copies.
//   - [Generator] makes mazes with long shortest paths.
//
// Nothing in the package draws randomness of its own: it comes from a
// math/rand/v2 generator that the caller hands in. Grids must not be changed while
// others use them; all else is safe for concurrent use unless it says otherwise.
//
// # Tokens
//
// A row has a token for each cell in row-major order out of a vocabulary of 6, and
// text a character:
//
//	0       padding
//	1  '#'  wall
//	2  ' '  free cell
//	3  'S'  start
//	4  'G'  goal
//	5  'o'  path, in answers only
//
// # Right answers
//
// Mazes can have a great many shortest paths, of which a label is one. Accuracy by
// labels takes no other; [Grid.Solves] and [Shape.Keeps] take each, and a wrong cell
// anywhere still makes an answer wrong.
package maze
