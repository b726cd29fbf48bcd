"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const body = document.querySelector("#board tbody");
  const heads = [...document.querySelectorAll("#board thead button")];
  const rows = [...body.rows].map((element, index) => ({ element, ...data.rows[index], at: index }));
  const form = $("filters");
  const panel = $("evidence");
  const told = panel.querySelector("div");
  let shown = rows;
  let current = null;
  let here = null;
  let quiet = 0; // until then the pointer is where the panel was closed, and asks for nothing

  // --- filtering: one pass over plain values; the document is touched only where a row changes -------------------------
  function filter() {
    const started = performance.now();
    const text = $("search").value.trim().toLowerCase();
    const provider = $("provider").value;
    const mode = $("mode").value;
    const needs = [...form.elements.need].filter((box) => box.checked).map((box) => Number(box.dataset.column));
    shown = [];
    let before = "";
    for (const row of rows) {
      const fits = (!text || row.n.includes(text)) && (!provider || row.p === provider) && (!mode || row.m === mode)
        && (!$("tested").checked || row.t === 1) && (!$("live").checked || row.d === 0) && needs.every((one) => row.s[one] === 3);
      if (row.element.hidden === fits) row.element.hidden = !fits;
      if (!fits) continue;
      shown.push(row);
      const again = row.k === before;
      if (row.again !== again) row.element.classList.toggle("again", row.again = again);
      before = row.k;
    }
    $("count").value = `${shown.length} of ${rows.length} rows`;
    $("chosen").textContent = needs.length ? `(${needs.length} chosen)` : "";
    $("none").hidden = shown.length > 0;
    rove(shown[0] && shown[0].element.cells[0], false);
    document.documentElement.dataset.filterMs = (performance.now() - started).toFixed(2);
    remember();
  }

  function remember() {
    const state = new URLSearchParams();
    for (const id of ["search", "provider", "mode"]) if ($(id).value) state.set(id, $(id).value);
    for (const id of ["tested", "live"]) if ($(id).checked) state.set(id, "1");
    for (const box of form.elements.need) if (box.checked) state.append("need", data.needs[box.value]);
    try { history.replaceState(null, "", state.size ? `#${state}` : "#"); } catch { /* a sandboxed file has no history */ }
  }

  function recall() {
    const state = new URLSearchParams(location.hash.slice(1));
    for (const id of ["search", "provider", "mode"]) if (state.has(id)) $(id).value = state.get(id);
    for (const id of ["tested", "live"]) $(id).checked = state.has(id);
    const wanted = new Set(state.getAll("need"));
    for (const box of form.elements.need) box.checked = wanted.has(data.needs[box.value]);
    $("needs").open = wanted.size > 0 || matchMedia("(min-width: 60rem)").matches;
  }

  // --- sorting ---------------------------------------------------------------------------------------------------------
  function sort(button) {
    const column = Number(button.dataset.sort);
    const head = button.parentElement;
    const first = column < 2 ? "ascending" : "descending";
    const other = first === "ascending" ? "descending" : "ascending";
    const order = head.getAttribute("aria-sort") === first ? other : first;
    for (const one of heads) one.parentElement.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const key = (row) => (column === 0 ? row.n : column === 1 ? row.p : row.s[column]);
    rows.sort((a, b) => {
      const x = key(a), y = key(b);
      return (x < y ? -sign : x > y ? sign : 0) || a.at - b.at;
    });
    body.append(...rows.map((row) => row.element));
    filter();
  }

  // --- evidence --------------------------------------------------------------------------------------------------------
  function show(cell) {
    const entry = data.evidence[Number(cell.dataset.e)];
    const model = cell.parentElement.cells[0].querySelector(".model").textContent;
    told.replaceChildren();
    const add = (name, text, kind) => {
      const element = document.createElement(name);
      for (const part of text.split(/(https:\/\/[^\s)]+)/)) element.append(part.startsWith("https://") ? link(part) : part);
      if (kind) element.className = kind;
      told.append(element);
    };
    add("strong", cell.dataset.t ? `${model}: ${cell.dataset.t}` : model);
    for (const line of entry.what) add("p", line);
    for (const line of entry.how) add("p", line, "how");
    panel.hidden = false;
    point(cell);
  }

  function link(address) {
    const element = document.createElement("a");
    element.href = element.textContent = address;
    element.rel = "noreferrer";
    return element;
  }

  // the column of the cell that is explained, and no cell behind the panel
  function point(cell) {
    if (here) here.classList.remove("here");
    here = heads[cell.cellIndex].parentElement;
    here.classList.add("here");
    if (!covers(cell)) return;
    if (panel.offsetWidth < innerWidth) panel.classList.toggle("left");
    else scrollBy({ top: cell.getBoundingClientRect().bottom - panel.getBoundingClientRect().top + 16 });
  }

  function covers(cell) {
    const a = cell.getBoundingClientRect(), b = panel.getBoundingClientRect();
    return a.bottom > b.top && a.top < b.bottom && a.right > b.left && a.left < b.right;
  }

  function hide() {
    panel.hidden = true;
    if (here) here.classList.remove("here");
    here = null;
  }

  function rove(cell, focus = true) {
    if (current) current.tabIndex = -1;
    current = cell || null;
    if (!current) return;
    current.tabIndex = 0;
    if (focus) current.focus();
  }

  function move(event) {
    const cell = event.target.closest("td, tbody th");
    const button = event.target.closest("thead button");
    if (!cell && !button) return;
    const column = (cell || button.parentElement).cellIndex;
    const at = cell ? shown.findIndex((row) => row.element === cell.parentElement) : -1;
    const last = heads.length - 1;
    const steps = {
      ArrowRight: [at, Math.min(last, column + 1)], ArrowLeft: [at, Math.max(0, column - 1)],
      ArrowDown: [Math.min(shown.length - 1, at + 1), column], ArrowUp: [at - 1, column],
      Home: [event.ctrlKey ? 0 : at, 0], End: [event.ctrlKey ? shown.length - 1 : at, last],
      PageDown: [Math.min(shown.length - 1, at + 12), column], PageUp: [Math.max(0, at - 12), column],
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const [row, next] = step;
    if (row < 0) rove(heads[next]);
    else rove(shown[row].element.cells[next]);
  }

  const cellOf = (event) => event.target.closest("td[data-e], tbody th[data-e]");
  body.addEventListener("focusin", (event) => { const cell = cellOf(event); if (cell) show(cell); });
  body.addEventListener("pointerover", (event) => { const cell = cellOf(event); if (cell && event.pointerType === "mouse" && performance.now() > quiet) show(cell); });
  body.addEventListener("click", (event) => { const cell = cellOf(event); if (cell) rove(cell); });
  $("board").addEventListener("keydown", move);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  $("close").addEventListener("click", () => {
    if (current) current.focus({ preventScroll: true });
    hide();
    quiet = performance.now() + 400;
  });
  for (const button of heads) button.addEventListener("click", () => sort(button));
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  $("reset").addEventListener("click", () => form.reset());
  recall();
  filter();
})();
