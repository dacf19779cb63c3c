package main

import (
	"embed"
	"io/fs"
)

// files are the page, and what is behind its engine.js: a server, or the same
// program in WebAssembly.
//
//go:embed page overserver overwasm
var files embed.FS

// folder returns one of the folders of files.
func folder(name string) fs.FS {
	f, err := fs.Sub(files, name)
	if err != nil { // the name is no path
		panic(err)
	}
	return f
}
