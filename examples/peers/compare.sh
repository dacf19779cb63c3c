#!/bin/sh
# Prints a table of puzzle-steps/s: this module, PyTorch and ONNX Runtime, TRM
# with token mixing at its published Sudoku size. What is not installed is left
# out, with a note. See README.md.
#
#   PYTHON      Python with PyTorch, python3 by default
#   REREAD_ORT  folder in which onnxruntime-node is installed
set -eu

threads=${THREADS:-2}
repeat=${REPEAT:-3}
python=${PYTHON:-python3}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
lines=$work/lines # name arch mode dtype batch=N rate

ours() {
	GOMAXPROCS=$threads go test -run XXX -bench "TRM/mlp/$1" -benchtime "${repeat}x" . |
		awk '/^BenchmarkTRM/ {
			split($1, part, "/")
			sub(/-[0-9]+$/, "", part[5])
			for (i = 2; i <= NF; i++) if ($i == "puzzle-steps/s") rate = $(i - 1)
			print "reread", part[2], part[3], part[4], part[5], rate
		}' >>"$lines"
}

pytorch() {
	if ! "$python" -c 'import torch' 2>/dev/null; then
		echo "missing: PyTorch for $python" >&2
		return
	fi
	if ! "$python" -c 'import sys, torch; sys.exit("BLAS_INFO=generic" in torch.__config__.show())'; then
		echo "note: this PyTorch multiplies float32 by the libblas of the system; is it a fast one?" >&2
	fi
	for batch in 1 32; do
		for dtype in fp32 bf16; do
			"$python" "$here/torch_trm.py" --dtype "$dtype" --batch "$batch" --threads "$threads" --repeat "$repeat" >>"$lines"
		done
	done
	for batch in 32 96; do
		for dtype in fp32 bf16; do
			"$python" "$here/torch_trm.py" --mode train --dtype "$dtype" --batch "$batch" --threads "$threads" --repeat "$repeat" >>"$lines"
		done
	done
}

onnxruntime() {
	if ! (cd "${REREAD_ORT:-.}" && node -e 'require("onnxruntime-node")') 2>/dev/null; then
		echo "missing: Node.js with onnxruntime-node in REREAD_ORT (${REREAD_ORT:-not set})" >&2
		return
	fi
	go run ./examples/peers -model mlp -o "$work/mlp.onnx"
	for batch in 1 32; do
		node "$here/ort_step.mjs" "$work/mlp.onnx" --batch "$batch" --threads "$threads" --repeat "$repeat" >>"$lines"
	done
}

cd "$root"
ours 'forward/(fp32|bf16|int8)/batch=(1|32)$'
ours 'train/(fp32|bf16)/batch=(32|96)$'
pytorch
onnxruntime
awk '{ printf "%-22s %-10s %-8s %-5s %-9s %14.2f\n", $1, $2, $3, $4, $5, $6 }
	BEGIN { printf "%-22s %-10s %-8s %-5s %-9s %14s\n", "engine", "model", "mode", "type", "batch", "puzzle-steps/s" }' "$lines"
