package status

import "html/template"

// statusPage has the rows of lighttpd's page, word for word, and around them
// what makes it pleasant. It needs nothing from elsewhere.
var statusPage = template.Must(template.New("status").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Status</title>
{{if .Refresh}}<meta http-equiv="refresh" content="{{.Refresh}}">
{{end}}<style>{{.Style}}</style>
</head>
<body>
<h1>Server-Status{{if .Tag}} ({{.Tag}}){{end}}</h1>
<p class="refresh">refresh {{range .Refreshes}}<a href="{{.Query}}"{{if .Here}} class="here"{{end}}>{{.Text}}</a> {{end}}</p>
<div class="tiles">
{{range .Tiles}}<div class="tile"><span>{{.Title}}</span><b>{{.Value}}</b><small>{{.Note}}</small></div>
{{end}}</div>
<div class="columns">
<section>
<h2>Server</h2>
<table class="status">
<tr><td>Hostname</td><td class="string">{{.Host}}{{if .Vhost}} ({{.Vhost}}){{end}}</td></tr>
<tr><td>Uptime</td><td class="string">{{.Uptime}}</td></tr>
<tr><td>Started at</td><td class="string">{{.Started}}</td></tr>
{{range .Groups}}<tr><th colspan="2">{{.Title}}</th></tr>
<tr><td>Requests</td><td class="string">{{.Requests}}</td></tr>
<tr><td>Traffic</td><td class="string">{{.Traffic}}</td></tr>
{{end}}</table>
</section>
<section>
<h2>States</h2>
<pre><b>{{.Connections}} connections</b>
{{range .Scoreboard}}{{.}}
{{end}}</pre>
<table class="status states">
{{range .States}}<tr{{if not .N}} class="none"{{end}}><td class="int">{{.N}}</td><td>{{.Letter}} = {{.Name}}</td><td class="bar"><i style="width:{{.Share}}%"></i></td></tr>
{{end}}</table>
</section>
{{with .Tunnels}}<section>
<h2>Tunnels</h2>
<table class="status">
<tr><td>Open</td><td class="int">{{.Open}}</td></tr>
<tr><td>Opened</td><td class="int">{{.Opened}}</td></tr>
<tr><td>From clients</td><td class="int">{{.In}}</td></tr>
<tr><td>To clients</td><td class="int">{{.Out}}</td></tr>
{{if .Ends}}<tr><th colspan="2">ended</th></tr>
{{end}}{{range .Ends}}<tr><td>{{.Name}}</td><td class="int">{{.Value}}</td></tr>
{{end}}</table>
</section>
{{end}}</div>
<h2>Connections</h2>
<div class="wide">
<table class="status" id="connections">
<thead><tr>{{$sort := .Script}}{{range .Columns}}<th class="status">{{if $sort}}<button>{{.}}</button>{{else}}{{.}}{{end}}</th>
{{end}}</tr></thead>
<tbody>
{{range .Rows}}<tr><td class="string">{{.Client}}</td><td class="int">{{.Read}}</td><td class="int">{{.Written}}</td><td class="string">{{.State}}</td><td class="int">{{.Time}}</td><td class="string">{{.Host}}</td><td class="string">{{.URI}}</td><td class="string">{{.File}}</td></tr>
{{end}}</tbody>
</table>
</div>
{{if .Script}}<script>{{.Script}}</script>
{{end}}</body>
</html>
`))

// style is that of all pages: light or dark as the visitor's system is, one
// column on a phone.
const style template.CSS = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --mark: #2a7ae2; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 1rem auto; padding: 0 1rem; max-width: 75rem; }
h1 { font-size: 1.35rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; }
.refresh { margin: .2rem 0 1rem; opacity: .8; }
.refresh a { padding: .3rem .5rem; text-decoration: none; color: inherit; border-radius: .4rem; }
.refresh a.here { background: var(--mark); color: #fff; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .6rem; }
.tile { border: 1px solid var(--line); border-radius: .6rem; padding: .6rem .8rem; }
.tile * { display: block; }
.tile b { font-size: 1.3rem; font-variant-numeric: tabular-nums; }
.tile span, .tile small { opacity: .75; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 0 2rem; }
table { border-collapse: collapse; width: 100%; }
td, th { padding: .22rem .5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { background: var(--soft); font-weight: 600; }
td.int { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
pre { margin: 0 0 .4rem; line-height: 1.3; white-space: pre-wrap; overflow-wrap: anywhere; }
.states td.bar { width: 40%; vertical-align: middle; }
.states i { display: block; height: .6rem; border-radius: .3rem; background: var(--mark); }
.states .none { opacity: .5; }
.wide { overflow-x: auto; }
#connections td { white-space: nowrap; }
#connections td:nth-child(n+7) { white-space: normal; overflow-wrap: anywhere; min-width: 12rem; }
button { all: unset; cursor: pointer; }
button:focus-visible { outline: 2px solid var(--mark); }
th[aria-sort] button::after { content: " \2191"; }
th[aria-sort=descending] button::after { content: " \2193"; }
`

// sorting sorts the connections by the column whose title was clicked, the
// other way round at a second click. Numbers are compared as such.
const sorting template.JS = `
document.querySelectorAll("#connections th").forEach(function (title, column) {
 title.querySelector("button").onclick = function () {
  var down = title.getAttribute("aria-sort") === "ascending";
  document.querySelectorAll("#connections th").forEach(function (t) { t.removeAttribute("aria-sort"); });
  title.setAttribute("aria-sort", down ? "descending" : "ascending");
  var body = document.querySelector("#connections tbody");
  var text = function (row) { return row.cells[column].textContent; };
  var rows = Array.from(body.rows).sort(function (a, b) {
   return text(a).localeCompare(text(b), undefined, {numeric: true});
  });
  if (down) rows.reverse();
  body.append.apply(body, rows);
 };
});
`
