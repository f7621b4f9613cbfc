  /* ---- Explanations ---- */

  const degrees = (lat, lon) => Math.abs(lat).toFixed(3) + "\u00b0 " + (lat < 0 ? "S" : "N") + ", " + Math.abs(lon).toFixed(3) + "\u00b0 " + (lon < 0 ? "W" : "E");
  const nameOf = (site) => site.name || degrees(site.lat, site.lon);
  const notes = (site) => site.annotations.filter((words) => words).join(", ");

  function termsTable(of, memberships, values) {
    const shares = {}, rows = [], additive = of.tree ? addsUp(of.tree) : of.learnt;
    if (of.tree) shareWeights(of.tree, 1, 1, additive, memberships, shares);
    data.criteria.forEach((criterion, index) => {
      const mu = memberships[index], share = shares[index], given = values ? values[index] : null;
      const weight = share ? share.weight : !of.tree && given ? given[2] : null, contribution = share ? share.contribution : !of.tree && given ? given[3] : null;
      if (!values && weight === null && of.tree) return;
      if (!values && mu === null) return;
      const value = given ? (given[0] === null ? "no data" : significant(given[0]) + (criterion.unit ? " " + criterion.unit : "")) : null;
      const below = [value, given && given[4] ? "nearest: " + given[4] : null].filter(Boolean).join(" \u00b7 ");
      const cells = [make("th", { scope: "row" }, make("div", { class: "long", text: criterion.label }), below ? make("div", { class: "note", text: below }) : null)];
      const bar = make("i", {});
      bar.style.width = 100 * (mu || 0) + "%";
      cells.push(make("td", { class: "number" }, mu === null ? (criterion.plane === undefined ? "" : "no data") : number(mu, 2), mu === null ? null : make("span", { class: "bar", "aria-hidden": "true" }, bar)));
      cells.push(make("td", { class: "number", text: weight === null ? "\u2013" : Math.round(100 * weight) + " %" }));
      if (additive) cells.push(make("td", { class: "number", text: contribution === null ? "\u2013" : number(contribution, 3) }));
      rows.push({ row: make("tr", {}, ...cells), scored: weight !== null, weight: contribution === null ? (weight || 0) - 2 : contribution });
    });
    rows.sort((a, b) => b.weight - a.weight);
    const heads = ["Criterion", "Membership", "Weight"].concat(additive ? [of.learnt ? "Adds to logit" : "Adds"] : []);
    const table = (some) => make("table", { class: "terms" }, make("thead", {}, make("tr", {}, ...heads.map((words, i) => make("th", { scope: "col", class: i ? "number" : null, text: words })))),
      make("tbody", {}, ...some.map((one) => one.row)));
    const scored = rows.filter((one) => one.scored), others = rows.filter((one) => !one.scored);
    return make("div", {}, scored.length ? table(scored) : null, others.length ? make("details", {}, make("summary", { text: "Not in this score: " + others.length }), table(others)) : null);
  }

  function reasonList(indices, head) {
    if (!indices.length) return null;
    return make("div", {}, make("p", { text: head }), make("ul", {}, ...indices.map((index) => make("li", { text: data.rules[index].reason + (data.rules[index].citation ? " (" + data.rules[index].citation + ")" : "") }))));
  }

  const penaltyWords = (index) => data.rules[index].reason + ": times " + data.rules[index].factor;
  function penaltyList(indices, plain, decimals) {
    if (!indices.length) return null;
    return make("div", {}, make("p", { text: "Penalties" + (Number.isNaN(plain) ? "" : ", without which it scores " + scoreWords(plain, decimals)) + ":" }), make("ul", {}, ...indices.map((index) => make("li", { text: penaltyWords(index) + (data.rules[index].citation ? " (" + data.rules[index].citation + ")" : "") }))));
  }

  /* What the program drew of the route that this target takes, on this land. */
  const months = (value) => (value === null ? "\u2013" : significant(value) + (value === 1 ? " month" : " months"));
  function permitTable(of, site) {
    if (!of.permits) return null;
    const found = site.permits === undefined ? null : of.permits[site.permits];
    if (!found) return make("div", {}, make("h3", { text: "Permits" }), make("p", { class: "note", text: "No figures: the jurisdiction here is not known, or the table has no such route for it." }));
    const where = spoken(found.route) + " \u00b7 " + found.jurisdiction + " \u00b7 " + spoken(found.land_status) + " land", head = [make("h3", { text: "Permits" }), make("p", { class: "note", text: where })];
    if (found.kind === "excluded") return make("div", {}, ...head, make("p", { text: "No permit on this land." }));
    if (found.p50_months === null) return make("div", {}, ...head, make("p", { class: "note", text: "No figures: the table has no such route there." }));
    const row = (name, value) => make("tr", {}, make("th", { scope: "row", text: name }), make("td", { class: "number", text: value }));
    const rows = [row("1 in 10 take no longer than (P10)", months(found.p10_months)), row("Half no longer than (P50)", months(found.p50_months)), row("9 in 10 no longer than (P90)", months(found.p90_months)),
      row("Granted within 6 months", percent(found.p_within_6)), row("Granted within 24 months", percent(found.p_within_24)), row("Granted at all", percent(found.p_granted))];
    if (found.p50_what_if_months !== undefined && found.p50_what_if_months !== null) rows.push(row("With the accelerated stages, P50", months(found.p50_what_if_months)), row("With them, within 6 months", percent(found.p_within_6_what_if)));
    if (found.critical_stage) rows.push(row("Stage that decides", spoken(found.critical_stage) + (found.critical_share === null ? "" : ", " + percent(found.critical_share, 2) + " of the time")));
    return make("div", {}, ...head, make("table", { class: "terms permits" }, make("tbody", {}, ...rows)), found.certainty ? make("p", { class: "note", text: "Certainty of these figures: " + spoken(found.certainty) }) : null);
  }

  function explainSite(site) {
    const now = site.now, of = target(), facts = [];
    if (now.status === "ranked") facts.push("Rank " + now.rank + " of " + of.sites.filter((one) => one.now.rank !== null).length + (now.rank !== site.rank && site.rank ? "; " + site.rank + " as the run weighed" : ""));
    else facts.push("Not ranked: " + now.status);
    if (site.percentile !== null && !isChanged(state.target)) facts.push(number(site.percentile, 1) + " % of the scored cells score less");
    if (now.coverage !== null && now.coverage < 1) facts.push(Math.round(100 * now.coverage) + " % of the weight has data here");
    if (site.uncertainty_m) facts.push("Its place is known to " + significant(site.uncertainty_m / 1000) + " km");
    facts.push(...certaintyFacts(site));
    data.annotations.forEach((name, index) => { if (site.annotations[index]) facts.push(spoken(name) + ": " + site.annotations[index]); });
    facts.push(degrees(site.lat, site.lon) + " \u00b7 id " + site.id);
    return [
      make("h3", { text: nameOf(site) }),
      make("p", { class: "score", text: scoreWords(now.score, 4) + (now.status === "excluded" ? " if it were not excluded" : "") }),
      make("ul", { class: "facts" }, ...facts.map((words) => make("li", { text: words }))),
      variantNote(of, site),
      reasonList(now.stopped, "Excluded because:"),
      penaltyList(now.penalties, now.plain, 4),
      permitTable(of, site),
      termsTable(of, memberships(site), site.terms),
      weightsIfFirst(site),
      site.sources.length > 1 ? make("p", { class: "note", text: "Merged from " + site.sources.map((source) => (source.label || "unnamed") + " (" + source.layer + ")").join("; ") }) : null,
    ];
  }

  /* Of any place: what the map's planes hold, to within half a step of 1/254. */
  function explainPlace(lat, lon) {
    const at = pixelAt(lat, lon), of = target();
    const head = make("h3", { text: degrees(lat, lon) });
    if (at < 0 || planes[raster.inside][at] === 0) return [head, make("p", { text: "Outside the study area." })];
    const here = data.criteria.map((criterion) => {
      const byte = criterion.plane === undefined ? 0 : planes[criterion.plane][at];
      return byte < LEAST ? null : membershipTable[byte];
    });
    const made = of.tree ? scoreOne(of.tree, here) : { value: scoreAt(of, membershipTable[planes[of.plane][at]]), coverage: 1 };
    const known = !Number.isNaN(made.value) && made.coverage >= of.min_coverage - SLACK;
    const fired = rulesOf(of).filter((index) => (planes[data.rules[index].plane][at] >> data.rules[index].bit) & 1), stopped = stoppingOf(of, fired);
    const penalties = penaltiesOf(of, fired), plain = made.value;
    if (of.tree) made.value = penalised(plain, penalties);
    return [head,
      make("p", { class: "score", text: known ? scoreWords(made.value, 2) + (stopped.length ? " if it were not excluded" : "") : "No data" }),
      known && made.coverage < 1 ? make("p", { text: Math.round(100 * made.coverage) + " % of the weight has data here" }) : null,
      reasonList(stopped, "Excluded because:"),
      known ? penaltyList(penalties, of.tree ? plain : NaN, 2) : null,
      termsTable(of, here, null),
      make("p", { class: "note", text: "Read from the map: memberships to within 0.002. Sites have their exact values." })];
  }

  function showExplanation() {
    const site = target().sites.find((one) => one.id === state.site), box = byId("explanation");
    mark.clearLayers();
    if (site) box.replaceChildren(...explainSite(site).filter(Boolean));
    else if (state.place) {
      box.replaceChildren(...explainPlace(state.place[0], state.place[1]).filter(Boolean));
      mark.addLayer(L.marker([state.place[0], longitude(state.place[1])], { interactive: false, keyboard: false, icon: L.divIcon({ className: "place-mark", iconSize: [18, 18] }) }));
    } else box.replaceChildren(make("p", { class: "note", text: "Choose a site in the table, or click any place on the map." }));
  }

  function choose(id, go) {
    state.site = id;
    state.place = null;
    const site = target().sites.find((one) => one.id === id);
    if (go && site) map.setView([site.lat, longitude(site.lon)], Math.max(map.getZoom(), map.getBoundsZoom(bounds) + 1), { animate: !still });
    refresh(false);
    const row = document.querySelector("#table tr[aria-current=true]"), box = document.querySelector(".scroll");
    if (row && (row.offsetTop < box.scrollTop + 40 || row.offsetTop + row.offsetHeight > box.scrollTop + box.clientHeight)) box.scrollTop = row.offsetTop - 60;
  }
