//go:build !windows && !plan9

package atomicfile

import "syscall"

var noSpace = []error{syscall.ENOSPC, syscall.EDQUOT}
