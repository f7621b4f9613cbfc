  /* ---- How far ranks hold: what the run drew, with the weights of the run ---- */

  const LEAST_SHOWN = 0.0005;
  const shareWords = (share) => (share === 0 ? "0 %" : share < LEAST_SHOWN ? "< 0.1 %" : share >= 1 ? "100 %" : percent(Math.min(share, 0.999), share > 0.9 ? 3 : 2));

  /* Share of the draws in which a site is among the first so many; null: it took no part. */
  const shareAmong = (site, first) => (site.certainty ? Math.min(1, site.certainty.ranks.slice(0, first).reduce((sum, share) => sum + share, 0)) : null);
  const rankWords = (site) => (site.certainty.rank[0] === site.certainty.rank[2] ? String(site.certainty.rank[0]) : site.certainty.rank[0] + "\u2013" + site.certainty.rank[2]);

  /* From the lowest to the highest of the two ranks on a line of all that took part; the middle one as a tick. */
  function rangeBar(of, site) {
    const [low, middle, high] = site.certainty.rank, count = Math.max(2, of.certainty.sites), at = (rank) => (100 * (rank - 1)) / count;
    const span = make("i", {}), tick = make("b", {});
    span.style.left = at(low) + "%";
    span.style.width = (100 * (high - low + 1)) / count + "%";
    tick.style.left = at(middle) + 50 / count + "%";
    return make("span", { class: "range", "aria-hidden": "true" }, span, tick);
  }
  function shareBar(share) {
    const bar = make("i", {});
    bar.style.width = 100 * share + "%";
    return make("span", { class: "bar", "aria-hidden": "true" }, bar);
  }
  const certaintyColumns = [
    { key: "range", name: "Range", title: "Ranks that 5 and 95 percent of the run's draws do not exceed", number: true, value: (site) => (site.certainty ? site.certainty.rank[1] + site.certainty.rank[2] / 1e4 : Infinity),
      cell: (site) => (site.certainty ? make("td", { class: "number ranged" }, rankWords(site), rangeBar(target(), site)) : make("td", { class: "number", text: "\u2013" })) },
    { key: "among", name: "Among first", number: true, down: true, value: (site) => (site.certainty ? shareAmong(site, state.among) : -1),
      cell: (site) => (site.certainty ? make("td", { class: "number ranged" }, shareWords(shareAmong(site, state.among)), shareBar(shareAmong(site, state.among))) : make("td", { class: "number", text: "\u2013" })) },
  ];
  /* With two more columns there is room for what moved only once something has. */
  function fitColumns(of) {
    byId("table").classList.toggle("ranging", Boolean(of.certainty));
    byId("table").classList.toggle("unmoved", of.sites.every((site) => (site.rank || null) === site.now.rank));
  }
  const isSure = (site) => !target().certainty || state.sure === 0 || (site.certainty !== undefined && shareAmong(site, state.among) >= state.sure / 100);

  function fillChoices(select, values, words, chosen) {
    select.replaceChildren(...values.map((value) => make("option", { value, text: words(value) })));
    select.value = String(chosen);
  }
  function drawCertaintyFilter() {
    byId("certain").hidden = !target().certainty;
    fillChoices(byId("among"), AMONG, String, state.among);
    fillChoices(byId("sure"), [0, ...SURE], (value) => (value ? "at least " + value + " %" : "any share"), state.sure);
  }

  function certaintyFacts(site) {
    const found = site.certainty;
    if (!found) return [];
    const first = shareAmong(site, 1), facts = ["Rank " + rankWords(site) + " in 90 % of " + target().certainty.draws.toLocaleString("en") + " draws with " + target().certainty.drawn + ", in the middle " + found.rank[1]];
    facts.push("First in " + shareWords(first) + ", among the first " + state.among + " in " + shareWords(shareAmong(site, state.among)) + " of them");
    if (found.score.every((score) => score !== null)) facts.push("Score " + scoreWords(found.score[0], 3) + " to " + scoreWords(found.score[2], 3) + " in 90 % of them");
    return facts;
  }
  /* What would have to weigh more for it to be first. */
  function weightsIfFirst(site) {
    const weights = site.certainty && site.certainty.weights_if_first;
    if (!weights) return null;
    const rows = data.criteria.map((criterion, index) => ({ label: criterion.label, share: weights[index], given: site.terms[index][2] })).filter((one) => one.share !== null && one.given !== null);
    rows.sort((a, b) => b.share - b.given - (a.share - a.given));
    return make("details", { class: "if-first" }, make("summary", { text: "Weights of the draws where it is first" }), make("table", { class: "terms" },
      make("thead", {}, make("tr", {}, ...["Criterion", "Weight in the run", "Where first"].map((words, i) => make("th", { scope: "col", class: i ? "number" : null, text: words })))),
      make("tbody", {}, ...rows.map((one) => make("tr", {}, make("th", { scope: "row", text: one.label }), make("td", { class: "number", text: percent(one.given, 2) }), make("td", { class: "number", text: percent(one.share, 2) }))))));
  }

  /* Share of the draws of each rank, darker the more. */
  const GRID_SITES = 20, GRID_RANKS = 20;
  function rankCell(share) {
    const shade = make("i", { "aria-hidden": "true" });
    shade.style.opacity = Math.sqrt(share).toFixed(3);
    return make("td", { class: share > 0.5 ? "strong" : share > 0.15 ? "middling" : null }, shade, make("span", { text: share >= 0.005 ? String(Math.round(100 * share)) : "" }));
  }
  function rankGrid(of) {
    const sites = of.sites.filter((site) => site.certainty).slice(0, GRID_SITES), last = Math.min(GRID_RANKS, of.certainty.sites);
    const ranks = Array.from({ length: last }, (none, r) => r + 1);
    const row = (site) => make("tr", {}, make("th", { scope: "row" }, make("span", { class: "number", text: site.rank + ". " }), make("button", { type: "button", class: "link", text: nameOf(site), onclick: () => choose(site.id, true) })),
      ...ranks.map((rank) => rankCell(site.certainty.ranks[rank - 1] || 0)));
    return make("table", { class: "ranks" }, make("thead", {}, make("tr", {}, make("th", { scope: "col", text: "Site, rank in the run" }), ...ranks.map((rank) => make("th", { scope: "col", text: String(rank) })))), make("tbody", {}, ...sites.map(row)));
  }

  /* How far one criterion alone moves a site's score, each way: by its weight, by its membership. */
  function swingsOf(of, at) {
    const score = of.sites[at].score, swings = new Map();
    for (const one of of.certainty.cases) {
      if (!swings.has(one.criterion)) swings.set(one.criterion, { label: data.criteria[one.criterion].label, weight: [0, 0], membership: [0, 0], first: null });
      const swing = swings.get(one.criterion), ends = one.of_weight ? swing.weight : swing.membership, value = one.scores[at];
      if (one.ranks[0] > 1 && swing.first === null) swing.first = of.sites[one.first];
      if (value === null) continue;
      ends[0] = Math.min(ends[0], value - score);
      ends[1] = Math.max(ends[1], value - score);
    }
    const width = (swing) => Math.max(swing.weight[1] - swing.weight[0], swing.membership[1] - swing.membership[0]);
    return [...swings.values()].sort((a, b) => width(b) - width(a));
  }
  function swingBar(kind, ends, widest) {
    const bar = make("i", { class: kind });
    bar.style.left = 50 + (50 * ends[0]) / widest + "%";
    bar.style.width = (50 * (ends[1] - ends[0])) / widest + "%";
    return bar;
  }
  const signed = (value) => (value > 0 ? "+" : value < 0 ? "\u2212" : "") + significant(Math.abs(value));
  const endsWords = (ends) => (ends[0] === ends[1] ? "none" : signed(ends[0]) + " to " + signed(ends[1]));
  function tornado(of) {
    const told = of.certainty.cases.length ? of.certainty.cases[0].scores.length : 0, chosen = of.sites.findIndex((site) => site.id === state.site), at = chosen >= 0 && chosen < told ? chosen : 0;
    if (!told) return [];
    const swings = swingsOf(of, at), widest = Math.max(1e-9, ...swings.flatMap((swing) => [...swing.weight, ...swing.membership].map(Math.abs))), off = of.certainty.memberships > 0 ? of.certainty.memberships : 0.1;
    const row = (swing) => make("li", {}, make("div", { class: "what" }, swing.label, swing.first ? make("small", { text: "then first: " + nameOf(swing.first) }) : null),
      make("div", { class: "swing", role: "img", "aria-label": "by its weight " + endsWords(swing.weight) + ", by its membership " + endsWords(swing.membership) }, swingBar("by-weight", swing.weight, widest), swingBar("by-membership", swing.membership, widest)));
    const key = (kind, words) => make("span", { class: "key" }, make("i", { class: "patch " + kind, "aria-hidden": "true" }), words);
    return [make("h3", { text: "What one criterion does to the score of " + nameOf(of.sites[at]) }),
      make("p", { class: "note" }, key("by-weight", "its weight from nothing to double"), key("by-membership", "its membership at raw values up to " + percent(off) + " off")),
      make("ul", { class: "tornado" }, ...swings.map(row), make("li", { class: "scale", "aria-hidden": "true" }, make("div", { class: "what" }), make("div", { class: "swing" }, ...[-widest, 0, widest].map((value) => make("span", { text: signed(value) }))))),
      make("p", { class: "note", text: "Choose one of the first " + told + " sites to see its own." })];
  }

  function drawTornado() {
    const of = target();
    if (of.certainty) byId("tornado").replaceChildren(...tornado(of));
  }
  function drawCertainty() {
    const of = target(), found = of.certainty;
    byId("certainty").hidden = !found;
    drawCertaintyFilter();
    if (!found) return;
    const hidden = found.sites > GRID_SITES ? " Ranks and sites beyond the first " + GRID_SITES + " are in the table and in " + of.name + "_acceptability.csv." : "";
    byId("ranks").replaceChildren(make("p", { class: "note", text: "Percent of the run's " + found.draws.toLocaleString("en") + " draws, with " + found.drawn + ", in which a site has a rank. Weights moved on this page do not change them." + hidden }),
      make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Shares of ranks" }, rankGrid(of)));
    drawTornado();
  }
