// What all parts of the page need.

export const $ = id => document.getElementById(id)

export const count = (n, thing) => `${n} ${thing}${n === 1 ? '' : 's'}`

export const percent = share => `${Math.round(100 * share)} %`

export const signed = x => (x < 0 ? '−' : '+') + Math.abs(x).toFixed(2)

// sentence makes one of a message.
export const sentence = message => message && message[0].toUpperCase() + message.slice(1) + '.'

// bytes reads what JSON has in base 64.
export const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0))

// ink is a digit as dark as it is certain, from 0 to 1.
export function ink(digit, certain) {
  const e = document.createElement('span')
  e.textContent = digit
  e.style.opacity = 0.3 + 0.7 * certain
  return e
}
