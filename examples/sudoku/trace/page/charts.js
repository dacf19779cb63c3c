// Charts: numbers over the steps, which can be pointed at.

const svgSpace = "http://www.w3.org/2000/svg";
const chartBox = {width: 352, height: 96};

function draw(parent, name, attributes) {
  const element = parent.appendChild(document.createElementNS(svgSpace, name));
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

class Chart {
  // curves are lists of points [x, y] with x in steps; seek is given the step
  // that is pointed at.
  constructor(svg, label, steps, curves, seek) {
    const values = curves.flat().map(([, y]) => y);
    Object.assign(this, {svg, steps, curves, low: Math.min(0, ...values), high: Math.max(0, ...values)});
    svg.ariaLabel = label;
    svg.setAttribute("viewBox", `0 0 ${chartBox.width} ${chartBox.height}`);
    this.axis();
    this.now = draw(svg, "line", {class: "now", y1: 0, y2: chartBox.height});
    this.lines = curves.map((points, i) => this.line(points, i === 0 ? "first" : "other"));
    this.point(seek);
  }

  axis() {
    const zero = this.y(0);
    draw(this.svg, "line", {class: "axis", x1: 0, x2: chartBox.width, y1: zero, y2: zero});
    draw(this.svg, "text", {x: -4, y: zero + 4, "text-anchor": "end"}).textContent = "0";
  }

  line(points, kind) {
    draw(this.svg, "polyline", {class: `curve ahead ${kind}`, points: this.path(points)});
    return {
      points, done: draw(this.svg, "polyline", {class: `curve ${kind}`}),
      end: draw(this.svg, "circle", {class: kind, r: 3.5}),
    };
  }

  // point lets the chart be clicked and dragged over.
  point(seek) {
    const at = e => {
      const box = this.svg.getBoundingClientRect();
      const step = Math.round((e.clientX - box.left) / box.width * this.steps);
      seek(Math.min(this.steps, Math.max(1, step)));
    };
    this.svg.addEventListener("pointerdown", at);
    this.svg.addEventListener("pointermove", e => e.buttons && at(e));
  }

  x(step) { return step / this.steps * chartBox.width; }
  y(value) { return chartBox.height * (1 - (value - this.low) / (this.high - this.low || 1)); }
  path(points) { return points.map(([x, y]) => `${this.x(x).toFixed(1)},${this.y(y).toFixed(1)}`).join(" "); }

  // show draws what there is up to a time, in steps.
  show(time) {
    this.now.setAttribute("x1", this.x(time));
    this.now.setAttribute("x2", this.x(time));
    for (const {points, done, end} of this.lines) {
      const past = points.filter(([x]) => x <= time + 1e-9);
      done.setAttribute("points", this.path(past));
      end.style.display = past.length ? "" : "none";
      if (!past.length) continue;
      const [x, y] = past[past.length - 1];
      end.setAttribute("cx", this.x(x));
      end.setAttribute("cy", this.y(y));
    }
  }
}
