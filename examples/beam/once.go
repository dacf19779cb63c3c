package main

import "sync"

// shared holds what the workers of a process load once and share. Its zero value is
// empty; it is safe for concurrent use.
type shared[K comparable, V any] struct {
	mu     sync.Mutex
	loaded map[K]V
}

// get returns what belongs to a key, which load loads the first time. After an error
// the next call tries again.
func (s *shared[K, V]) get(key K, load func() (V, error)) (V, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.loaded[key]; ok {
		return v, nil
	}
	v, err := load()
	if err != nil {
		return v, err
	}
	if s.loaded == nil {
		s.loaded = map[K]V{}
	}
	s.loaded[key] = v
	return v, nil
}
