package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// explainText writes an explanation for people.
type explainText struct{ *server.Explanation }

func (e explainText) write(w io.Writer) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s from %s on %s\n", e.Method, e.Target, e.Client, e.Socket)
	e.request(&b)
	e.conditions(&b)
	e.settings(&b)
	e.answer(&b)
	io.WriteString(w, b.String())
}

// request is what the target was taken for.
func (e explainText) request(b *strings.Builder) {
	for _, r := range e.Restarts {
		fmt.Fprintf(b, "  goes on as   %s (%s)\n", r.Target, r.By)
	}
	rows := [][2]string{
		{"scheme", e.Scheme}, {"host", e.Host}, {"path", e.Path},
		{"path info", e.PathInfo}, {"query", e.Query},
	}
	for _, row := range rows {
		if row[1] != "" {
			fmt.Fprintf(b, "  %-12s %s\n", row[0], row[1])
		}
	}
}

func (e explainText) conditions(b *strings.Builder) {
	if len(e.Blocks) == 0 {
		return
	}
	b.WriteString("\nconditions\n")
	for _, block := range e.Blocks {
		fmt.Fprintf(b, "  %-14s %s\n", block.Result, block.Condition)
		fmt.Fprintf(b, "  %-14s block %d, %s: %s\n", "", block.ID, block.Place, block.Reason)
	}
}

func (e explainText) settings(b *strings.Builder) {
	b.WriteString("\nsettings in force\n")
	for _, s := range e.Settings {
		place := s.Place
		if s.Block != 0 {
			place += fmt.Sprintf(", block %d", s.Block)
		}
		fmt.Fprintf(b, "  %s = %s\n      %s (%s)\n", s.Name, s.Value, place, s.Owner)
	}
}

// answer is who answers, and with what.
func (e explainText) answer(b *strings.Builder) {
	b.WriteString("\nanswer\n")
	if e.Refused != "" {
		fmt.Fprintf(b, "  refused       %s\n", e.Refused)
	}
	fmt.Fprintf(b, "  by            %s\n", e.Module)
	if e.Status != 0 {
		fmt.Fprintf(b, "  status        %d\n", e.Status)
	}
	if e.DocumentRoot != "" {
		fmt.Fprintf(b, "  document root %s\n", e.DocumentRoot)
	}
	if e.File != "" {
		fmt.Fprintf(b, "  physical path %s\n", e.File)
	}
	for _, h := range e.Header {
		fmt.Fprintf(b, "  header        %s\n", h)
	}
	for _, line := range e.Log {
		fmt.Fprintf(b, "  log           %s\n", line)
	}
}
