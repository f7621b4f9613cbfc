  /* ---- What rules take together ---- */

  const PAIRS_SHOWN = 40;
  function overlapPairs(taken) {
    const at = new Map(taken.map((one) => [one.rule, one])), pairs = [];
    taken.forEach((one, i) => Object.entries(one.overlaps_km2).forEach(([rule, km2]) => {
      const other = at.get(rule);
      if (other && taken.indexOf(other) > i && km2 > 0) pairs.push({ one, other, km2 });
    }));
    return pairs.sort((a, b) => b.km2 - a.km2);
  }

  function ruleTable(heads, rows) {
    return make("div", { class: "across", tabindex: "0", role: "region", "aria-labelledby": "overlaps-heading" }, make("table", {},
      make("thead", {}, make("tr", {}, ...heads.map((words) => make("th", { scope: "col", class: /km\u00b2|%/.test(words) ? "number" : null, text: words })))),
      make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((words, i) => (typeof words === "number" ? make("td", { class: "number", text: number(words, heads[i].includes("%") ? 0 : 1) }) : i ? make("td", { text: words }) : make("th", { scope: "row", text: words }))))))));
  }

  function drawOverlaps() {
    const taken = (target().exclusions || []).filter((one) => one.excluded_km2 > 0);
    byId("overlaps").hidden = taken.length < 2;
    if (taken.length < 2) return;
    const pairs = overlapPairs(taken), share = (part, whole) => (100 * part) / whole;
    const parts = [make("p", { class: "note", text: "In the run. Alone: what would be free without the rule, for no other one excludes it." }),
      ruleTable(["Rule", "Excludes km\u00b2", "Alone km\u00b2", "Alone %"], taken.map((one) => [one.reason, one.excluded_km2, one.alone_km2, share(one.alone_km2, one.excluded_km2)]))];
    if (pairs.length) parts.push(make("h3", { text: "Both at once" }), ruleTable(["Rule", "and", "Both km\u00b2", "of the first %", "of the other %"],
      pairs.slice(0, PAIRS_SHOWN).map((pair) => [pair.one.reason, pair.other.reason, pair.km2, share(pair.km2, pair.one.excluded_km2), share(pair.km2, pair.other.excluded_km2)])));
    else parts.push(make("p", { text: "No two of them meet." }));
    if (pairs.length > PAIRS_SHOWN) parts.push(make("p", { class: "note", text: "and " + (pairs.length - PAIRS_SHOWN) + " more pairs in " + target().name + "_rules_overlap.csv" }));
    byId("overlap-parts").replaceChildren(...parts);
  }
