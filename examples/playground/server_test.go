package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/examples/playground/engine"
)

const easy = "54........7.....9.6.8.4..2......5...1.34...8....7..6.1.21.6.7.....1....44.....2.9"

// startServer serves on an address of this machine.
func startServer(t testing.TB, do do, l limits) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(nil)
	s.Config = newServer(do, l)
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// realTasks are those of an engine.
func realTasks(t testing.TB) do {
	t.Helper()
	e, err := engine.New()
	require.NoError(t, err)
	return e.Do
}

func think(puzzle string) string { return fmt.Sprintf(`{"task": "think", "puzzle": %q}`, puzzle) }

// answer is a response with its body.
type answer struct {
	*http.Response
	text string
}

func ask(t testing.TB, method, address, body string, header ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	a, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	require.NoError(t, err)
	return answer{a, string(text)}
}

func TestFiles(t *testing.T) {
	s := startServer(t, realTasks(t), standardLimits())
	page := ask(t, "GET", s.URL, "")
	require.Equal(t, http.StatusOK, page.StatusCode)
	require.Contains(t, page.text, "<title>reread</title>")
	require.Contains(t, ask(t, "GET", s.URL+"/engine.js", "").text, "fetch('do'")
	require.Equal(t, http.StatusNotFound, ask(t, "GET", s.URL+"/worker.js", "").StatusCode)
}

func TestTask(t *testing.T) {
	s := startServer(t, realTasks(t), standardLimits())
	a := ask(t, "POST", s.URL+"/do", think(easy))
	require.Equal(t, http.StatusOK, a.StatusCode)
	require.Equal(t, "text/event-stream", a.Header.Get("Content-Type"))
	events := strings.Split(strings.TrimSuffix(a.text, "\n\n"), "\n\n")
	require.Equal(t, "event: puzzle\n"+`data: {"steps":16,"givens":25,"solutions":1,"rating":0}`, events[0])
	require.Contains(t, events[1], "event: update\n")
	require.Contains(t, events[len(events)-2], `"accepted":true`)
	require.Equal(t, "event: end\ndata: {}", events[len(events)-1])
}

func TestRefusals(t *testing.T) {
	s := startServer(t, realTasks(t), standardLimits())
	for _, c := range []struct {
		method, body string
		header       []string
		code         int
		want         string
	}{
		{"GET", "", nil, http.StatusNotFound, ""},
		{"PUT", "", nil, http.StatusMethodNotAllowed, ""},
		{"POST", "", nil, http.StatusBadRequest, "not the JSON of a task"},
		{"POST", think(easy) + "x", nil, http.StatusBadRequest, "not the JSON of a task"},
		{"POST", `{"task": 1}`, nil, http.StatusBadRequest, "not the JSON of a task"},
		{"POST", `{}`, nil, http.StatusBadRequest, `there is no task ""`},
		{"POST", think(easy[1:]), nil, http.StatusBadRequest, "grid has 80 characters, want 81"},
		{"POST", think("55" + easy[2:]), nil, http.StatusBadRequest, "two 5s in row 1"},
		{"POST", think(strings.Repeat("1", 5000)), nil, http.StatusRequestEntityTooLarge, "more than 4096 bytes"},
		{"POST", think(easy), []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden, ""},
	} {
		a := ask(t, c.method, s.URL+"/do", c.body, c.header...)
		require.Equal(t, c.code, a.StatusCode, c.body)
		require.Contains(t, a.text, c.want)
	}
}

// TestLateFault has what goes wrong after the first event become an event.
func TestLateFault(t *testing.T) {
	s := startServer(t, func(_ context.Context, _ engine.Request, emit engine.Emit) error {
		return errors.Join(emit("puzzle", 1), errors.New("no luck"))
	}, standardLimits())
	require.Equal(t, "event: puzzle\ndata: 1\n\nevent: error\ndata: {\"message\":\"no luck\"}\n\n", ask(t, "POST", s.URL+"/do", "{}").text)
}

// TestBusy has three tasks come where one may work and one may wait.
func TestBusy(t *testing.T) {
	l := standardLimits()
	l.busy, l.waiting = 1, 1
	end := make(chan struct{})
	s := startServer(t, func(context.Context, engine.Request, engine.Emit) error {
		<-end
		return nil
	}, l)
	answers := make(chan answer, 3)
	for range 3 {
		go func() { answers <- ask(t, "POST", s.URL+"/do", "{}") }()
	}
	refused := <-answers // the only one that can answer before the end
	close(end)
	require.Equal(t, http.StatusServiceUnavailable, refused.StatusCode)
	require.NotEmpty(t, refused.Header.Get("Retry-After"))
	require.True(t, strings.HasPrefix(refused.text, "too many"), refused.text)
	for range 2 {
		require.Equal(t, http.StatusOK, (<-answers).StatusCode)
	}
	require.Equal(t, http.StatusOK, ask(t, "POST", s.URL+"/do", "{}").StatusCode)
}

// TestTimeUp has a task, and one that waits for it, take longer than any may.
func TestTimeUp(t *testing.T) {
	l := standardLimits()
	l.busy, l.task = 1, 50*time.Millisecond
	s := startServer(t, func(ctx context.Context, _ engine.Request, _ engine.Emit) error {
		<-ctx.Done()
		return ctx.Err()
	}, l)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { require.Equal(t, http.StatusServiceUnavailable, ask(t, "POST", s.URL+"/do", "{}").StatusCode) })
	}
	both.Wait()
}

// TestLongTask has a task outlast the time that a request may take to arrive.
func TestLongTask(t *testing.T) {
	l := standardLimits()
	l.request, l.event = 400*time.Millisecond, 400*time.Millisecond
	s := startServer(t, func(ctx context.Context, _ engine.Request, emit engine.Emit) error {
		select {
		case <-time.After(time.Second):
			return emit("puzzle", 1)
		case <-ctx.Done():
			return ctx.Err()
		}
	}, l)
	require.Equal(t, "event: puzzle\ndata: 1\n\nevent: end\ndata: {}\n\n", ask(t, "POST", s.URL+"/do", "{}").text)
}

// TestBadClients has a thousand clients that send nonsense, or slowly, or go
// away, and then one that does not.
func TestBadClients(t *testing.T) {
	l := standardLimits()
	l.request, l.event = 100*time.Millisecond, 100*time.Millisecond
	s := startServer(t, realTasks(t), l)
	address := s.Listener.Addr().String()
	before := runtime.NumGoroutine()

	clients := make(chan int)
	var crowd sync.WaitGroup
	for range 50 {
		crowd.Go(func() {
			for i := range clients {
				badClient(t, address, i)
			}
		})
	}
	for i := range 1000 {
		clients <- i
	}
	close(clients)
	crowd.Wait()

	require.Eventually(t, func() bool {
		a := ask(t, "POST", s.URL+"/do", think(easy))
		return a.StatusCode == http.StatusOK && strings.HasSuffix(a.text, "event: end\ndata: {}\n\n")
	}, 10*time.Second, 10*time.Millisecond)
	http.DefaultClient.CloseIdleConnections()
	for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	require.LessOrEqual(t, runtime.NumGoroutine(), before)
}

// badClient is one of several kinds.
func badClient(t *testing.T, address string, kind int) {
	good := think(easy)
	post := func(length int, body string) string {
		return fmt.Sprintf("POST /do HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", length, body)
	}
	kinds := []struct {
		sends string
		stays func(net.Conn) // nil: it goes at once
	}{
		{"\x16\x03\x01\x02\x00\x01", untilClosed}, // speaks TLS
		{post(9, "no JSON {"), untilAnswered},
		{post(1<<30, strings.Repeat("x", 1<<16)), untilClosed}, // sends too much
		{"POST /do HTTP/1.1\r\nHo", untilClosed},               // never ends its header
		{post(len(good), good[:20]), untilClosed},              // never ends its request
		{post(len(good), good[:20]), nil},
		{post(len(good), good), nil},           // does not wait for an answer
		{post(len(good), good), untilAnswered}, // goes after the first event
		{"GET /" + strings.Repeat("x", 1<<15) + " HTTP/1.1\r\n", untilClosed},
	}
	k := kinds[kind%len(kinds)]
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return
	}
	defer c.Close()
	_, _ = io.WriteString(c, k.sends) // the server may have had enough of it
	if k.stays != nil {
		k.stays(c)
	}
}

func untilAnswered(c net.Conn) { _, _ = bufio.NewReader(c).ReadByte() }

func untilClosed(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// TestDeafClient takes nothing of an answer that does not end.
func TestDeafClient(t *testing.T) {
	l := standardLimits()
	l.event = 100 * time.Millisecond
	failed := make(chan error, 1)
	s := startServer(t, func(_ context.Context, _ engine.Request, emit engine.Emit) error {
		data := bytes.Repeat([]byte("x"), 1<<16)
		for {
			if err := emit("step", data); err != nil {
				failed <- err
				return err
			}
		}
	}, l)
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	require.NoError(t, err)
	defer c.Close()
	_, err = io.WriteString(c, "POST /do HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
	require.NoError(t, err)
	select {
	case err := <-failed:
		require.Error(t, err)
	case <-time.After(10 * time.Second):
		require.Fail(t, "the server waits for a client that takes nothing")
	}
}

// TestServe ends with a task under way.
func TestServe(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan error)
	go func() { done <- serve(ctx, listener, io.Discard) }()
	c, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	defer c.Close()
	body := think(strings.Repeat(".", 81))
	_, err = fmt.Fprintf(c, "POST /do HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	require.NoError(t, err)
	untilAnswered(c)
	cancel()
	require.NoError(t, <-done)
}
