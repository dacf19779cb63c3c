// The engine, in a worker of the browser.

// place says where that is.
export const place = 'The model runs in this page; nothing you enter leaves it.'

const worker = new Worker('worker.js')
const listeners = new Map() // by number of the task
let tasks = 0

worker.onmessage = ({ data: [task, name, text] }) => tell(task, name, JSON.parse(text))

worker.onerror = ({ message }) => {
  for (const task of listeners.keys()) tell(task, 'error', { message })
}

function tell(task, name, data) {
  const listener = listeners.get(task)
  if (name === 'end' || name === 'error') listeners.delete(task)
  listener?.(name, data)
}

// run does the task of a request and tells its events to listener, by name and
// data. The last is "end" or "error". It returns a function that stops the task,
// after which nothing comes.
export function run(request, listener) {
  const task = ++tasks
  listeners.set(task, listener)
  worker.postMessage({ task, request })
  return () => {
    if (listeners.delete(task)) worker.postMessage({ task })
  }
}
