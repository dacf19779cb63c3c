// Package maze reads, makes, solves and serves mazes: grids of walls and free cells
// with a start and a goal, to which the answer is a shortest path. They are those of
// Maze-Hard, the set of HRM (arXiv 2506.21734) and TRM (arXiv 2510.04871), and others
// of any height and width.
//
//   - [Grid], and its tokens as a model sees them; [Grid.Solve] finds a shortest
//     path, and [Shape.Keeps] tells whether a model's answer is one.
package maze
