package main

import (
	"net"
	"time"
)

// idleWork opens n connections, sends one request on each, and returns what
// the server's memory has grown by, a connection.
func idleWork(request string, n int) work {
	return func(addr string, pid int) (float64, string, error) {
		if err := requests(addr, request, 64, 8); err != nil { // warm up
			return 0, "", err
		}
		size, err := answerSize(addr, request)
		if err != nil {
			return 0, "", err
		}
		buf := make([]byte, size)
		return grown(n, pid, func() (net.Conn, error) {
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				return nil, err
			}
			conn.SetDeadline(time.Now().Add(10 * time.Second))
			if _, err := conn.Write([]byte(request)); err != nil {
				return conn, err
			}
			return conn, discard(conn, buf, size)
		})
	}
}

// grown opens n connections and divides the growth of the server's memory
// among them.
func grown(n, pid int, open func() (net.Conn, error)) (float64, string, error) {
	before, err := memory(pid)
	if err != nil {
		return 0, "", err
	}
	conns := make([]net.Conn, 0, n)
	defer func() {
		for _, c := range conns {
			c.Close()
		}
	}()
	for range n {
		c, err := open()
		if c != nil {
			conns = append(conns, c)
		}
		if err != nil {
			return 0, "", err
		}
	}
	time.Sleep(4 * time.Second) // let the server come to rest
	after, err := memory(pid)
	return float64(after-before) / float64(n), "", err
}
