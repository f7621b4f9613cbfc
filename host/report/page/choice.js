  /* ---- What the reader has chosen ---- */

  const AMONG = [1, 2, 3, 5, 10, 20, 50], AMONG_GIVEN = 10, SURE = [5, 25, 50, 75, 90, 95];
  const state = { target: 0, weights: new Map(), off: new Set(), site: null, place: null, query: "", status: "", sort: "rank", down: false, plain: false, toggled: new Set(), among: AMONG_GIVEN, sure: 0, variant: "" };
  const target = () => data.targets[state.target];
  const rulesOf = (of) => data.rules.map((rule, index) => index).filter((index) => data.rules[index].targets.includes(of.name));

  function applyWeights() {
    data.targets.forEach((of, index) => {
      if (!of.tree) return;
      eachNode(of.tree, (node) => {
        const own = state.weights.get(index + ":" + node.path);
        node.weight = own === undefined ? node.given : own;
      });
    });
  }
  const isChanged = (index) => [...state.weights.keys()].some((key) => key.startsWith(index + ":"));

  const memberships = (site) => site.terms.map((term) => term[1]);

  /* Exclusions of `fired` that are switched on and that no inclusion that is switched on frees of. */
  function stoppingOf(of, fired) {
    const on = fired.filter((index) => !state.off.has(index)), freed = new Set();
    for (const index of on) if (data.rules[index].effect === "include") data.rules[index].over.forEach((other) => freed.add(other));
    return on.filter((index) => data.rules[index].effect === "exclude" && !freed.has(index));
  }
  /* Penalties of a score that the page works out; others are in the plane of scores and stay. */
  const isPenalty = (index) => data.rules[index].effect === "penalise";
  const penaltiesOf = (of, fired) => fired.filter((index) => isPenalty(index) && (!of.tree || !state.off.has(index)));
  const penalised = (value, penalties) => penalties.reduce((score, index) => f(score * f(data.rules[index].factor)), value);

  /* Scores and ranks of the moment. As long as no weight is another, they are the program's own. */
  function rankSites(index) {
    const of = data.targets[index], changed = of.tree && isChanged(index);
    for (const site of of.sites) {
      const known = site.status !== "outside" && site.status !== "no data";
      const penalties = penaltiesOf(of, site.rules), given = site.plain_score === null || site.plain_score === undefined ? site.score : site.plain_score;
      const now = changed ? scoreOne(of.tree, memberships(site)) : { value: given === null ? NaN : given, coverage: site.coverage };
      const plain = now.value;
      now.value = penalised(plain, penalties);
      const missing = changed ? Number.isNaN(now.value) || now.coverage < of.min_coverage - SLACK : !known;
      const stopped = stoppingOf(of, site.rules);
      site.now = {
        score: site.status === "outside" ? NaN : now.value, coverage: now.coverage, stopped, penalties, plain,
        status: site.status === "outside" ? "outside" : missing ? "no data" : stopped.length ? "excluded" : site.gone ? "not listed" : "ranked",
      };
    }
    const order = of.sites.slice().sort((a, b) => {
      const ranked = (b.now.status === "ranked") - (a.now.status === "ranked");
      const p = Number.isNaN(a.now.score) ? -1 : a.now.score, q = Number.isNaN(b.now.score) ? -1 : b.now.score;
      return ranked || q - p || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
    });
    order.forEach((site, position) => { site.now.rank = site.now.status === "ranked" ? position + 1 : null; });
    return order;
  }
