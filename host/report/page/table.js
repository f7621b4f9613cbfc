  /* ---- Table ---- */

  const columns = [
    { key: "rank", name: "Rank", number: true, value: (site) => (site.now.rank === null ? Infinity : site.now.rank) },
    { key: "name", name: "Site", value: (site) => nameOf(site).toLowerCase() },
    { key: "score", name: "Score", number: true, value: (site) => (Number.isNaN(site.now.score) ? -1 : site.now.score), down: true },
    { key: "change", name: "Moved", number: true, value: (site) => (site.rank && site.now.rank ? site.now.rank - site.rank : 0) },
  ];

  const columnsOf = (of) => [...columns, ...(variantIn(of) ? variantColumns : of.certainty ? certaintyColumns : [])];
  const headOf = (column) => (column.key === "among" ? "First " + state.among : column.name);

  function tableHead() {
    if (!columnsOf(target()).some((column) => column.key === state.sort)) Object.assign(state, { sort: "rank", down: false });
    byId("table").tHead.replaceChildren(make("tr", {}, ...columnsOf(target()).map((column) => {
      const sorted = state.sort === column.key;
      return make("th", { scope: "col", class: column.number ? "number" : null, "aria-sort": sorted ? (state.down ? "descending" : "ascending") : "none" },
        make("button", { type: "button", text: headOf(column), title: column.title, "data-sort": column.key, onclick: () => {
          state.down = sorted ? !state.down : Boolean(column.down);
          state.sort = column.key;
          tableHead();
          drawTable();
          saveState();
          document.querySelector("#table [data-sort=" + column.key + "]").focus();
        } }));
    })));
  }

  const reasons = (site) => site.now.stopped.map((index) => data.rules[index].reason).join("; ");
  function moved(site) {
    if (!site.rank || !site.now.rank || site.rank === site.now.rank) return make("td", { class: "number" }, site.rank && !site.now.rank ? "out" : !site.rank && site.now.rank ? "new" : "");
    const by = site.rank - site.now.rank;
    return make("td", { class: "number" }, make("span", { class: by > 0 ? "up" : "down", text: String(Math.abs(by)), "aria-label": (by > 0 ? "up " : "down ") + Math.abs(by) }));
  }

  function tableRow(site) {
    const below = site.now.status === "ranked" ? notes(site) : site.now.status === "excluded" ? "Excluded: " + reasons(site) : site.now.status;
    const row = make("tr", { "aria-current": state.site === site.id ? "true" : null, "data-site": site.id },
      make("td", { class: "number", text: site.now.rank === null ? "\u2013" : String(site.now.rank) }),
      make("td", {}, make("button", { type: "button", text: nameOf(site) }), below ? make("div", { class: "small", text: below }) : null),
      make("td", { class: "number", text: scoreWords(site.now.score, 3) }), moved(site), ...columnsOf(target()).filter((column) => column.cell).map((column) => column.cell(site)));
    row.addEventListener("click", () => choose(site.id, true));
    return row;
  }

  function drawTable() {
    const of = target(), column = columnsOf(of).find((one) => one.key === state.sort), query = state.query.trim().toLowerCase();
    const shown = of.sites.filter((site) => {
      const words = [nameOf(site), notes(site), reasons(site), site.now.status, site.id].join(" ").toLowerCase();
      return (!query || words.includes(query)) && (!state.status || site.now.status === state.status) && isSure(site);
    });
    shown.sort((a, b) => {
      const p = column.value(a), q = column.value(b), order = p < q ? -1 : p > q ? 1 : 0;
      return (state.down ? -order : order) || (a.now.rank || Infinity) - (b.now.rank || Infinity) || b.now.score - a.now.score || 0;
    });
    fitColumns(of);
    const focused = document.activeElement && document.activeElement.closest ? document.activeElement.closest("#table tbody tr") : null;
    byId("table").tBodies[0].replaceChildren(...shown.map(tableRow));
    if (focused) {
      const again = [...document.querySelectorAll("#table tbody tr")].find((row) => row.dataset.site === focused.dataset.site);
      if (again) again.querySelector("button").focus();
    }
    const ranked = of.sites.filter((site) => site.now.rank !== null).length;
    byId("count").textContent = (shown.length === of.sites.length ? of.sites.length + " sites" : shown.length + " of " + of.sites.length + " sites") + ", " + ranked + " ranked" + (state.variant ? " in " + spoken(state.variant) : "") + (isChanged(state.target) || isSwitched() ? " with your changes" : "");
  }
