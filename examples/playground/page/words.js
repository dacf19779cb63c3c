// How the page writes numbers.

export const count = (n, thing) => `${n} ${thing}${n === 1 ? '' : 's'}`

export const percent = share => `${Math.round(100 * share)} %`

export const signed = x => (x < 0 ? '−' : '+') + Math.abs(x).toFixed(2)
