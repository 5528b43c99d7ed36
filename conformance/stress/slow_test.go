//go:build full

package stress

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lighttpd-go/lighttpd-go/conformance"
)

const slowConf = `
server.modules = ( "mod_staticfile" )
server.max-fds = 16384
server.max-connections = 4000
server.feature-flags = ( "server.h2proto" => "disable" )
server.max-read-idle = 2
server.max-write-idle = 2
server.max-keep-alive-idle = 2
`

// slowWays are what slow clients do. drip says to send a byte a second behind
// what is sent at once.
var slowWays = []struct {
	send string
	drip bool
}{
	{"", false}, // nothing
	{"", true},
	{"GET /big HTTP/1.1\r\n", false},
	{"GET /big HTTP/1.1\r\nHost: h\r\nX: ", true},
	{"GET /big HTTP/1.1\r\nHost: h\r\n\r\n", false}, // reads nothing
	{"GET /small HTTP/1.1\r\nHost: h\r\n\r\n", false},
	{"GET /small HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", false}, // never closes
}

// Clients that send a byte a second, or read nothing, do not take anything from
// others, and end by the limits.
func TestSlowClients(t *testing.T) {
	var sites [2]*site // one for slow clients and others, one for others alone
	for i := range sites {
		dir := newDir(t)
		file(t, dir, "small", "small")
		sparse(t, dir, "big", 64<<20)
		sites[i] = serve(t, dir, slowConf)
		sites[i].get("/small")
	}
	s := sites[0]
	fds, rss := s.fds(), s.memory("VmRSS")
	var waves [2]int
	for w := range waves {
		dripping := make(chan struct{})
		var wg sync.WaitGroup
		slow := s.slowClients(2000, dripping, &wg)
		until(t, "all slow clients are there", func() bool { return s.fds() >= fds+1500 })
		beside, alone := race(t, sites)
		t.Logf("%d requests beside %d slow clients, %d without; %d KiB, before: %d", beside, len(slow), alone, s.memory("VmRSS"), rss)
		if beside < alone/2 {
			t.Errorf("%d requests were answered beside slow clients, %d without", beside, alone)
		}
		close(dripping)
		wg.Wait()
		s.settles(fds + 2) // the files may stay open
		for _, c := range slow {
			c.Close()
		}
		waves[w] = s.memory("VmRSS")
	}
	t.Logf("%d KiB after the first wave, %d after the second", waves[0], waves[1])
	if waves[1] > waves[0]+waves[0]/3 {
		t.Errorf("memory grows from wave to wave: %d KiB, %d", waves[0], waves[1])
	}
	n := s.abort()
	t.Logf("%d goroutines are left", n)
	sites[1].stop()
}

// slowClients connects clients that are slow until dripping is closed, and
// silent from then on.
func (s *site) slowClients(n int, dripping chan struct{}, wg *sync.WaitGroup) []net.Conn {
	s.t.Helper()
	var all, drip []net.Conn
	for i := range n {
		way := slowWays[i%len(slowWays)]
		conn := s.dial()
		conn.SetReadBuffer(4096) // fails only where the kernel knows better
		io.WriteString(conn, way.send)
		all = append(all, conn)
		if way.drip {
			drip = append(drip, conn)
		}
	}
	wg.Go(func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			for _, c := range drip {
				c.Write([]byte("G")) // fails once the server has closed
			}
			select {
			case <-dripping:
				return
			case <-tick.C:
			}
		}
	})
	return all
}

// race lets clients ask two servers for the same time and counts the answers.
// Both suffer alike from what else the machine does.
func race(t *testing.T, sites [2]*site) (first, second int64) {
	t.Helper()
	var done [2]atomic.Int64
	var wg sync.WaitGroup
	end := time.Now().Add(time.Duration(scaled(t, 3)) * time.Second)
	for i, s := range sites {
		for range 4 {
			wg.Go(func() {
				for time.Now().Before(end) {
					if err := ask(s.Addr, &done[i]); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	wg.Wait()
	return done[0].Load(), done[1].Load()
}

// ask makes a few requests on a connection.
func ask(addr string, done *atomic.Int64) error {
	conn, err := connect(addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	br := bufio.NewReader(conn)
	for range 20 {
		io.WriteString(conn, "GET /small HTTP/1.1\r\nHost: h\r\n\r\n")
		r, err := conformance.ReadResponse(br, "GET")
		if err != nil {
			return err
		}
		if r.Status != 200 || !strings.HasPrefix(string(r.Body), "small") {
			return fmt.Errorf("status %d, body %q", r.Status, r.Body)
		}
		done.Add(1)
	}
	return nil
}
