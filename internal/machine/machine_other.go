//go:build !linux && !darwin

package machine

func memory() uint64 { return 0 }

func cpu() string { return "" }
