//go:build !purego

package simd

// implemented are the levels of this architecture in ascending order.
var implemented = []*kernels{&generic, &neon}

// neon needs no features: Advanced SIMD is part of every arm64 CPU that Go
// supports.
var neon = kernels{
	level: NEON,
	floats: floatKernels{
		rowKernels: rowKernels[float32]{
			add:                 addNEON,
			siluMul:             siluMulNEON,
			siluMulBackward:     siluMulBackwardNEON,
			addRMSNormRows:      addRMSNormRowsNEON,
			rmsNormBackwardRows: rmsNormBackwardRowsNEON,
			addRMSNormCols:      addRMSNormColsNEON,
			rmsNormBackwardCols: rmsNormBackwardColsNEON,
			softmaxRows:         softmaxRowsNEON,
			softmaxBackwardRows: softmaxBackwardRowsNEON,
			rope:                ropeNEON,
			sumRows:             sumRowsNEON,
		},
		scale:      scaleNEON,
		lerp:       lerpNEON,
		dot:        dotNEON,
		sumSquares: sumSquaresNEON,
		adamATan2:  adamATan2NEON,
		adamW:      adamWNEON,
	},
	bf16: bf16Kernels{
		rowKernels: rowKernels[BF16]{
			add:                 addBF16NEON,
			siluMul:             siluMulBF16NEON,
			siluMulBackward:     siluMulBackwardBF16NEON,
			addRMSNormRows:      addRMSNormRowsBF16NEON,
			rmsNormBackwardRows: rmsNormBackwardRowsBF16NEON,
			addRMSNormCols:      addRMSNormColsBF16NEON,
			rmsNormBackwardCols: rmsNormBackwardColsBF16NEON,
			softmaxRows:         softmaxRowsBF16NEON,
			softmaxBackwardRows: softmaxBackwardRowsBF16NEON,
			rope:                ropeBF16NEON,
			sumRows:             sumRowsBF16NEON,
		},
		widen: widenBF16NEON,
		round: roundBF16NEON,
	},
	packing: packing{runs: packRunsGeneric, transpose8: transposeNone},
	tile: tile{
		mr: neonRows, nr: neonCols, inPlace: 4 * neonRows,
		kernel:  microkernelNEON,
		siluMul: siluMulByRows(siluMulNEON, neonCols),
		ceiling: ceiling{run: ceilingNEON, ops: 2 * ceilingChains * 4},
	},
}
