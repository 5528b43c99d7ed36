package daemon

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// identity is who the server is to become.
type identity struct {
	uid, gid int   // -1: unchanged
	groups   []int // supplementary groups; nil: unchanged
}

// lookupIdentity reads server.username and server.groupname.
func lookupIdentity(o *server.ServerConfig) (identity, error) {
	id := identity{uid: -1, gid: -1}
	if o.Username != "" {
		u, err := user.Lookup(o.Username)
		if err != nil {
			return id, fmt.Errorf("can't find username %s", o.Username)
		}
		id.uid, _ = strconv.Atoi(u.Uid)
		id.gid, _ = strconv.Atoi(u.Gid)
		if id.uid == 0 {
			return id, fmt.Errorf("I will not set uid to 0.  Perhaps you should comment out server.username in lighttpd.conf")
		}
		id.groups = groupsOf(u)
	}
	if o.Groupname != "" {
		g, err := user.LookupGroup(o.Groupname)
		if err != nil {
			return id, fmt.Errorf("can't find groupname %s", o.Groupname)
		}
		id.gid, _ = strconv.Atoi(g.Gid)
	}
	if (o.Username != "" || o.Groupname != "") && id.gid == 0 {
		return id, fmt.Errorf("I will not set gid to 0.  Perhaps you should comment out server.groupname in lighttpd.conf")
	}
	if o.Groupname != "" && id.groups == nil {
		id.groups = []int{}
	}
	return id, nil
}

func groupsOf(u *user.User) []int {
	names, err := u.GroupIds()
	groups := make([]int, 0, len(names))
	for _, name := range names {
		if n, aerr := strconv.Atoi(name); err == nil && aerr == nil {
			groups = append(groups, n)
		}
	}
	return groups
}

// dropPrivileges changes group, root directory and user, in that order. It
// does nothing for a server that was not started as root.
func dropPrivileges(o *server.ServerConfig) error {
	if os.Geteuid() != 0 {
		return nil
	}
	id, err := lookupIdentity(o)
	if err != nil {
		return err
	}
	if id.gid >= 0 {
		if err := syscall.Setgid(id.gid); err != nil {
			return fmt.Errorf("setgid(%d): %s", id.gid, server.Strerror(err))
		}
	}
	if id.groups != nil {
		if err := syscall.Setgroups(id.groups); err != nil {
			return fmt.Errorf("setgroups(): %s", server.Strerror(err))
		}
	}
	if o.Chroot != "" {
		if err := syscall.Chroot(o.Chroot); err != nil {
			return fmt.Errorf("chroot(%q): %s", o.Chroot, server.Strerror(err))
		}
		if err := os.Chdir("/"); err != nil {
			return fmt.Errorf("chdir(\"/\"): %s", server.Strerror(err))
		}
	}
	if id.uid >= 0 {
		if err := syscall.Setuid(id.uid); err != nil {
			return fmt.Errorf("setuid(%d): %s", id.uid, server.Strerror(err))
		}
	}
	return nil
}

// clearAmbient gives up ambient capabilities, which a service manager passes
// for binding low ports, in all threads. Kernels without them refuse, which is
// as good.
func clearAmbient() {
	syscall.AllThreadsSyscall6(unix.SYS_PRCTL, unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0, 0)
}
