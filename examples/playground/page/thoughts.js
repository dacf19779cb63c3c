import { clashes, CELLS } from './grid.js'
import { bytes } from './page.js'

// SURE is the chance, in 255ths, from which the model stands by a digit.
export const SURE = 128

// Thoughts collects what an engine tells of its thinking about a puzzle.
export class Thoughts {
  constructor(givens) {
    this.givens = givens
    this.puzzle = null // what a search finds out about it
    this.steps = [] // the thoughts, in their order
    this.changes = { z_H: [], z_L: [] } // of the latent states: points [step, change]
    this.updates = [] // of the step under way
  }

  // add takes an event.
  add(name, data) {
    if (name === 'puzzle') this.puzzle = data
    if (name === 'update') this.updates.push(data)
    if (name === 'step') this.addStep(data)
  }

  addStep({ step, line, answer, chances, margin, accepted }) {
    const digits = Array.from(answer, c => Number(c) || 0)
    const before = this.steps.at(-1)?.digits ?? digits
    const thought = { digits, line, margin, accepted, chances: bytes(chances) }
    thought.changed = digits.map((d, c) => d !== before[c])
    thought.broken = clashes(digits.map((d, c) => this.givens[c] || chance(thought, c) >= SURE ? d : 0))
    this.steps.push(thought)
    this.updates.forEach(({ state, change }, i) => {
      this.changes[state]?.push([step - 1 + (i + 1) / this.updates.length, change])
    })
    this.updates = []
  }

  get margins() { return this.steps.map((s, i) => [i + 1, s.margin]) }

  // certainty is the mean chance of the digits of a step in the cells that are
  // not given, from 0 to 1.
  certainty(thought) {
    let sum = 0, count = 0
    for (let c = 0; c < CELLS; c++) {
      if (this.givens[c]) continue
      sum += chance(thought, c) / 255
      count++
    }
    return count ? sum / count : 1
  }
}

// chance returns that of a thought's digit in a cell, in 255ths.
export const chance = ({ digits, chances }, cell) => chances[9 * cell + digits[cell] - 1]
