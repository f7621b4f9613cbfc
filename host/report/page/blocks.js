  /* A block of cells goes through the tree at once. What a criterion adds to its group depends on its byte alone and is looked up; a byte without
   * a value has what changes nothing. `whole`: every part is known everywhere, so that presence and coverage are no question. */
  const NOTHING = { weighted: 0, weighted_product: 0, and: 2, or: -1, product: 1, sum: 1, gamma: 0 };

  /* Of gamma, (1 - prod(1 - mu))^g * prod(mu)^(1 - g), a part adds two logarithms, -(1 - g) ln mu and -ln(1 - mu). Both are whole numbers of 1/FINE in one
   * double, so that a part costs one look-up: 26 bits hold the sum of more parts than a scenario has. Two tables turn the sums into a value. */
  const FINE = 32768, PACK = 67108864, AND_DEEPEST = 32, OR_DEEPEST = 16, AND_SHIFT = 5, OR_SHIFT = 3;
  const steep = (value, deepest) => Math.round(Math.min(deepest, value) * FINE);
  const packOf = (gamma, mu) => steep((1 - gamma) * Math.min(-Math.log(mu), 1e4), AND_DEEPEST) * PACK + steep(-Math.log(1 - mu), OR_DEEPEST);
  const shrinking = new Float32Array(((AND_DEEPEST * FINE) >> AND_SHIFT) + 1).map((zero, i, all) => (i === all.length - 1 ? 0 : Math.exp((-i << AND_SHIFT) / FINE)));
  const growing = (gamma) => new Float32Array(((OR_DEEPEST * FINE) >> OR_SHIFT) + 1).map((zero, i) => Math.pow(-Math.expm1((-i << OR_SHIFT) / FINE), gamma));

  function partOf(node, mu, weight) {
    switch (node.operation) {
      case "weighted": return weight * mu;
      case "weighted_product": return weight > 0 ? weight * Math.max(Math.log(mu), -1e4) : 0;
      case "sum": return 1 - mu;
      default: return mu;
    }
  }

  /* Where parts add up, two planes are looked at as one of 16 bits, which halves the look-ups; a last one alone with any other.
   * Small pictures are soon painted without. */
  const PAIRED_PIXELS_LEAST = 1 << 20, PAIRS_MOST_BYTES = 1 << 27, pairedPlanes = new Map();
  function pairedPlane(first, second) {
    const name = first + "," + second;
    if (!pairedPlanes.has(name)) {
      const high = planes[first], low = planes[second], pair = new Uint16Array(pixels);
      for (let i = 0; i < pixels; i++) pair[i] = (high[i] << 8) | low[i];
      pairedPlanes.set(name, pair);
    }
    return pairedPlanes.get(name);
  }
  const canPair = (count) => pixels >= PAIRED_PIXELS_LEAST && (pairedPlanes.size + Math.ceil(count / 2)) * pixels * 2 <= PAIRS_MOST_BYTES;
  const NO_TABLE = new Float32Array(256);
  function pairTables(node, tables, numbers) {
    node.pairs = node.pairs || node.numbers.filter((plane, k) => k % 2 === 0).map((plane, k) => pairedPlane(plane, 2 * k + 1 < node.numbers.length ? node.numbers[2 * k + 1] : raster.inside));
    node.paired = node.paired || node.pairs.map(() => new numbers(65536));
    node.paired.forEach((out, k) => {
      const high = tables[2 * k], low = tables[2 * k + 1] || NO_TABLE;
      for (let h = 0; h < 256; h++) for (let l = 0; l < 256; l++) out[(h << 8) | l] = high[h] + low[l];
    });
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
    node.numbers = leaves.map((k) => data.criteria[node.of[k].leaf].plane);
    node.sources = leaves.map((k) => planes[data.criteria[node.of[k].leaf].plane]);
    const scale = node.operation === "weighted" && node.whole ? 1 / node.all : 1;
    node.tables = leaves.map((k) => table((mu) => (mu === mu ? partOf(node, mu, scale * node.weights[k]) : NOTHING[node.operation])));
    const adds = node.operation === "weighted" || node.operation === "weighted_product";
    if (node.operation === "gamma") {
      node.packs = leaves.map(() => Float64Array.from(membershipTable, (mu) => (mu === mu ? packOf(node.gamma, mu) : 0)));
      node.growing = node.growing || growing(node.gamma);
      node.sums = node.sums || new Float64Array(BLOCK);
    }
    if ((adds || node.operation === "gamma") && (node.pairs || canPair(leaves.length))) pairTables(node, adds ? node.tables : node.packs, adds ? Float32Array : Float64Array);
    node.partial = leaves.filter((k) => !node.of[k].whole);
    node.partialSources = node.partial.map((k) => planes[data.criteria[node.of[k].leaf].plane]);
    node.presence = node.partial.map((k) => table((mu) => (mu === mu ? node.weights[k] : 0)));
    node.sure = leaves.filter((k) => node.of[k].whole).reduce((sum, k) => sum + node.weights[k], 0);
    if (!node.value) for (const name of ["value", "present", "coverage"]) node[name] = new Float32Array(BLOCK);
  }

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
  /* The same for pairs and for doubles: a loop that sees numbers and planes of one kind is compiled for them. */
  function addPairs(out, tables, sources, from, count, apart) {
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
  function addPackedPairs(out, packs, sources, from, count, apart) {
    let k = 0;
    for (; k + 4 <= packs.length; k += 4) {
      const a = packs[k], b = packs[k + 1], c = packs[k + 2], d = packs[k + 3];
      const p = sources[k], q = sources[k + 1], r = sources[k + 2], s = sources[k + 3];
      for (let i = 0, j = from; i < count; i++, j += apart) out[i] += a[p[j]] + b[q[j]] + c[r[j]] + d[s[j]];
    }
    for (; k < packs.length; k++) {
      const a = packs[k], p = sources[k];
      for (let i = 0, j = from; i < count; i++, j += apart) out[i] += a[p[j]];
    }
  }
  function addPacks(out, packs, sources, from, count, apart) {
    for (let k = 0; k < packs.length; k++) {
      const a = packs[k], p = sources[k];
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
  const takeTables = { weighted: addTables, weighted_product: addTables, and: leastOfTables, or: mostOfTables, product: multiplyTables, sum: multiplyTables };

  /* A group within a group: its values, NaN where nothing is there. */
  function joinGroup(node, part, weight, count) {
    const out = node.value, sums = node.sums, values = part.value, scale = node.operation === "weighted" && node.whole ? weight / node.all : weight;
    for (let i = 0; i < count; i++) {
      const v = values[i];
      if (v !== v) continue;
      switch (node.operation) {
        case "weighted": out[i] += scale * v; break;
        case "weighted_product": if (weight > 0) out[i] += weight * Math.max(Math.log(v), -1e4); break;
        case "and": if (v < out[i]) out[i] = v; break;
        case "or": if (v > out[i]) out[i] = v; break;
        case "product": out[i] *= v; break;
        case "sum": out[i] *= 1 - v; break;
        default: sums[i] += packOf(node.gamma, v);
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

  function unpack(node, count) {
    const { value, sums, growing } = node, most = growing.length - 1, last = shrinking.length - 1, half = 1 << (AND_SHIFT - 1), halfToo = 1 << (OR_SHIFT - 1);
    for (let i = 0; i < count; i++) {
      const packed = sums[i], high = (packed / PACK) | 0, low = (packed - high * PACK) | 0;
      const and = (high + half) >> AND_SHIFT, or = (low + halfToo) >> OR_SHIFT;
      value[i] = growing[or > most ? most : or] * shrinking[and > last ? last : and];
    }
  }

  function finish(node, count) {
    const { value, present } = node, all = node.all, whole = node.whole;
    if (node.operation === "weighted" && !whole) for (let i = 0; i < count; i++) value[i] /= present[i];
    if (node.operation === "weighted_product") for (let i = 0; i < count; i++) value[i] = Math.exp(value[i] / (whole ? all : present[i]));
    if (node.operation === "sum") for (let i = 0; i < count; i++) value[i] = 1 - value[i];
    if (node.operation === "gamma") unpack(node, count);
    if (!whole) for (let i = 0; i < count; i++) if (!(present[i] > 0)) value[i] = NaN;
  }

  /* `count` cells from `from` on, each `apart` from the one before. */
  function evaluate(node, from, count, apart) {
    const parts = node.groups.map((k) => [k, evaluate(node.of[k], from, count, apart)]);
    if (node.operation === "gamma") {
      node.sums.fill(0, 0, count);
      if (node.pairs) addPackedPairs(node.sums, node.paired, node.pairs, from, count, apart);
      else addPacks(node.sums, node.packs, node.sources, from, count, apart);
    } else {
      node.value.fill(NOTHING[node.operation], 0, count);
      if (node.pairs) addPairs(node.value, node.paired, node.pairs, from, count, apart);
      else takeTables[node.operation](node.value, node.tables, node.sources, from, count, apart);
    }
    for (const [k, part] of parts) joinGroup(node, part, node.weights[k], count);
    if (!node.whole) weighPresence(node, parts, from, count, apart);
    finish(node, count);
    return node;
  }
