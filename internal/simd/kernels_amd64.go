//go:build !purego

package simd

import "golang.org/x/sys/cpu"

// implemented are the levels of this architecture in ascending order.
var implemented = []*kernels{&generic, &avx2, &avx512, &avx512VNNI, &avx512BF16, &amx}

var avx2 = kernels{
	level: AVX2,
	features: []feature{
		{"AVX", cpu.X86.HasAVX},
		{"AVX2", cpu.X86.HasAVX2},
		{"FMA", cpu.X86.HasFMA},
	},
	floats: floatKernels{
		rowKernels: rowKernels[float32]{
			add:                 addAVX2,
			siluMul:             siluMulAVX2,
			siluMulBackward:     siluMulBackwardAVX2,
			addRMSNormRows:      addRMSNormRowsAVX2,
			rmsNormBackwardRows: rmsNormBackwardRowsAVX2,
			addRMSNormCols:      addRMSNormColsAVX2,
			rmsNormBackwardCols: rmsNormBackwardColsAVX2,
			softmaxRows:         softmaxRowsAVX2,
			softmaxBackwardRows: softmaxBackwardRowsAVX2,
			rope:                ropeAVX2,
			sumRows:             sumRowsAVX2,
		},
		scale:      scaleAVX2,
		lerp:       lerpAVX2,
		dot:        dotAVX2,
		sumSquares: sumSquaresAVX2,
		adamATan2:  adamATan2AVX2,
		adamW:      adamWAVX2,
	},
	bf16:    avx2Halves,
	packing: packingAVX2,
	tile: tile{
		mr: avx2Rows, nr: avx2Cols, inPlace: 24,
		kernel:  microkernelAVX2,
		siluMul: siluMulPanelAVX2,
		ceiling: ceiling{run: ceilingAVX2, ops: 2 * ceilingChains * 8},
	},
}

var avx512 = kernels{
	level: AVX512,
	features: []feature{
		{"AVX512F", cpu.X86.HasAVX512F},
		{"AVX512BW", cpu.X86.HasAVX512BW},
		{"AVX512DQ", cpu.X86.HasAVX512DQ},
		{"AVX512VL", cpu.X86.HasAVX512VL},
		{"BMI2", cpu.X86.HasBMI2},
	},
	floats:  avx512Floats,
	bf16:    avx2Halves,
	packing: packingAVX2,
	tile:    avx512Tile,
}

// avx512VNNI is avx512 with products of 8-bit integers.
var avx512VNNI = kernels{
	level:    AVX512VNNI,
	features: []feature{{"AVX512VNNI", cpu.X86.HasAVX512VNNI}},
	floats:   avx512Floats,
	bf16:     avx2Halves,
	packing:  packingAVX2,
	tile:     avx512Tile,
	quads:    &vnniTile,
}

// avx512BF16 is avx512VNNI with kernels on bfloat16 numbers.
var avx512BF16 = kernels{
	level:    AVX512BF16,
	features: []feature{{"AVX512BF16", cpu.X86.HasAVX512BF16}},
	floats:   avx512Floats,
	bf16:     avx512Halves,
	packing:  packingAVX2,
	tile:     avx512Tile,
	pairs:    &bf16Tile,
	quads:    &vnniTile,
}

// amx is avx512BF16 with products on the tiles of AMX, but for short sums of
// bfloat16 numbers.
var amx = kernels{
	level: AMX,
	features: []feature{
		{"AMXTILE", cpu.X86.HasAMXTile && tilesPermitted()},
		{"AMXBF16", cpu.X86.HasAMXBF16},
		{"AMXINT8", cpu.X86.HasAMXInt8},
	},
	floats:  avx512Floats,
	bf16:    avx512Halves,
	packing: packingAVX2,
	tile:    avx512Tile,
	pairs:   &amxTile,
	shallow: &bf16Tile,
	quads:   &amxQuadTile,
}

var avx2Halves = bf16Kernels{
	rowKernels: rowKernels[BF16]{
		add:                 addBF16AVX2,
		siluMul:             siluMulBF16AVX2,
		siluMulBackward:     siluMulBackwardBF16AVX2,
		addRMSNormRows:      addRMSNormRowsBF16AVX2,
		rmsNormBackwardRows: rmsNormBackwardRowsBF16AVX2,
		addRMSNormCols:      addRMSNormColsBF16AVX2,
		rmsNormBackwardCols: rmsNormBackwardColsBF16AVX2,
		softmaxRows:         softmaxRowsBF16AVX2,
		softmaxBackwardRows: softmaxBackwardRowsBF16AVX2,
		rope:                ropeBF16AVX2,
		sumRows:             sumRowsBF16AVX2,
	},
	widen: widenBF16AVX2,
	round: roundBF16AVX2,
}

var avx512Halves = bf16Kernels{
	rowKernels: rowKernels[BF16]{
		add:                 addAVX512BF16,
		siluMul:             siluMulAVX512BF16,
		siluMulBackward:     siluMulBackwardAVX512BF16,
		addRMSNormRows:      addRMSNormRowsAVX512BF16,
		rmsNormBackwardRows: rmsNormBackwardRowsAVX512BF16,
		addRMSNormCols:      addRMSNormColsAVX512BF16,
		rmsNormBackwardCols: rmsNormBackwardColsAVX512BF16,
		softmaxRows:         softmaxRowsAVX512BF16,
		softmaxBackwardRows: softmaxBackwardRowsAVX512BF16,
		rope:                ropeAVX512BF16,
		sumRows:             sumRowsAVX512BF16,
	},
	widen: widenAVX512BF16,
	round: roundAVX512BF16,
}

var avx512Floats = floatKernels{
	rowKernels: rowKernels[float32]{
		add:                 addAVX512,
		siluMul:             siluMulAVX512,
		siluMulBackward:     siluMulBackwardAVX512,
		addRMSNormRows:      addRMSNormRowsAVX512,
		rmsNormBackwardRows: rmsNormBackwardRowsAVX512,
		addRMSNormCols:      addRMSNormColsAVX512,
		rmsNormBackwardCols: rmsNormBackwardColsAVX512,
		softmaxRows:         softmaxRowsAVX512,
		softmaxBackwardRows: softmaxBackwardRowsAVX512,
		rope:                ropeAVX512,
		sumRows:             sumRowsAVX512,
	},
	scale:      scaleAVX512,
	lerp:       lerpAVX512,
	dot:        dotAVX512,
	sumSquares: sumSquaresAVX512,
	adamATan2:  adamATan2AVX512,
	adamW:      adamWAVX512,
}

var packingAVX2 = packing{runs: packRunsAVX2, transpose8: transposeAVX2}

// The tiles are those of _asm/gemm/isa.go. Products of pairs and quads take
// longer: 12 chains of them reach 92 % of what 24 do.

var avx512Tile = tile{
	mr: avx512Rows, nr: avx512Cols, inPlace: 224, leftInPlace: true,
	kernel:  microkernelAVX512,
	siluMul: siluMulPanelAVX512,
	ceiling: ceiling{run: ceilingAVX512, ops: 2 * ceilingChains * 16},
}

var bf16Tile = pairTile{
	mr: avx512Rows, nr: avx512Cols, unit: 2, blockRows: blockM / avx512Rows * avx512Rows,
	kernel:     microkernelAVX512BF16,
	interleave: interleavePairsAVX512,
	siluMul:    siluMulPanelAVX512BF16,
	ceiling:    ceiling{run: ceilingAVX512BF16, ops: 4 * 2 * ceilingChains * 16},
}

var amxTile = pairTile{
	mr: amxRows, nr: amxCols, unit: 32, wholeRows: true, blockRows: 2 * amxRows,
	kernel:     microkernelAMX,
	interleave: interleavePairsAVX512,
	siluMul:    siluMulPanelAVX512BF16,
	ceiling:    ceiling{run: ceilingAMX, ops: 4 * 2 * 16 * 16 * 32},
}

var vnniTile = quadTile{
	mr: avx512Rows, nr: avx512Cols, unit: 4, offset: 128, blockRows: 512 / avx512Rows * avx512Rows,
	kernel:        microkernelAVX512VNNI,
	quantizeRows:  quantizeWholeRowsAVX512,
	quantizePanel: quantizeColumnsAVX512,
	ceiling:       ceiling{run: ceilingAVX512VNNI, ops: 8 * 2 * ceilingChains * 16},
}

var amxQuadTile = quadTile{
	mr: amxRows, nr: amxCols, unit: 64, blockRows: 4 * amxRows,
	kernel:        microkernelAMXInt8,
	quantizeRows:  quantizeWholeRowsAVX512,
	quantizePanel: quantizeColumnsAVX512,
	ceiling:       ceiling{run: ceilingAMXInt8, ops: 4 * 2 * 16 * 16 * 64},
}
