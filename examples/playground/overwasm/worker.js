// Runs the engine, compiled to WebAssembly. A message of the page is the number
// of a task with its request, or without one to stop it.
importScripts('wasm_exec.js')

const ready = (async () => {
  const packed = await fetch('playground.wasm.gz')
  if (!packed.ok) throw new Error(`playground.wasm.gz: ${packed.status}`)
  const code = packed.body.pipeThrough(new DecompressionStream('gzip'))
  const response = new Response(code, { headers: { 'Content-Type': 'application/wasm' } })
  const go = new Go()
  const { instance } = await WebAssembly.instantiateStreaming(response, go.importObject)
  go.run(instance) // until it waits for messages
})()

onmessage = async ({ data: { task, request } }) => {
  try {
    await ready
    if (request) start(task, JSON.stringify(request))
    else stop(task)
  } catch (e) {
    postMessage([task, 'error', JSON.stringify({ message: String(e) })])
  }
}
