// Times one supervision step of an exported model under ONNX Runtime, or checks
// its results. The package onnxruntime-node is looked for in the folder that
// the environment variable REREAD_ORT names, or else in the current one.
//
//   node ort_step.mjs MODEL.onnx [--batch N] [--threads N] [--repeat N]
//   node ort_step.mjs MODEL.onnx --check FILE.safetensors

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const tolerance = 1e-4;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    batch: { type: 'string', default: '32' },
    threads: { type: 'string', default: '2' },
    repeat: { type: 'string', default: '3' },
    check: { type: 'string' },
  },
});
const require = createRequire(resolve(process.env.REREAD_ORT ?? '.', 'package.json'));
const ort = require('onnxruntime-node');
const { version } = require('onnxruntime-node/package.json');

// Zeros for an input of a graph.
function zeros({ type, shape }, batch) {
  const dims = shape.map((d) => (typeof d === 'string' ? batch : d));
  const count = dims.reduce((a, b) => a * b, 1);
  const data = { int64: BigInt64Array, bool: Uint8Array, float32: Float32Array }[type];
  return new ort.Tensor(type, new data(count), dims);
}

// Inputs of a first step: the state is zeros, reset is true.
function start(session, batch) {
  const feeds = Object.fromEntries(session.inputMetadata.map((input) => [input.name, zeros(input, batch)]));
  feeds.reset.data.fill(1);
  return feeds;
}

// Makes the inputs of the next step from the outputs of a step.
function advance(feeds, outputs) {
  feeds.reset.data.fill(0);
  for (const name of ['z_H', 'z_L']) {
    if (name in feeds) feeds[name] = outputs[`${name}_out`];
  }
}

// The tensors of a safetensors file: length of the header, header, data.
function readSafetensors(path) {
  const file = readFileSync(path);
  const base = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, base));
  const types = { F32: ['float32', Float32Array], I64: ['int64', BigInt64Array] };
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets: [begin, end] }] of Object.entries(header)) {
    const [type, array] = types[dtype];
    const bytes = new Uint8Array(file.subarray(base + begin, base + end)); // a copy, aligned
    tensors[name] = new ort.Tensor(type, new array(bytes.buffer), shape);
  }
  return tensors;
}

// What the read-out of values gives tokens that are none.
const noValue = -1e4;

// The largest difference, in parts of the largest expected number, noValue
// aside.
function difference(got, want) {
  let worst = 0;
  let top = 0;
  for (let i = 0; i < want.length; i++) {
    const d = Math.abs(got[i] - want[i]);
    worst = Number.isNaN(d) ? Infinity : Math.max(worst, d);
    if (want[i] !== noValue) top = Math.max(top, Math.abs(want[i]));
  }
  return worst / top;
}

// Each step gets the state that the file has, not the one computed here: a
// network of random weights may magnify the rounding of one step many times in
// the next.
async function check(session, path) {
  const tensors = readSafetensors(path);
  const feeds = start(session, tensors.inputs.dims[0]);
  for (const name of ['inputs', 'puzzle_identifiers']) {
    if (name in feeds) feeds[name] = tensors[name];
  }
  let good = true;
  for (let step = 1; `step${step}.logits` in tensors; step++) {
    const expected = Object.fromEntries(session.outputNames.map((name) => [name, tensors[`step${step}.${name}`]]));
    const outputs = await session.run(feeds);
    for (const [name, want] of Object.entries(expected)) {
      const error = difference(outputs[name].data, want.data);
      good &&= error <= tolerance;
      console.log(`step ${step} ${name} error ${error.toExponential(1)}`);
    }
    advance(feeds, expected);
  }
  console.log(good ? 'agrees' : `differs by more than ${tolerance}`);
  return good;
}

async function time(session, model, batch, repeat) {
  const feeds = start(session, batch);
  feeds.inputs.data.forEach((_, i, data) => { data[i] = BigInt(1 + ((i * 7) % 10)); });
  advance(feeds, await session.run(feeds)); // warms up
  const begin = performance.now();
  for (let i = 0; i < repeat; i++) advance(feeds, await session.run(feeds));
  const seconds = (performance.now() - begin) / 1000;
  const rate = ((batch * repeat) / seconds).toFixed(2);
  console.log(`onnxruntime-${version} ${model} forward fp32 batch=${batch} ${rate} puzzle-steps/s`);
}

const [path] = positionals;
if (!path) {
  console.error('usage: node ort_step.mjs MODEL.onnx [--batch N] [--threads N] [--repeat N] [--check FILE]');
  process.exit(2);
}
const session = await ort.InferenceSession.create(path, { intraOpNumThreads: Number(flags.threads) });
if (flags.check) {
  process.exitCode = (await check(session, flags.check)) ? 0 : 1;
} else {
  await time(session, basename(path, '.onnx'), Number(flags.batch), Number(flags.repeat));
}
