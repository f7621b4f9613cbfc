  /* ---- What if: the run's variants ---- */

  /* Of what a variant tells anew of a site; the run's own is kept under `run`. */
  const TOLD_ANEW = ["status", "score", "plain_score", "percentile", "coverage", "rules", "terms", "gone", "months"];
  const variantIn = (of) => (of.variants || []).find((one) => one.name === state.variant) || null;
  const relaxedIn = () => { const one = variantIn(data.targets[0]); return one ? one.relax : []; };
  /* Rules that the reader switched, beside those that the variant relaxes. */
  const isSwitched = () => { const relaxed = relaxedIn(); return relaxed.length !== state.off.size || relaxed.some((index) => !state.off.has(index)); };

  function wearWeights(of, made) {
    if (!of.tree) return;
    eachNode(of.tree, (node) => {
      if (node.asked === undefined) node.asked = node.given;
      node.given = node.asked;
    });
    if (made) eachNode(of.tree, (node) => {
      if (!takesWeights(node)) return;
      for (const child of node.of) {
        const weight = child.leaf === undefined ? undefined : made.weights[data.criteria[child.leaf].name];
        if (weight !== undefined) child.given = weight;
      }
    });
  }

  function wearSites(of, made) {
    of.own = of.own || of.sites;
    of.sites = of.own;
    of.own.forEach((site, index) => {
      if (!site.run) site.run = Object.fromEntries(TOLD_ANEW.map((key) => [key, site[key]]));
      Object.assign(site, site.run);
      if (!made) return;
      Object.assign(site, { percentile: null, plain_score: null }, made.sites[index]);
    });
    if (made && made.more.length) of.sites = of.own.concat(made.more.map((site) => Object.assign(site, { run: { status: "not listed", score: null } })));
  }

  /* An unknown name is none. Sliders that were moved stay where they are. */
  function takeVariant(name) {
    for (const index of relaxedIn()) state.off.delete(index);
    state.variant = (data.targets[0].variants || []).some((one) => one.name === name) ? name : "";
    for (const index of relaxedIn()) state.off.add(index);
    for (const of of data.targets) {
      wearWeights(of, variantIn(of));
      wearSites(of, variantIn(of));
    }
    pinnedTarget = -1;
  }

  const movedWords = (was, now) => (was && now ? (was === now ? "rank " + now : "rank " + was + " \u2192 " + now) : now ? "now rank " + now : was ? "was rank " + was : "");
  const CHANGE_WORDS = { enters: "In", leaves: "Out", up: "Up", down: "Down", score: "Another score", "": "" };

  /* Beside the columns of the list: what the run itself says. */
  const runScore = (site) => (site.run.score === null ? NaN : site.run.score);
  const variantColumns = [
    { key: "run", name: "In the run", title: "Rank or status, and score, in the run without the variant", number: true, value: (site) => site.rank || 1e9 - (runScore(site) || 0),
      cell: (site) => make("td", { class: "number" }, site.rank ? String(site.rank) : site.run.status, Number.isNaN(runScore(site)) ? null : make("div", { class: "small", text: scoreWords(runScore(site), 3) })) },
  ];

  /* In the explanation of a site. */
  function variantNote(of, site) {
    const made = variantIn(of), change = made && made.changes.find((one) => one.id === site.id);
    if (!made) return null;
    const words = change ? [movedWords(change.was, change.rank), change.why].filter(Boolean).join(": ") : "as in the run";
    return make("div", { class: "variant-note" }, make("p", { text: "In the variant " + spoken(made.name) + ": " + words + "." }),
      site.months !== null && site.months !== undefined ? make("p", { class: "note", text: "Half of its permits take no longer than " + months(site.months) + " there; the figures below are the run's." }) : null);
  }

  function variantRow(of, made) {
    const counts = made ? [made.enters, made.leaves, made.up, made.down] : null, cell = (words) => make("td", { class: "number", text: words });
    const listed = made ? made.shortlisted : ((of.variants[0] || {}).base_shortlisted);
    return make("tr", {}, make("th", { scope: "row" }, make("button", { type: "button", "aria-pressed": String(state.variant === (made ? made.name : "")), "data-variant": made ? made.name : "", text: made ? spoken(made.name) : "as run", onclick: () => {
      takeVariant(made ? made.name : "");
      refreshTarget();
      document.querySelector("#variant-list [data-variant='" + state.variant + "']").focus();
      sayRanks();
    } })), ...(counts ? counts.map((count) => cell(String(count))) : ["", "", "", ""].map(cell)), ...(of.shortlist ? [cell(listed === undefined ? "" : String(listed))] : []));
  }

  function areaWords(made) {
    const parts = [[made.gained_km2, " more are scored"], [made.lost_km2, " no longer are"]].filter(([km2]) => km2 > 0).map(([km2, words]) => area(km2) + words);
    return parts.length ? " " + parts.join(", ") + "." : "";
  }

  const CHANGES_SHOWN = 40;
  function variantChanges(of, made) {
    const named = new Map(of.sites.map((site) => [site.id, site])), order = Object.keys(CHANGE_WORDS);
    const changes = made.changes.slice().sort((a, b) => order.indexOf(a.change) - order.indexOf(b.change));
    const rows = changes.slice(0, CHANGES_SHOWN).map((one) => make("li", {}, make("button", { type: "button", class: "link", text: nameOf(named.get(one.id)), onclick: () => choose(one.id, true) }),
      make("div", { class: "note", text: [[CHANGE_WORDS[one.change], movedWords(one.was, one.rank)].filter(Boolean).join(", "), one.why].filter(Boolean).join(": ") })));
    return [rows.length ? make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "What changes" }, make("ul", { class: "changes" }, ...rows)) : make("p", { text: "No site moves." }), changes.length > CHANGES_SHOWN ? make("p", { class: "note", text: "and " + (changes.length - CHANGES_SHOWN) + " more in variants.csv" }) : null];
  }

  function drawVariants() {
    const of = target(), made = variantIn(of);
    byId("variants").hidden = !of.variants;
    if (!of.variants) return;
    const heads = ["Variant", "In", "Out", "Up", "Down", ...(of.shortlist ? ["Shortlist"] : [])];
    const table = make("table", { id: "variant-list" }, make("thead", {}, make("tr", {}, ...heads.map((words, i) => make("th", { scope: "col", class: i ? "number" : null, text: words })))),
      make("tbody", {}, variantRow(of, null), ...of.variants.map((one) => variantRow(of, one))));
    const parts = [make("p", { class: "note", text: "The run with a few things otherwise. Choose one: sites, weights, rules and the list follow." }), make("div", { class: "across", tabindex: "0", role: "region", "aria-labelledby": "variants-heading" }, table)];
    if (made) {
      parts.push(make("h3", { text: "What " + spoken(made.name) + " changes" }), make("p", { text: made.words + "." + areaWords(made) }));
      if (!made.painted) parts.push(make("p", { class: "warn", text: "The map's colours and hatching stay the run's: only other weights and relaxed rules can be painted here. Sites and their list are the variant's." }));
      parts.push(...variantChanges(of, made));
    }
    byId("variant-parts").replaceChildren(...parts.filter(Boolean));
  }
