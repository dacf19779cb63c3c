// The engine, on the server that served the page.

// place says where that is.
export const place = 'The model runs on the server that sent this page.'

// run does the task of a request and tells its events to listener, by name and
// data. The last is "end" or "error". It returns a function that stops the task,
// after which nothing comes.
export function run(request, listener) {
  const stop = new AbortController()
  const tell = (name, data) => stop.signal.aborted || listener(name, data)
  receive(request, tell, stop.signal).catch(e => tell('error', { message: e.message }))
  return () => stop.abort()
}

async function receive(request, tell, signal) {
  const response = await fetch('do', { method: 'POST', body: JSON.stringify(request), signal })
  if (!response.ok) throw new Error((await response.text()).trim())
  let last
  for await (const [name, data] of events(response.body)) tell(last = name, data)
  if (last !== 'end' && last !== 'error') throw new Error('the server has gone')
}

// events reads server-sent events: for each a line with its name, one with its
// data and an empty one.
async function* events(stream) {
  let text = ''
  for await (const part of parts(stream.pipeThrough(new TextDecoderStream()))) {
    const whole = (text + part).split('\n\n')
    text = whole.pop()
    for (const event of whole) {
      const [, name, data] = event.match(/^event: (.*)\ndata: (.*)$/)
      yield [name, JSON.parse(data)]
    }
  }
}

// parts iterates over a stream, which not every browser can do by itself.
async function* parts(stream) {
  const reader = stream.getReader()
  for (let part; !(part = await reader.read()).done;) yield part.value
}
