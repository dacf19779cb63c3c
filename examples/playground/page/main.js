import { parse } from './grid.js'
import { $ } from './page.js'
import { place } from './engine.js'
import { Learning } from './learning.js'
import { Thinking } from './thinking.js'

$('place').textContent = place
const thinking = new Thinking()
new Learning()

const examples = await (await fetch('examples.json')).json()
for (const { name, puzzle } of examples) {
  const button = $('examples').appendChild(document.createElement('button'))
  button.textContent = name
  button.addEventListener('click', () => thinking.load(parse(puzzle)))
}
thinking.load(parse(examples[0].puzzle))
