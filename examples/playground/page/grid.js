// Sudokus as arrays of 81 cells: 0 is a blank, 1 to 9 are digits.

export const CELLS = 81

// UNITS lists the cells of every row, column and box.
const UNITS = Array.from({ length: 27 }, (_, u) => {
  const i = u % 9
  const cell = [
    k => 9 * i + k,
    k => 9 * k + i,
    k => 27 * Math.floor(i / 3) + 3 * (i % 3) + 9 * Math.floor(k / 3) + k % 3,
  ][Math.floor(u / 9)]
  return Array.from({ length: 9 }, (_, k) => cell(k))
})

export const blank = () => new Array(CELLS).fill(0)

// parse reads a grid off text, with the lines and spaces that people draw boards
// with, or throws what is wrong with it.
export function parse(text) {
  const cells = []
  for (const c of text.replace(/[\s|+-]/g, '')) {
    if (/[1-9]/.test(c)) cells.push(Number(c))
    else if (/[0._*]/.test(c)) cells.push(0)
    else throw new Error(`“${c}” is neither a digit nor a blank`)
  }
  if (cells.length !== CELLS) throw new Error(`${cells.length} cells, a Sudoku has ${CELLS}`)
  return cells
}

export const format = cells => cells.map(d => d || '.').join('')

// clashes returns for each cell whether its digit stands twice in a unit.
export function clashes(cells) {
  const out = new Array(CELLS).fill(false)
  for (const unit of UNITS) {
    for (const c of unit) {
      if (cells[c] && unit.some(o => o !== c && cells[o] === cells[c])) out[c] = true
    }
  }
  return out
}
