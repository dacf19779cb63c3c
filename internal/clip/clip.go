// Package clip keeps errors short.
package clip

// most bounds what a message quotes from a file.
const most = 1000

// Text returns a message cut to a length that a log can take: a hostile file can
// hold names and shapes of any length.
func Text(msg string) string {
	if len(msg) > most {
		return msg[:most] + "…"
	}
	return msg
}
