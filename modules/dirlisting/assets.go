package dirlisting

// style is the look of a page without dir-listing.external-css.
const style = `body { font-family: sans-serif; margin: 1em; }
h2 { font-weight: normal; }
div.list { border: solid; border-width: 1px 0; padding: .5em 0; }
table { border-collapse: collapse; font-family: monospace; }
th, td { text-align: left; padding: .1em 1em; }
th { cursor: pointer; }
th.s, td.s { text-align: right; }
td.n { white-space: pre-wrap; }
div.foot { font-family: monospace; opacity: .7; padding-top: .5em; }
`

// script makes the heads of the columns sort the table. The first order may be
// given in the query: C=N, M, S, T or D for the column, O=A or D for up or
// down.
const script = `(function () {
  "use strict";
  var months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  var table = document.querySelector("div.list table");
  var heads = table.tHead.rows[0].cells;
  var body = table.tBodies[0];
  var column = -1, up = true;

  // key is what a cell is sorted by.
  function key(row, c) {
    var cell = row.cells[c], text = cell.textContent;
    if (c === 2) { return Number(cell.getAttribute("data-value")); }
    if (c === 1) {
      return text.replace(/-([A-Z][a-z]{2})-/, function (all, m) {
        return "-" + String(100 + months.indexOf(m) / 3) + "-";
      });
    }
    return text.toLowerCase();
  }

  // rank keeps the parent directory on top, and directories above files.
  function rank(row) {
    if (row.cells[0].textContent === "../") { return 0; }
    return row.className === "d" ? 1 : 2;
  }

  function compare(a, b) {
    var byRank = rank(a) - rank(b);
    if (byRank !== 0) { return byRank; }
    var x = key(a, column), y = key(b, column);
    if (x === y) { x = key(a, 0); y = key(b, 0); }
    return (x < y ? -1 : x > y ? 1 : 0) * (up ? 1 : -1);
  }

  function sort(c, ascending) {
    column = c;
    up = ascending;
    Array.prototype.slice.call(body.rows).sort(compare).forEach(function (row) {
      body.appendChild(row);
    });
  }

  Array.prototype.forEach.call(heads, function (head, c) {
    head.addEventListener("click", function () { sort(c, column !== c || !up); });
  });
  var query = new URLSearchParams(location.search);
  var first = { N: 0, M: 1, S: 2, T: 3, D: 3 }[query.get("C")];
  if (first !== undefined || query.get("O")) {
    sort(first || 0, query.get("O") !== "D");
  }
})();
`
