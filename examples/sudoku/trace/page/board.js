// The board: what the model's heads read of each cell.

const digitOf = token => Math.max(token - 1, 0); // 0 is a blank
const percent = p => `${Math.round(100 * p)}\u00a0%`;

class Board {
  // explain is given a text on the cell that is pointed at.
  constructor(table, puzzle, explain) {
    this.givens = puzzle.map(digitOf);
    this.cells = [];
    const body = table.createTBody();
    for (let row = 0; row < 9; row++) {
      const tr = body.insertRow();
      for (let col = 0; col < 9; col++) this.cells.push(newCell(tr.insertCell()));
    }
    for (const event of ["pointerover", "click"]) {
      table.addEventListener(event, e => {
        const c = this.cells.findIndex(cell => cell.td.contains(e.target));
        if (c >= 0) explain(this.describe(c));
      });
    }
  }

  show(readOut) {
    this.readOut = readOut;
    this.cells.forEach((cell, c) => this.draw(cell, c));
  }

  draw(cell, c) {
    const best = digitOf(this.readOut.tokens[c]);
    const given = this.givens[c] > 0 && best === this.givens[c];
    const changed = this.readOut.changed.includes(c);
    cell.td.className = given ? "given" : changed ? "changed" : "";
    cell.td.style.setProperty("--doubted", given ? 0 : 1 - this.readOut.confidence[c]);
    cell.text.textContent = this.say(c, best, given, changed);
    const candidates = given ? {[best]: 1} : this.readOut.candidates[c];
    place(cell.digits, candidates, best, !given, this.readOut.confidence[c]);
  }

  say(c, best, given, changed) {
    if (given) return `${best}, given`;
    const others = Object.keys(this.readOut.candidates[c]).filter(d => Number(d) !== best);
    const text = `${best || "blank"}, ${percent(this.readOut.confidence[c])}${changed ? ", changed" : ""}`;
    return others.length ? `${text}, or ${others.join(", ")}` : text;
  }

  // describe tells all candidates of a cell, the likeliest first.
  describe(c) {
    const where = `Row ${Math.floor(c / 9) + 1}, column ${c % 9 + 1}: `;
    const list = Object.entries(this.readOut.candidates[c]).sort((a, b) => b[1] - a[1]);
    return where + (list.map(([d, p]) => `${d} at ${percent(p)}`).join(", ") || "blank");
  }
}

function newCell(td) {
  const text = td.appendChild(document.createElement("span"));
  text.className = "say";
  const digits = [];
  for (let d = 1; d <= 9; d++) {
    const i = td.appendChild(document.createElement("i"));
    i.textContent = d;
    i.ariaHidden = "true";
    digits[d] = i;
  }
  return {td, text, digits};
}

// place moves the digits of a cell to where they belong: one that is more likely
// than not to the middle, under the others, or else each to its ninth.
function place(digits, candidates, best, coloured, confidence) {
  const large = confidence > 0.5 && best > 0;
  const others = Object.keys(candidates).map(Number).filter(d => d !== best);
  for (let d = 1; d <= 9; d++) {
    let [x, y, size] = [0.29 * ((d + 2) % 3 - 1), 0.29 * (Math.floor((d - 1) / 3) - 1), 0.34];
    if (large && d === best) [x, y, size] = others.length ? [0, 0.08, 0.84] : [0, 0, 1];
    else if (large && d in candidates) [x, y] = [0.14 * (others.indexOf(d) - (others.length - 1) / 2), -0.33];
    const opacity = d === best ? 1 : d in candidates ? 0.3 + 0.7 * candidates[d] : 0;
    for (const [name, value] of Object.entries({x, y, size, opacity})) digits[d].style.setProperty(`--${name}`, value);
    digits[d].classList.toggle("best", coloured && d === best);
    digits[d].classList.toggle("small", !large);
  }
}
