package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// meter adds up the CPU time of a process and its descendants while a case
// runs. It looks often, since a child that has ended can no longer be asked;
// what children did in the last moments of their lives is not counted.
type meter struct {
	pid     int
	stop    chan struct{}
	done    sync.WaitGroup
	used    map[int]time.Duration // by process, its latest figure
	already time.Duration         // used before the case began
}

// startMeter begins to count.
func startMeter(pid int) *meter {
	m := &meter{pid: pid, stop: make(chan struct{}), used: map[int]time.Duration{}}
	m.look()
	m.already = m.sum()
	m.done.Add(1)
	go m.run()
	return m
}

func (m *meter) run() {
	defer m.done.Done()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			m.look()
		case <-m.stop:
			m.look()
			return
		}
	}
}

func (m *meter) look() {
	for _, p := range family(m.pid) {
		m.used[p] = cpuTime(p)
	}
}

func (m *meter) sum() (total time.Duration) {
	for _, t := range m.used {
		total += t
	}
	return total
}

// end stops counting and returns the time used since the start.
func (m *meter) end() time.Duration {
	close(m.stop)
	m.done.Wait()
	return m.sum() - m.already
}

// cpuTime is the user and system time of a process's threads so far.
func cpuTime(pid int) (total time.Duration) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	for _, t := range tasks {
		b, err := os.ReadFile(t)
		if err != nil {
			continue // the thread has ended
		}
		first, _, _ := strings.Cut(string(b), " ")
		if ns, err := strconv.ParseInt(first, 10, 64); err == nil {
			total += time.Duration(ns)
		}
	}
	return total
}

// family is pid and its descendants.
func family(pid int) []int {
	pids := []int{pid}
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, f := range files {
		b, _ := os.ReadFile(f)
		for _, word := range strings.Fields(string(b)) {
			if child, err := strconv.Atoi(word); err == nil {
				pids = append(pids, family(child)...)
			}
		}
	}
	return pids
}

// memory is the resident memory of a process that it does not share, in
// bytes.
func memory(pid int) (int64, error) {
	var total int64
	for _, p := range family(pid) {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", p))
		if err != nil {
			return 0, err
		}
		for _, line := range bytes.Split(b, []byte("\n")) {
			f := strings.Fields(string(line))
			if len(f) >= 2 && (f[0] == "Private_Dirty:" || f[0] == "Private_Clean:") {
				kb, _ := strconv.ParseInt(f[1], 10, 64)
				total += kb << 10
			}
		}
	}
	return total, nil
}
