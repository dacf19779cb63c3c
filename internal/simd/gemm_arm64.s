//go:build !purego

#include "textflag.h"

// The sums of row i are V(3i), V(3i+1), V(3i+2); V24-V26 hold twelve numbers
// of the right operand, V27-V30 in turn a broadcast number of the left one.
// R0-R7 point into the rows of the left operand. 8·3 + 3 + 4 = 31 of 32.

#define CLEAR(X, Y, Z) \
	VEOR X.B16, X.B16, X.B16; \
	VEOR Y.B16, Y.B16, Y.B16; \
	VEOR Z.B16, Z.B16, Z.B16

#define MULADD(A, T, X, Y, Z) \
	VLD1R.P (A)(R9), [T.S4]; \
	VFMLA   V24.S4, T.S4, X.S4; \
	VFMLA   V25.S4, T.S4, Y.S4; \
	VFMLA   V26.S4, T.S4, Z.S4

// NEXTROW points Q to the row after P's, or to P's where the tile has no more
// rows: a row computed twice is not stored.
#define NEXTROW(I, P, Q) \
	CMP  $I, R10; \
	CSEL GT, R11, ZR, R12; \
	ADD  P, R12, Q

// ADDC adds a row of c, R7 apart, to the sums. The assembler has no vector
// addition, so it multiplies by the ones in V31.
#define ADDC(X, Y, Z) \
	VLD1.P (R0)(R7), [V24.S4, V25.S4, V26.S4]; \
	VFMLA  V24.S4, V31.S4, X.S4; \
	VFMLA  V25.S4, V31.S4, Y.S4; \
	VFMLA  V26.S4, V31.S4, Z.S4; \
	SUBS   $1, R12; \
	BEQ    store

#define STORE(X, Y, Z) \
	VST1.P [X.S4, Y.S4, Z.S4], (R6)(R7); \
	SUBS   $1, R10; \
	BEQ    done

// func tileNEON(rows, k int, a *float32, ars, acs int, b *float32, bs int, c *float32, ldc int, add bool)
TEXT ·tileNEON(SB), NOSPLIT, $0-73
	MOVD rows+0(FP), R10
	MOVD k+8(FP), R8
	MOVD a+16(FP), R0
	MOVD ars+24(FP), R11
	MOVD acs+32(FP), R9
	MOVD b+40(FP), R13
	MOVD bs+48(FP), R14
	LSL  $2, R11
	LSL  $2, R9
	LSL  $2, R14

	NEXTROW(1, R0, R1)
	NEXTROW(2, R1, R2)
	NEXTROW(3, R2, R3)
	NEXTROW(4, R3, R4)
	NEXTROW(5, R4, R5)
	NEXTROW(6, R5, R6)
	NEXTROW(7, R6, R7)

	CLEAR(V0, V1, V2)
	CLEAR(V3, V4, V5)
	CLEAR(V6, V7, V8)
	CLEAR(V9, V10, V11)
	CLEAR(V12, V13, V14)
	CLEAR(V15, V16, V17)
	CLEAR(V18, V19, V20)
	CLEAR(V21, V22, V23)

loop:
	VLD1.P (R13)(R14), [V24.S4, V25.S4, V26.S4]
	MULADD(R0, V27, V0, V1, V2)
	MULADD(R1, V28, V3, V4, V5)
	MULADD(R2, V29, V6, V7, V8)
	MULADD(R3, V30, V9, V10, V11)
	MULADD(R4, V27, V12, V13, V14)
	MULADD(R5, V28, V15, V16, V17)
	MULADD(R6, V29, V18, V19, V20)
	MULADD(R7, V30, V21, V22, V23)
	SUBS $1, R8
	BNE  loop

	MOVD  c+56(FP), R6
	MOVD  ldc+64(FP), R7
	LSL   $2, R7
	MOVBU add+72(FP), R8
	CBZ   R8, store
	MOVD  R6, R0
	MOVD  R10, R12
	FMOVS $1.0, F31
	VDUP  V31.S[0], V31.S4
	ADDC(V0, V1, V2)
	ADDC(V3, V4, V5)
	ADDC(V6, V7, V8)
	ADDC(V9, V10, V11)
	ADDC(V12, V13, V14)
	ADDC(V15, V16, V17)
	ADDC(V18, V19, V20)
	ADDC(V21, V22, V23)

store:
	STORE(V0, V1, V2)
	STORE(V3, V4, V5)
	STORE(V6, V7, V8)
	STORE(V9, V10, V11)
	STORE(V12, V13, V14)
	STORE(V15, V16, V17)
	STORE(V18, V19, V20)
	STORE(V21, V22, V23)

done:
	RET

// func ceilingNEON(n int)
TEXT ·ceilingNEON(SB), NOSPLIT, $0-8
	MOVD n+0(FP), R0
	CLEAR(V0, V1, V2)
	CLEAR(V3, V4, V5)
	CLEAR(V6, V7, V8)
	CLEAR(V9, V10, V11)
	VEOR V12.B16, V12.B16, V12.B16

chains:
	VFMLA V12.S4, V12.S4, V0.S4
	VFMLA V12.S4, V12.S4, V1.S4
	VFMLA V12.S4, V12.S4, V2.S4
	VFMLA V12.S4, V12.S4, V3.S4
	VFMLA V12.S4, V12.S4, V4.S4
	VFMLA V12.S4, V12.S4, V5.S4
	VFMLA V12.S4, V12.S4, V6.S4
	VFMLA V12.S4, V12.S4, V7.S4
	VFMLA V12.S4, V12.S4, V8.S4
	VFMLA V12.S4, V12.S4, V9.S4
	VFMLA V12.S4, V12.S4, V10.S4
	VFMLA V12.S4, V12.S4, V11.S4
	SUBS  $1, R0
	BNE   chains
	RET
