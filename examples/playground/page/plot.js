const WIDTH = 1000, HEIGHT = 100

// Plot draws lines over the steps of a task, in ink up to a cursor, if there is
// one, and faintly behind it.
export class Plot {
  constructor(figure) {
    this.value = figure.querySelector('output')
    this.svg = figure.querySelector('svg')
    this.svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`)
    this.svg.setAttribute('preserveAspectRatio', 'none')
  }

  // draw draws lines, each a list of points [step, value], on axes from 0 to
  // steps and from low to high, which grow with the values.
  draw({ lines, steps, cursor, low, high, value }) {
    const values = lines.flatMap(line => line.map(([, y]) => y))
    low = Math.min(low, ...values)
    high = Math.max(high, ...values)
    const x = step => WIDTH * step / steps
    const y = v => HEIGHT - HEIGHT * (v - low) / (high - low)
    const path = (points, name) => shape('polyline', { class: name, points: points.map(p => `${x(p[0])},${y(p[1])}`).join(' ') })
    const across = (name, x1, y1, x2, y2) => shape('line', { class: name, x1, y1, x2, y2 })
    this.svg.replaceChildren(
      across('zero', 0, y(0), WIDTH, y(0)),
      ...cursor ? [across('cursor', x(cursor), 0, x(cursor), HEIGHT)] : [],
      ...lines.map((line, i) => path(line, `line${i} ahead`)),
      ...lines.map((line, i) => path(line.filter(p => !(p[0] > cursor)), `line${i}`)))
    this.value.textContent = value
  }
}

function shape(name, attributes) {
  const e = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const a in attributes) e.setAttribute(a, attributes[a])
  return e
}
