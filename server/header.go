package server

import (
	"iter"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server/internal/h1"
)

// Field is one header field.
type Field = h1.Field

// Header is an ordered list of fields. Names keep the case they were set
// with and match without regard to it; the order is the order of first
// setting, as lighttpd sends it. The zero value is empty and ready for use.
type Header struct{ fields []Field }

// index returns the place of the first field called name, or -1.
func (h *Header) index(name string) int {
	for i := range h.fields {
		if len(h.fields[i].Name) == len(name) && strings.EqualFold(h.fields[i].Name, name) {
			return i
		}
	}
	return -1
}

// Get returns the value of the first field called name, or "".
func (h *Header) Get(name string) string {
	if i := h.index(name); i >= 0 {
		return h.fields[i].Value
	}
	return ""
}

// Has reports whether a field called name exists, be it empty.
func (h *Header) Has(name string) bool { return h.index(name) >= 0 }

// Set gives the field called name the value, in its old place if it exists
// (http_header_response_set).
func (h *Header) Set(name, value string) {
	i := h.index(name)
	if i < 0 {
		h.fields = append(h.fields, Field{Name: name, Value: value})
		return
	}
	h.fields[i].Value = value
	h.dropAfter(i, name)
}

// dropAfter removes repetitions of name behind place i.
func (h *Header) dropAfter(i int, name string) {
	kept := h.fields[:i+1]
	for _, f := range h.fields[i+1:] {
		if !strings.EqualFold(f.Name, name) {
			kept = append(kept, f)
		}
	}
	h.fields = kept
}

// Add adds a line of its own; a repeated name is placed behind its last
// occurrence (http_header_response_insert).
func (h *Header) Add(name, value string) {
	at := len(h.fields)
	for i := range h.fields {
		if strings.EqualFold(h.fields[i].Name, name) {
			at = i + 1
		}
	}
	h.fields = append(h.fields, Field{})
	copy(h.fields[at+1:], h.fields[at:])
	h.fields[at] = Field{Name: name, Value: value}
}

// Append joins value to an existing field with ", ", or sets it
// (http_header_response_append).
func (h *Header) Append(name, value string) {
	i := h.index(name)
	switch {
	case i < 0:
		h.fields = append(h.fields, Field{Name: name, Value: value})
	case h.fields[i].Value == "":
		h.fields[i].Value = value
	default:
		h.fields[i].Value += ", " + value
	}
}

// Del removes every field called name (http_header_response_unset).
func (h *Header) Del(name string) {
	i := h.index(name)
	if i < 0 {
		return
	}
	h.dropAfter(i, name)
	h.fields = append(h.fields[:i], h.fields[i+1:]...)
}

// Len is the number of lines.
func (h *Header) Len() int { return len(h.fields) }

// Reset empties h and keeps its memory.
func (h *Header) Reset() {
	clear(h.fields)
	h.fields = h.fields[:0]
}

// All yields names and values in order.
func (h *Header) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for i := range h.fields {
			if !yield(h.fields[i].Name, h.fields[i].Value) {
				return
			}
		}
	}
}
