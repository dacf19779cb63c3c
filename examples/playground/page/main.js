import { parse } from './grid.js'
import { Thinking } from './thinking.js'

const thinking = new Thinking()

const examples = await (await fetch('examples.json')).json()
for (const { name, puzzle } of examples) {
  const button = document.getElementById('examples').appendChild(document.createElement('button'))
  button.textContent = name
  button.addEventListener('click', () => thinking.load(parse(puzzle)))
}
thinking.load(parse(examples[0].puzzle))
