package server

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func (s span) String() string { return fmt.Sprintf("%d-%d", s.first, s.last) }

func TestParseRanges(t *testing.T) {
	up := make([]string, 200) // ascending, too far apart to merge
	for i := range up {
		up[i] = fmt.Sprintf("%d-%d", i*100, i*100)
	}
	const big = 20000
	for _, c := range []struct {
		list string
		size int64
		want string
	}{
		{"0-0", 1000, "0-0"},
		{"0-", 1000, "0-999"},
		{"-1", 1000, "999-999"},
		{"-2000", 1000, "0-999"},
		{"-0", 1000, ""},
		{"-", 1000, ""},
		{"", 1000, ""},
		{"5-4", 1000, ""},
		{"999-", 1000, "999-999"},
		{"1000-", 1000, ""},
		{"0-99999", 1000, "0-999"},
		{"0-9,20-30", 1000, "0-30"},
		{"0-9,89-99", 1000, "0-99"},
		{"0-9,90-99", 1000, "0-9 90-99"},
		{"90-99,0-9", 1000, "90-99 0-9"},
		{"500-600,0-9,200-300", 1000, "500-600 0-9 200-300"},
		{"300-310,100-110,390-395,0-5", 1000, "300-395 100-110 0-5"},
		{"5-7,0-9", 1000, "0-9"},
		{"-5,0-5", 1000, "995-999 0-5"},
		{"0-1,a-b,300-301", 1000, "0-1 300-301"},
		{"\t1-2\t,\t300-301", 1000, "1-2 300-301"},
		{"0- 9", 1000, "0-9"},
		{"0 -9", 1000, "0-9"},
		{"+1-+5", 1000, "1-5"},
		{"--5", 1000, ""},
		{"- 5", 1000, ""},
		{"-+5", 1000, ""},
		{"1-2-3", 1000, ""},
		{"0-1;", 1000, ""},
		{"0-1 x", 1000, ""},
		{"0x1-5", 1000, ""},
		{"00-09", 1000, "0-9"},
		{"1-9223372036854775806", 1000, "1-999"},
		{"1-9223372036854775807", 1000, ""},
		{"9223372036854775807-", 1000, ""},
		{strings.Join(up[:128], ","), big, strings.Join(up[:128], " ")},
		{strings.Join(up[:129], ","), big, strings.Join(up[:128], " ")},
		{strings.Join(up[:20], ",") + ",50-50,19900-", big, strings.Join(up[:20], " ")},
		{"19000-19000," + strings.Join(up[:20], ","), big, "19000-19000 " + strings.Join(up[:9], " ")},
	} {
		var got []string
		for _, s := range parseRanges(c.list, c.size) {
			got = append(got, s.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%.60q of %d: %v, want %s", c.list, c.size, got, c.want)
		}
	}
}

func FuzzParseRanges(f *testing.F) {
	f.Add("0-9,90-99,-5", int64(1000))
	f.Add("9-,5-7,+1-+2, x", int64(10))
	f.Fuzz(func(t *testing.T, list string, size int64) {
		if size <= 0 {
			return
		}
		spans := parseRanges(list, size)
		if len(spans) > maxRanges {
			t.Errorf("%d spans", len(spans))
		}
		for _, s := range spans {
			if s.first < 0 || s.last < s.first || s.last >= size {
				t.Errorf("span %v of %d bytes", s, size)
			}
		}
	})
}

// shares counts how often something was released.
type shares struct{ closed int }

func (s *shares) Close() error { s.closed++; return nil }

func TestQueueKeepReleasesFilesOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, []byte("abcdefghij"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, c := range []struct {
		keep  span
		want  string
		early int // releases before the queue is dropped
	}{
		{span{0, 14}, "12abcdefghijxyz", 0},
		{span{3, 5}, "bcd", 0},
		{span{0, 1}, "12", 1},
		{span{12, 14}, "xyz", 1},
		{span{1, 12}, "2abcdefghijx", 0},
	} {
		var q Queue
		var rel shares
		q.AppendBytes([]byte("12"))
		q.AppendFile(f, 0, 10, &rel)
		q.AppendBytes([]byte("xyz"))
		q.keep(c.keep)
		got, err := io.ReadAll(q.source())
		if err != nil || string(got) != c.want || q.Len() != int64(len(c.want)) {
			t.Errorf("%v: %q, %v, length %d", c.keep, got, err, q.Len())
		}
		if rel.closed != c.early {
			t.Errorf("%v: released %d times too early", c.keep, rel.closed)
		}
		q.Reset()
		if rel.closed != 1 {
			t.Errorf("%v: released %d times", c.keep, rel.closed)
		}
	}
}

func TestQueueHandOverKeepsTheFileForItsLastPart(t *testing.T) {
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var q, parts Queue
	var rel shares
	q.AppendFile(f, 0, 100, &rel)
	q.copyTo(&parts, span{50, 59})
	q.copyTo(&parts, span{0, 9})
	q.handOver(&parts)
	if !q.Empty() || rel.closed != 0 {
		t.Errorf("after the hand-over: %d chunks left, released %d times", len(q.chunks), rel.closed)
	}
	if parts.chunks[0].release != nil || parts.chunks[1].release == nil {
		t.Error("the file does not belong to the last section of it")
	}
}
