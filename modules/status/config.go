package status

import (
	"html/template"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// configPage is lighttpd's, with our style.
var configPage = template.Must(template.New("config").Parse(`<!DOCTYPE html>
<html lang="en">
 <head>
  <meta charset="UTF-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Status</title>
  <style>{{.Style}}</style>
 </head>
 <body>
  <h1>{{.Tag}}</h1>
  <table class="status">
   <tr>
    <th colspan="2">Server-Features</th>
   </tr>
   <tr>
    <td><b>RegEx Conditionals</b></td>
    <td>enabled</td>
   </tr>
   <tr>
    <th colspan="2">Network Engine</th>
   </tr>
   <tr>
    <td><b>fd-Event-Handler</b></td>
    <td>linux-sysepoll</td>
   </tr>
   <tr>
    <th colspan="2">Config-File-Settings</th>
   </tr>
   <tr>
    <td><b>Loaded Modules</b></td>
    <td>{{range $i, $m := .Modules}}{{if $i}}<br />{{end}}{{$m}}{{end}}</td>
   </tr>
  </table>
 </body>
</html>
`))

// config answers status.config-url.
func (m *module) config(r *server.Request) server.Result {
	var names []string
	for _, name := range m.figures.Modules() {
		names = append(names, strings.TrimPrefix(name, "mod_"))
	}
	return page(r, configPage, struct {
		Style   template.CSS
		Tag     string
		Modules []string
	}{style, r.Core.Tag, names})
}
