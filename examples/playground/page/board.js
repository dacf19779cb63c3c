import { CELLS, blank, clashes } from './grid.js'
import { SURE, chance } from './thoughts.js'
import { ink, percent } from './page.js'

// Board is a Sudoku that can be typed and tapped in, with a model's thought about
// the cells that are not given.
export class Board {
  // onEdit is called after the givens have changed.
  constructor(root, onEdit) {
    this.givens = blank()
    this.thought = null
    this.onEdit = onEdit
    this.cells = []
    for (let row = 0; row < 9; row++) {
      const line = root.appendChild(document.createElement('div'))
      line.role = 'row'
      for (let column = 0; column < 9; column++) line.append(this.newCell())
    }
    this.select(0)
    this.draw()
  }

  newCell() {
    const cell = document.createElement('div')
    const at = this.cells.push(cell) - 1
    cell.role = 'gridcell'
    cell.tabIndex = -1
    cell.addEventListener('focus', () => this.select(at))
    cell.addEventListener('keydown', e => this.key(e))
    return cell
  }

  // select makes a cell the one that keys and the pad write to.
  select(at) {
    const before = this.cells[this.selected]
    if (before) {
      before.tabIndex = -1
      before.ariaSelected = 'false'
    }
    this.selected = at
    this.cells[at].tabIndex = 0
    this.cells[at].ariaSelected = 'true'
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const row = Math.floor(this.selected / 9), column = this.selected % 9
    const go = (r, c) => this.cells[9 * ((r + 9) % 9) + (c + 9) % 9].focus()
    if (/^[1-9]$/.test(event.key)) this.write(Number(event.key))
    else switch (event.key) {
      case 'ArrowUp': go(row - 1, column); break
      case 'ArrowDown': go(row + 1, column); break
      case 'ArrowLeft': go(row, column - 1); break
      case 'ArrowRight': go(row, column + 1); break
      case 'Home': go(row, 0); break
      case 'End': go(row, 8); break
      case '0': case '.': case ' ': case 'Delete': case 'Backspace': this.write(0); break
      default: return
    }
    event.preventDefault()
  }

  // write puts a digit, or 0 for none, into the selected cell.
  write(digit) {
    this.givens[this.selected] = digit
    this.onEdit()
  }

  // show draws a thought, or none.
  show(thought) {
    this.thought = thought
    this.draw()
  }

  draw() {
    const broken = this.thought?.broken ?? clashes(this.givens)
    for (let at = 0; at < CELLS; at++) this.drawCell(at, broken[at])
  }

  drawCell(at, broken) {
    const cell = this.cells[at], given = this.givens[at], thought = !given && this.thought
    const changed = Boolean(thought && thought.changed[at])
    cell.className = [given && 'given', changed && 'changed', broken && 'broken'].filter(Boolean).join(' ')
    cell.ariaLabel = `row ${Math.floor(at / 9) + 1}, column ${at % 9 + 1}: ` + this.words(at, thought, changed, broken)
    if (!thought) {
      cell.replaceChildren(given || '')
      return
    }
    const sure = chance(thought, at)
    cell.replaceChildren(sure >= SURE ? ink(thought.digits[at], (sure - SURE) / (255 - SURE)) : marks(thought.chances.subarray(9 * at, 9 * at + 9)))
  }

  words(at, thought, changed, broken) {
    const given = this.givens[at]
    const words = [given ? `given ${given}` : 'blank']
    if (thought) words[0] = `${thought.digits[at]}, ${percent(chance(thought, at) / 255)} sure`
    if (changed) words.push('changed')
    if (broken) words.push('breaks a rule')
    return words.join(', ')
  }
}

// marks are the digits that have a chance, each as dark as it is likely.
function marks(chances) {
  const e = document.createElement('span')
  e.className = 'marks'
  chances.forEach((chance, i) => {
    const mark = e.appendChild(document.createElement('span'))
    mark.textContent = i + 1
    mark.style.opacity = chance < 5 ? 0 : Math.min(1, 0.25 + 1.5 * chance / 255)
  })
  return e
}
