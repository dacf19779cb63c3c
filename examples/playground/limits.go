package main

import "time"

// limits bound what clients can ask of the server.
type limits struct {
	busy    int           // tasks at work at a time
	waiting int           // tasks that wait for those; more are turned away
	body    int64         // bytes of a request
	request time.Duration // for a request to arrive
	idle    time.Duration // between the requests of a connection
	task    time.Duration // for waiting and work
	event   time.Duration // for a client to take an event
}

func standardLimits() limits {
	return limits{
		busy: 2, waiting: 8, body: 4096,
		request: 10 * time.Second, idle: time.Minute, task: 2 * time.Minute, event: 10 * time.Second,
	}
}
