package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"time"
)

// answerSize sends request once and returns how long its answer is, head and
// body: every later answer has the same length.
func answerSize(addr, request string) (int, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(conn, request); err != nil {
		return 0, err
	}
	br, size, length := bufio.NewReader(conn), 0, 0
	for {
		line, err := br.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		size += len(line)
		if v, ok := bytes.CutPrefix(bytes.ToLower(line), []byte("content-length:")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(v))); err != nil {
				return 0, err
			}
		}
		if len(bytes.TrimSpace(line)) == 0 {
			return size + length, nil
		}
	}
}

// requests sends n requests over c kept connections and reads the answers.
func requests(addr, request string, n, c int) error {
	size, err := answerSize(addr, request)
	if err != nil {
		return err
	}
	return parallel(c, func(int) error {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return err
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(2 * time.Minute))
		buf, req := make([]byte, min(size, 256<<10)), []byte(request)
		for range n / c {
			if _, err := conn.Write(req); err != nil {
				return err
			}
			if err := discard(conn, buf, size); err != nil {
				return err
			}
		}
		return nil
	})
}

// fresh sends n requests, each over a connection of its own.
func fresh(addr, request string, n, c int) error {
	return parallel(c, func(int) error {
		buf := make([]byte, 16<<10)
		for range n / c {
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				return err
			}
			conn.SetDeadline(time.Now().Add(10 * time.Second))
			io.WriteString(conn, request)
			for err == nil {
				_, err = conn.Read(buf)
			}
			conn.Close()
			if !errors.Is(err, io.EOF) {
				return err
			}
		}
		return nil
	})
}

// discard reads exactly n bytes through buf.
func discard(r io.Reader, buf []byte, n int) error {
	for n > 0 {
		got, err := r.Read(buf[:min(n, len(buf))])
		if err != nil {
			return fmt.Errorf("%d bytes missing: %w", n, err)
		}
		n -= got
	}
	return nil
}

// parallel runs f c times at once and returns the first error.
func parallel(c int, f func(i int) error) error {
	var wg sync.WaitGroup
	errs := make([]error, c)
	for i := range c {
		wg.Add(1)
		go func() {
			defer wg.Done()
			errs[i] = f(i)
		}()
	}
	wg.Wait()
	return errors.Join(errs...)
}
