import { run } from './engine.js'
import { Board } from './board.js'
import { Plot } from './plot.js'
import { Thoughts } from './thoughts.js'
import { blank, format, parse } from './grid.js'
import { $, count, percent, sentence, signed } from './page.js'

// PACE is how long a thought stays on the board, in milliseconds, where the
// model is faster than an eye.
const PACE = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 180

// LINES is how many lines of thought there are at most where the model may guess.
const LINES = 32

// Thinking is the part of the page where a model thinks about a puzzle.
export class Thinking {
  constructor() {
    this.board = new Board($('board'), () => this.edited())
    this.margin = new Plot($('margin'))
    this.change = new Plot($('change'))
    this.stop = null // while the model thinks
    $('think').addEventListener('click', () => this.stop ? this.halt('Stopped.') : this.think())
    $('clear').addEventListener('click', () => this.load(blank()))
    $('text').addEventListener('input', () => this.typed())
    $('step').addEventListener('input', () => this.look(Number($('step').value)))
    $('back').addEventListener('click', () => this.look(this.shown - 1))
    $('on').addEventListener('click', () => this.look(this.shown + 1))
    $('board').addEventListener('paste', e => this.pasted(e))
    $('pad').addEventListener('click', e => e.target.value && this.board.write(Number(e.target.value)))
    this.load(blank())
  }

  // load takes another puzzle.
  load(givens) {
    this.board.givens = givens
    this.edited()
  }

  // edited forgets what was thought about another puzzle.
  edited() {
    $('text').value = format(this.board.givens)
    this.begin()
  }

  typed() {
    try {
      this.board.givens = parse($('text').value)
      this.begin()
    } catch (e) {
      this.complain(e.message)
    }
  }

  pasted(event) {
    event.preventDefault()
    try {
      this.load(parse(event.clipboardData.getData('text')))
    } catch (e) {
      this.complain(e.message)
    }
  }

  complain(message) { $('fault').textContent = sentence(message) }

  // begin has no thoughts yet.
  begin() {
    this.halt('')
    this.complain('')
    this.thoughts = new Thoughts(this.board.givens.slice())
    $('facts').textContent = ''
    this.look(0)
  }

  think() {
    this.begin()
    this.following = true
    $('think').textContent = 'Stop'
    $('status').textContent = 'Thinking …'
    this.stop = run({ task: 'think', puzzle: format(this.board.givens), lines: $('guess').checked ? LINES : 1 }, (name, data) => this.heard(name, data))
  }

  // halt stops the engine, and the board where it is, and says why.
  halt(why) {
    this.stop?.()
    this.stop = null
    this.following = this.done = false
    $('think').textContent = 'Think'
    $('status').textContent = why
  }

  heard(name, data) {
    if (name === 'error') {
      this.halt('')
      this.complain(data.message)
      return
    }
    this.thoughts.add(name, data)
    if (name === 'puzzle') {
      $('facts').textContent = facts(data)
      $('step').max = data.steps
    }
    if (name === 'end') this.done = true
    this.follow()
  }

  // follow shows thoughts as they come, but no faster than PACE, and what has come
  // of them when the last is shown.
  follow() {
    if (this.timer) return
    const { steps } = this.thoughts
    if (this.following && this.shown < steps.length) {
      this.show(PACE ? this.shown + 1 : steps.length)
      this.timer = setTimeout(() => {
        this.timer = 0
        this.follow()
      }, PACE)
    } else if (this.done) {
      this.halt(this.verdict())
    }
  }

  // look shows a thought that the reader chose, 0 for the puzzle alone.
  look(step) {
    this.following = false
    this.show(Math.max(0, Math.min(step, this.thoughts.steps.length)))
  }

  show(step) {
    const { steps, margins, changes } = this.thoughts
    const thought = steps[step - 1]
    this.shown = step
    this.board.show(thought)
    $('step').value = step
    $('step').ariaValueText = thought ? `step ${step}` : 'the puzzle'
    $('now').textContent = thought ? this.now(step, thought) : 'The puzzle'
    const axes = { steps: Number($('step').max), cursor: step, low: 0 }
    this.margin.draw({ ...axes, lines: [margins], high: 1, value: thought ? signed(thought.margin) : '' })
    this.change.draw({ ...axes, lines: [changes.z_H, changes.z_L], high: 1, value: '' })
  }

  now(step, thought) {
    const marked = cells => cells.filter(Boolean).length
    const parts = [`Step ${step}`, ...(thought.line > 1 ? [`line ${thought.line}`] : []), `${percent(this.thoughts.certainty(thought))} sure`]
    if (step > 1) parts.push(`${marked(thought.changed)} changed`)
    if (marked(thought.broken)) parts.push(`${marked(thought.broken)} against the rules`)
    return parts.join(' · ')
  }

  verdict() {
    const { steps, puzzle } = this.thoughts
    const last = steps.at(-1)
    const spent = count(steps.length, 'step') + (last.line > 1 ? ` on ${last.line} lines of thought` : '')
    if (last.accepted) return `Solved in ${spent}: the answer keeps the givens and the rules.`
    if (puzzle.solutions === 0) return `There is no solution to find, and ${spent} found none.`
    if (last.margin > 0) return `Not solved in ${spent}, though the model calls its answer right.`
    return `Not solved in ${spent}, and the model knows: its margin is below 0.`
  }
}

// facts says what a search finds out about a puzzle.
function facts({ givens, solutions, rating }) {
  const found = {
    0: 'no solution',
    1: rating ? `one solution, for which a search guesses ${rating === 1 ? 'once' : `${rating} times`}` : 'one solution, which a search finds without a guess',
    2: 'more than one solution',
  }[solutions]
  return `${count(givens, 'given')}, ${found}.`
}
