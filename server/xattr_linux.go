package server

import "golang.org/x/sys/unix"

// maxXattr is the longest type an extended attribute may hold, in bytes.
const maxXattr = 127

// xattrType is the type kept with a file (mimetype.use-xattr), "" if there is
// none or it is too long.
func xattrType(path, name string) string {
	buf := make([]byte, maxXattr)
	n, err := unix.Getxattr(path, name, buf)
	if err != nil || n <= 0 {
		return ""
	}
	return string(buf[:n])
}
