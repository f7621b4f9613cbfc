  /* A block of cells goes through the tree at once. What a criterion adds to its group depends on its byte alone and is looked up; a byte without
   * a value has what changes nothing. `whole`: every part is known everywhere, so that presence and coverage are no question. */
  const NOTHING = { weighted: 0, weighted_product: 0, and: 2, or: -1, product: 1, sum: 1, gamma: 1 };
  const LOG_STEPS = 256, LOG_DEEPEST = 32, SUM_STEPS = 65535;

  function partOf(node, mu, weight) {
    switch (node.operation) {
      case "weighted": return weight * mu;
      case "weighted_product": return weight > 0 ? weight * Math.max(Math.log(mu), -1e4) : 0;
      case "sum": case "gamma": return 1 - mu;
      default: return mu;
    }
  }

  /* Before a painting: tables of all groups. */
  function prepare(node) {
    if (node.leaf !== undefined) {
      node.whole = data.criteria[node.leaf].full;
      return;
    }
    node.of.forEach(prepare);
    node.whole = node.of.every((child) => child.whole);
    node.weights = node.of.map((child) => weightIn(node, child));
    node.all = node.weights.reduce((sum, weight) => sum + weight, 0);
    const leaves = node.of.map((child, k) => k).filter((k) => node.of[k].leaf !== undefined), table = (make) => membershipTable.map((mu, byte) => make(mu, byte));
    node.groups = node.of.map((child, k) => k).filter((k) => node.of[k].leaf === undefined);
    node.sources = leaves.map((k) => planes[data.criteria[node.of[k].leaf].plane]);
    const scale = node.operation === "weighted" && node.whole ? 1 / node.all : 1;
    node.tables = leaves.map((k) => table((mu) => (mu === mu ? partOf(node, mu, scale * node.weights[k]) : NOTHING[node.operation])));
    node.partial = leaves.filter((k) => !node.of[k].whole);
    node.partialSources = node.partial.map((k) => planes[data.criteria[node.of[k].leaf].plane]);
    node.presence = node.partial.map((k) => table((mu) => (mu === mu ? node.weights[k] : 0)));
    node.sure = leaves.filter((k) => node.of[k].whole).reduce((sum, k) => sum + node.weights[k], 0);
    if (node.operation === "gamma") {
      node.logs = leaves.map(() => table((mu) => (mu === mu ? (1 - node.gamma) * Math.max(Math.log(mu), -1e4) : 0)));
      node.powers = new Float32Array(SUM_STEPS + 1).map((zero, i) => Math.pow(i / SUM_STEPS, node.gamma));
    }
    if (!node.value) for (const name of ["value", "log", "present", "coverage"]) node[name] = new Float32Array(BLOCK);
  }
  const exponentials = new Float32Array(LOG_STEPS * LOG_DEEPEST + 1).map((zero, i) => (i === LOG_STEPS * LOG_DEEPEST ? 0 : Math.exp(-i / LOG_STEPS)));

  /* Four tables a turn, the rest one by one. */
  function addTables(out, tables, sources, from, count, apart) {
    let k = 0;
    for (; k + 4 <= tables.length; k += 4) {
      const a = tables[k], b = tables[k + 1], c = tables[k + 2], d = tables[k + 3];
      const p = sources[k], q = sources[k + 1], r = sources[k + 2], s = sources[k + 3];
      for (let i = 0, j = from; i < count; i++, j += apart) out[i] += a[p[j]] + b[q[j]] + c[r[j]] + d[s[j]];
    }
    for (; k < tables.length; k++) {
      const a = tables[k], p = sources[k];
      for (let i = 0, j = from; i < count; i++, j += apart) out[i] += a[p[j]];
    }
  }
  function multiplyTables(out, tables, sources, from, count, apart) {
    let k = 0;
    for (; k + 4 <= tables.length; k += 4) {
      const a = tables[k], b = tables[k + 1], c = tables[k + 2], d = tables[k + 3];
      const p = sources[k], q = sources[k + 1], r = sources[k + 2], s = sources[k + 3];
      for (let i = 0, j = from; i < count; i++, j += apart) out[i] *= a[p[j]] * b[q[j]] * c[r[j]] * d[s[j]];
    }
    for (; k < tables.length; k++) {
      const a = tables[k], p = sources[k];
      for (let i = 0, j = from; i < count; i++, j += apart) out[i] *= a[p[j]];
    }
  }
  function leastOfTables(out, tables, sources, from, count, apart) {
    for (let k = 0; k < tables.length; k++) {
      const a = tables[k], p = sources[k];
      for (let i = 0, j = from; i < count; i++, j += apart) { const v = a[p[j]]; if (v < out[i]) out[i] = v; }
    }
  }
  function mostOfTables(out, tables, sources, from, count, apart) {
    for (let k = 0; k < tables.length; k++) {
      const a = tables[k], p = sources[k];
      for (let i = 0, j = from; i < count; i++, j += apart) { const v = a[p[j]]; if (v > out[i]) out[i] = v; }
    }
  }
  const takeTables = { weighted: addTables, weighted_product: addTables, and: leastOfTables, or: mostOfTables, product: multiplyTables, sum: multiplyTables, gamma: multiplyTables };

  /* A group within a group: its values, NaN where nothing is there. */
  function joinGroup(node, part, weight, count) {
    const out = node.value, log = node.log, values = part.value, scale = node.operation === "weighted" && node.whole ? weight / node.all : weight;
    for (let i = 0; i < count; i++) {
      const v = values[i];
      if (v !== v) continue;
      switch (node.operation) {
        case "weighted": out[i] += scale * v; break;
        case "weighted_product": if (weight > 0) out[i] += weight * Math.max(Math.log(v), -1e4); break;
        case "and": if (v < out[i]) out[i] = v; break;
        case "or": if (v > out[i]) out[i] = v; break;
        case "product": out[i] *= v; break;
        default: out[i] *= 1 - v; log[i] += (1 - node.gamma) * Math.max(Math.log(v), -1e4);
      }
    }
  }

  function weighPresence(node, parts, from, count, apart) {
    const { present, coverage } = node;
    present.fill(node.sure, 0, count);
    addTables(present, node.presence, node.partialSources, from, count, apart);
    for (let i = 0; i < count; i++) coverage[i] = present[i];
    for (const [k, part] of parts) {
      const weight = node.weights[k], values = part.value, covered = part.whole ? null : part.coverage;
      for (let i = 0; i < count; i++) {
        if (values[i] === values[i]) present[i] += weight;
        coverage[i] += weight * (covered === null ? 1 : covered[i]);
      }
    }
    for (let i = 0; i < count; i++) coverage[i] /= node.all;
  }

  function finish(node, count) {
    const { value, log, present } = node, all = node.all, whole = node.whole, last = exponentials.length - 1;
    if (node.operation === "weighted" && !whole) for (let i = 0; i < count; i++) value[i] /= present[i];
    if (node.operation === "weighted_product") for (let i = 0; i < count; i++) value[i] = Math.exp(value[i] / (whole ? all : present[i]));
    if (node.operation === "sum") for (let i = 0; i < count; i++) value[i] = 1 - value[i];
    if (node.operation === "gamma") {
      const powers = node.powers;
      for (let i = 0; i < count; i++) {
        const at = (-log[i] * LOG_STEPS + 0.5) | 0;
        value[i] = powers[((1 - value[i]) * SUM_STEPS + 0.5) | 0] * exponentials[at > last ? last : at];
      }
    }
    if (!whole) for (let i = 0; i < count; i++) if (!(present[i] > 0)) value[i] = NaN;
  }

  /* `count` cells from `from` on, each `apart` from the one before. */
  function evaluate(node, from, count, apart) {
    const parts = node.groups.map((k) => [k, evaluate(node.of[k], from, count, apart)]);
    node.value.fill(NOTHING[node.operation], 0, count);
    takeTables[node.operation](node.value, node.tables, node.sources, from, count, apart);
    if (node.operation === "gamma") {
      node.log.fill(0, 0, count);
      addTables(node.log, node.logs, node.sources, from, count, apart);
    }
    for (const [k, part] of parts) joinGroup(node, part, node.weights[k], count);
    if (!node.whole) weighPresence(node, parts, from, count, apart);
    finish(node, count);
    return node;
  }
