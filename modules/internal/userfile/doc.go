// Package userfile reads the files that hold users and passwords: plain,
// htpasswd and htdigest. A file is read again when it has changed, and only
// then.
package userfile
