package command

import (
	"os"
	"path/filepath"
)

// CheckOutput reports that there can be no file of a path, since its folder is missing
// or a folder has its name: early, where what is to be written may take hours. An empty
// path is for no file.
func CheckOutput(path string) error {
	if path == "" {
		return nil
	}
	dir := filepath.Dir(path)
	info, err := os.Stat(dir)
	if err != nil {
		return AsBadInput(err)
	}
	if !info.IsDir() {
		return BadInput("%s is not a folder", dir)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return BadInput("%s is a folder", path)
	}
	return nil
}
