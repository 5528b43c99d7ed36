package server

import "github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"

// KeepIfEmpty makes a directive whose empty string changes nothing: in a
// condition, what was inherited stays.
func KeepIfEmpty[C any](b Bind[C]) Bind[C] {
	apply := b.apply
	b.apply = func(at At, v eval.Value) (func(*C), error) {
		if v.Kind == eval.String && v.Str == "" {
			return nil, nil
		}
		return apply(at, v)
	}
	return b
}
