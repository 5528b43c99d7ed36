package h1

import "strconv"

// AppendField adds "Name: value" CRLF. CR, LF and NUL in either part become
// blanks, so that whatever a value came from – a query, a backend, a
// configuration – it can never add a line or end the head.
func AppendField(dst []byte, name, value string) []byte {
	dst = appendLine(dst, name)
	dst = append(dst, ':', ' ')
	dst = appendLine(dst, value)
	return append(dst, '\r', '\n')
}

// appendLine adds s with line breaks and NUL replaced.
func appendLine(dst []byte, s string) []byte {
	at := len(dst)
	dst = append(dst, s...)
	for i := at; i < len(dst); i++ {
		if c := dst[i]; c == '\r' || c == '\n' || c == 0 {
			dst[i] = ' '
		}
	}
	return dst
}

// AppendChunkHead adds the size line of a chunk of n bytes; the data and
// [ChunkEnd] follow. n must not be 0, which would end the body.
func AppendChunkHead(dst []byte, n int) []byte {
	dst = strconv.AppendInt(dst, int64(n), 16)
	return append(dst, '\r', '\n')
}

// ChunkEnd follows the data of each chunk; LastChunk ends a body without
// trailers.
const (
	ChunkEnd  = "\r\n"
	LastChunk = "0\r\n\r\n"
)
