import { run } from './engine.js'
import { Plot } from './plot.js'
import { $, bytes, ink, sentence } from './page.js'

const BOARDS = 6, SIDE = 4

// Learning is the part of the page where a network learns from nothing.
export class Learning {
  constructor() {
    this.loss = new Plot($('loss'))
    this.right = new Plot($('right'))
    this.stop = null // while it learns
    this.beginnings = 0
    $('learn').addEventListener('click', () => this.stop ? this.halt('Stopped.') : this.learn())
    this.begin()
  }

  begin() {
    this.losses = []
    this.rights = []
    this.steps = 1
    $('trouble').textContent = ''
    $('boards').replaceChildren(...Array.from({ length: BOARDS }, empty))
    this.draw()
  }

  // learn begins anew, each time with other weights and puzzles.
  learn() {
    this.begin()
    $('learn').textContent = 'Stop'
    $('progress').textContent = 'Learning …'
    this.stop = run({ task: 'learn', seed: this.beginnings++ }, (name, data) => this.heard(name, data))
  }

  halt(why) {
    this.stop?.()
    this.stop = null
    $('learn').textContent = this.beginnings ? 'Learn anew' : 'Learn'
    $('progress').textContent = why
  }

  heard(name, data) {
    switch (name) {
      case 'network':
        this.steps = data.steps
        break
      case 'loss':
        this.losses.push([data.step, data.loss])
        this.draw()
        break
      case 'answers':
        this.rights.push([data.step, data.right])
        $('boards').replaceChildren(...data.boards.map(board))
        this.draw()
        break
      case 'end':
        this.halt(`Learned: ${this.rights.at(-1)[1]} of 100 puzzles that it has never seen are right.`)
        break
      case 'error':
        this.halt('')
        $('trouble').textContent = sentence(data.message)
    }
  }

  draw() {
    const loss = this.losses.at(-1), right = this.rights.at(-1)
    this.loss.draw({ lines: [this.losses], steps: this.steps, low: 0, high: 1, value: loss ? loss[1].toFixed(2) : '' })
    this.right.draw({ lines: [this.rights], steps: this.steps, low: 0, high: 100, value: right ? right[1] : '' })
  }
}

// empty is a board without digits.
function empty() {
  const e = document.createElement('div')
  e.className = 'small'
  e.append(...Array.from({ length: SIDE * SIDE }, () => document.createElement('div')))
  return e
}

// board is one with an answer, in which what is wrong is marked.
function board({ question, solution, answer, chances }, i) {
  const e = empty()
  e.role = 'img'
  e.ariaLabel = `Puzzle ${i + 1}: ${answer === solution ? 'right' : 'wrong'}`
  bytes(chances).forEach((chance, c) => {
    const cell = e.children[c]
    cell.classList.toggle('given', question[c] !== '.')
    cell.classList.toggle('broken', answer[c] !== solution[c])
    cell.append(question[c] === '.' ? ink(answer[c], chance / 255) : question[c])
  })
  return e
}
