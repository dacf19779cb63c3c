package simd

// generic is the level that every machine has, in portable Go.
var generic = kernels{
	level: Generic,
	floats: floatKernels{
		rowKernels: rowKernels[float32]{
			add:                 addGeneric,
			siluMul:             siluMulGeneric,
			siluMulBackward:     siluMulBackwardGeneric,
			addRMSNormRows:      addRMSNormRowsGeneric,
			rmsNormBackwardRows: rmsNormBackwardRowsGeneric,
			addRMSNormCols:      addRMSNormColsGeneric,
			rmsNormBackwardCols: rmsNormBackwardColsGeneric,
			softmaxRows:         softmaxRowsGeneric,
			softmaxBackwardRows: softmaxBackwardRowsGeneric,
			rope:                ropeGeneric,
			sumRows:             sumRowsGeneric,
		},
		scale:      scaleGeneric,
		lerp:       lerpGeneric,
		dot:        dotGeneric,
		sumSquares: sumSquaresGeneric,
		adamATan2:  adamATan2Generic,
		adamW:      adamWGeneric,
	},
	bf16: bf16Kernels{
		rowKernels: rowKernels[BF16]{
			add:                 addBF16Generic,
			siluMul:             siluMulBF16Generic,
			siluMulBackward:     siluMulBackwardBF16Generic,
			addRMSNormRows:      addRMSNormRowsBF16Generic,
			rmsNormBackwardRows: rmsNormBackwardRowsBF16Generic,
			addRMSNormCols:      addRMSNormColsBF16Generic,
			rmsNormBackwardCols: rmsNormBackwardColsBF16Generic,
			softmaxRows:         softmaxRowsBF16Generic,
			softmaxBackwardRows: softmaxBackwardRowsBF16Generic,
			rope:                ropeBF16Generic,
			sumRows:             sumRowsBF16Generic,
		},
		widen: widenGeneric,
		round: roundGeneric,
	},
	packing: packing{runs: packRunsGeneric, transpose8: transposeNone},
	tile: tile{
		mr: genericRows, nr: genericCols, wholeRows: true,
		kernel:  microkernelGeneric,
		siluMul: siluMulByRows(siluMulGeneric, genericCols),
		ceiling: ceiling{run: ceilingGeneric, ops: 2 * ceilingChains},
	},
}
