// The player: which moment is shown, and how to get to another.

const trace = JSON.parse(document.getElementById("trace").textContent);
const byId = id => document.getElementById(id);
const signed = v => (v < 0 ? "−" : "+") + Math.abs(v).toFixed(2);
const playPause = 900; // milliseconds

// Moments are the updates of all steps; the last of a step is its end.
const moments = trace.steps.flatMap((step, s) => step.updates.map((update, u) => (
  {s, u, step, update, end: u === step.updates.length - 1, time: s + (u + 1) / step.updates.length})));
const endOf = step => moments.findIndex(m => m.s === step - 1 && m.end); // of a step from 1

const board = new Board(byId("board"), trace.puzzle, text => { byId("cell").textContent = text; });
const count = trace.steps.length;
const margins = new Chart(byId("margins"),
  `Margin over ${count} steps, from ${signed(trace.steps[0].margin)} to ${signed(trace.steps[count - 1].margin)}`,
  count, [trace.steps.map(s => [s.step, s.margin])], seekStep);
const moves = new Chart(byId("moves"), `Change of ${trace.states.join(" and ")} in each update over ${count} steps`,
  count, trace.states.map(z => moments.filter(m => m.update.state === z).map(m => [m.time, m.update.change])), seekStep);

let now = -1;
let timer = 0;

function show(index) {
  now = Math.min(moments.length - 1, Math.max(0, index));
  const m = moments[now];
  const readOut = m.end ? m.step : m.update;
  board.show(readOut);
  byId("slider").value = m.step.step;
  byId("slider").ariaValueText = `step ${m.step.step} of ${count}`;
  byId("step").textContent = `${m.step.step} of ${count}`;
  byId("status").textContent = sentence(m, readOut);
  byId("margin").textContent = signed(readOut.margin);
  byId("changes").replaceChildren(...trace.states.map(z => changeOf(z, m)));
  margins.show(m.time);
  moves.show(m.time);
  showUpdates(m);
  history.replaceState(null, "", m.end ? `#${m.step.step}` : `#${m.step.step}.${m.u + 1}`);
}

// changeOf tells the change of a state in a step, or in an update within it.
function changeOf(state, m) {
  const change = m.end ? m.step.changes[state] : m.update.state === state ? m.update.change : 0;
  const text = document.createElement("span");
  text.textContent = `${state} ${change.toFixed(2)}`;
  return text;
}

function sentence(m, readOut) {
  const n = readOut.changed.length;
  const cells = n === 1 ? "1 cell" : n === 0 ? "no cell" : `${n} cells`;
  const sure = readOut.confidence.reduce((a, b) => a + b, 0) / 81;
  const line = m.step.line > 1 ? `, on line of thought ${m.step.line},` : "";
  const what = (m.end ? `Step ${m.step.step}` : `Update ${m.u + 1} of step ${m.step.step}`) + line;
  const verdict = m.end && m.step.accepted ? "The answer keeps all the rules."
    : readOut.margin > 0 ? "The model calls its answer right." : "The model calls its answer wrong.";
  return `${what} changes ${cells}. Confidence ${percent(sure)}. ${verdict}`;
}

// showUpdates offers the updates of a step.
function showUpdates(m) {
  const first = now - m.u;
  byId("updates").replaceChildren(...m.step.updates.map((update, u) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = update.state;
    button.ariaPressed = String(u === m.u);
    button.ariaLabel = `${update.state}, update ${u + 1} of ${m.step.updates.length}`;
    button.addEventListener("click", () => { pause(); show(first + u); byId("updates").children[u].focus(); });
    return button;
  }));
}

function seekStep(step) {
  pause();
  show(endOf(step));
}

// next goes to the end of the next step, from within one to its own.
function next() {
  const {end, step} = moments[now];
  show(endOf(Math.min(count, end ? step.step + 1 : step.step)));
}

function back() { show(endOf(Math.max(1, moments[now].step.step - 1))); }

function play() {
  if (now === moments.length - 1) show(endOf(1));
  byId("play").classList.add("playing");
  byId("play").ariaLabel = "Pause";
  byId("status").ariaLive = "off"; // nobody wants all of them read out
  timer = setInterval(() => {
    next();
    if (now === moments.length - 1) pause();
  }, playPause);
}

function pause() {
  clearInterval(timer);
  timer = 0;
  byId("play").classList.remove("playing");
  byId("play").ariaLabel = "Play";
  byId("status").ariaLive = "polite";
}

const toggle = () => timer ? pause() : play();
const keys = {
  ArrowRight: next, ArrowLeft: back, ".": () => show(now + 1), ",": () => show(now - 1),
  Home: () => show(endOf(1)), End: () => show(moments.length - 1),
};

byId("play").addEventListener("click", toggle);
byId("slider").addEventListener("input", e => seekStep(Number(e.target.value)));
addEventListener("keydown", e => {
  if (e.altKey || e.ctrlKey || e.metaKey) return;
  if (e.key === " " && e.target.tagName !== "BUTTON") {
    toggle();
  } else if (keys[e.key]) {
    pause();
    keys[e.key]();
  } else {
    return;
  }
  e.preventDefault();
});
addEventListener("hashchange", fromAddress);

// fromAddress shows what the address says: #STEP or #STEP.UPDATE.
function fromAddress() {
  const [step, update] = location.hash.slice(1).split(".").map(Number);
  const end = endOf(step);
  const within = moments.findIndex(m => m.s === step - 1 && m.u === update - 1);
  show(within >= 0 ? within : Math.max(end, endOf(1)));
}

fromAddress();
