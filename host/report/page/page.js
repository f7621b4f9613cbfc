/* The page of a run. Planes of bytes (memberships, rules, the study area) come from pictures and are scored here, cell by cell, by the
 * same overlays as the program's. Sites are scored from their exact memberships, in single precision and in the program's order. */
(function () {
  "use strict";

  const data = JSON.parse(document.getElementById("data").textContent);
  const LEAST = 1, STEPS = 254, COLOURS = 252, BLOCK = 16384, SLACK = 1e-6;
  const HATCH_PERIOD = 8, HATCH_DARK = 3;
  const byId = (id) => document.getElementById(id);

  /* Words from data become text nodes, never markup. */
  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === "text") node.textContent = value;
      else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (value === true) node.setAttribute(key, "");
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  }
  const number = (value, decimals) => (value === null || Number.isNaN(value) ? "\u2013" : value.toFixed(decimals));
  const significant = (value) => (value === null ? "\u2013" : Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3))));
  /* Learnt scores are mostly small. */
  const scoreWords = (value, decimals) => (target().logits && !Number.isNaN(value) ? significant(value) : number(value, decimals));
  const spoken = (name) => name.replace(/_/g, " ");
  const area = (km2) => (km2 >= 100 ? Math.round(km2).toLocaleString("en") : String(Number(km2.toPrecision(3)))) + " km\u00b2";

  /* ---- Overlays: trees with the weights of the moment ---- */

  const criterionIndex = new Map(data.criteria.map((criterion, index) => [criterion.name, index]));

  function buildTree(from, path) {
    if (from.criterion !== undefined) return { leaf: criterionIndex.get(from.criterion), path, given: from.weight, weight: from.weight };
    return {
      operation: from.operation, gamma: from.gamma, path, given: from.weight, weight: from.weight,
      of: from.of.map((child, index) => buildTree(child, path === "" ? String(index) : path + "." + index)),
    };
  }
  for (const target of data.targets) {
    const tree = target.recomputes ? buildTree(target.score, "") : null;
    target.tree = tree && tree.leaf !== undefined ? { operation: "and", path: "", given: 1, weight: 1, of: [tree] } : tree;
  }

  const takesWeights = (node) => node.operation === "weighted" || node.operation === "weighted_product";
  const weightIn = (parent, child) => (takesWeights(parent) ? child.weight : 1);
  function eachNode(node, visit) {
    visit(node);
    for (const child of node.of || []) eachNode(child, visit);
  }

  /* One place: its value (NaN: nothing there) and coverage, in floats as the kernel's. */
  const f = Math.fround;
  function scoreOne(node, memberships) {
    if (node.leaf !== undefined) {
      const mu = memberships[node.leaf];
      return mu === null || Number.isNaN(mu) ? { value: NaN, coverage: 0 } : { value: f(mu), coverage: 1 };
    }
    const parts = node.of.map((child) => Object.assign(scoreOne(child, memberships), { weight: f(weightIn(node, child)) }));
    let all = 0, present = 0, covered = 0;
    for (const part of parts) {
      all = f(all + part.weight);
      if (!Number.isNaN(part.value)) present = f(present + part.weight);
      covered = f(covered + f(part.weight * part.coverage));
    }
    const there = parts.filter((part) => !Number.isNaN(part.value));
    return { value: present > 0 ? combineOne(node, there, present) : NaN, coverage: f(covered / all) };
  }
  function combineOne(node, parts, present) {
    const fold = (start, step) => parts.reduce((sum, part) => f(step(sum, part)), start);
    const product = () => fold(1, (r, part) => r * part.value);
    const rest = () => fold(1, (r, part) => r * f(1 - part.value));
    switch (node.operation) {
      case "weighted": return f(fold(0, (sum, part) => sum + f(part.weight * part.value)) / present);
      case "weighted_product": return fold(1, (r, part) => r * f(Math.pow(part.value, f(part.weight / present))));
      case "and": return parts.reduce((r, part) => Math.min(r, part.value), 2);
      case "or": return parts.reduce((r, part) => Math.max(r, part.value), -1);
      case "product": return product();
      case "sum": return f(1 - rest());
      default: return f(f(Math.pow(f(1 - rest()), f(node.gamma))) * f(Math.pow(product(), f(1 - node.gamma))));
    }
  }

  /* Share of each criterion in the whole, and its part of the score where parts add up. */
  const addsUp = (node) => node.leaf !== undefined || (node.operation === "weighted" && node.of.every(addsUp));
  function shareWeights(node, share, presentShare, additive, memberships, out) {
    if (node.leaf !== undefined) {
      const term = (out[node.leaf] = out[node.leaf] || { weight: 0, contribution: null });
      const mu = memberships[node.leaf];
      term.weight += share;
      if (additive && mu !== null && !Number.isNaN(mu)) term.contribution = (term.contribution || 0) + presentShare * mu;
      return;
    }
    let all = 0, present = 0;
    const isThere = (child) => !Number.isNaN(scoreOne(child, memberships).value);
    for (const child of node.of) {
      all += weightIn(node, child);
      if (isThere(child)) present += weightIn(node, child);
    }
    for (const child of node.of) {
      const weight = weightIn(node, child);
      shareWeights(child, all > 0 ? (share * weight) / all : 0, present > 0 ? (presentShare * weight) / present : 0, additive, memberships, out);
    }
  }

  /* ---- Planes ---- */

  const raster = data.raster, pixels = raster.width * raster.height;
  const planes = [];

  async function decode(url, first) {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = raster.width;
    const strip = Math.max(1, Math.min(raster.height, Math.floor((1 << 20) / raster.width)));
    canvas.height = strip;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const count = Math.min(3, raster.planes - first);
    for (let k = 0; k < count; k++) planes[first + k] = new Uint8Array(pixels);
    for (let top = 0; top < raster.height; top += strip) {
      const rows = Math.min(strip, raster.height - top);
      context.drawImage(image, 0, top, raster.width, rows, 0, 0, raster.width, rows);
      const bytes = context.getImageData(0, 0, raster.width, rows).data;
      for (let k = 0; k < count; k++) {
        const plane = planes[first + k], start = top * raster.width;
        for (let i = 0, n = rows * raster.width; i < n; i++) plane[start + i] = bytes[4 * i + k];
      }
    }
  }

  /* Whether a criterion is known wherever the study area is: then coverage is no question. */
  function isFull(plane) {
    const inside = planes[raster.inside];
    for (let i = 0; i < pixels; i++) if (plane[i] === 0 && inside[i] !== 0) return false;
    return true;
  }

  /* What a byte of a target's own plane of scores stands for: of a learnt one, even steps of the logit. */
  const scoreAt = (of, share) => (of.logits ? 1 / (1 + Math.exp(-(of.logits[0] + share * (of.logits[1] - of.logits[0])))) : share);
  const membershipTable = new Float32Array(256);
  for (let byte = 0; byte < 256; byte++) membershipTable[byte] = byte < LEAST ? NaN : (byte - LEAST) / STEPS;

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
  function addTables(out, tables, sources, from, count) {
    let k = 0;
    for (; k + 4 <= tables.length; k += 4) {
      const a = tables[k], b = tables[k + 1], c = tables[k + 2], d = tables[k + 3];
      const p = sources[k], q = sources[k + 1], r = sources[k + 2], s = sources[k + 3];
      for (let i = 0, j = from; i < count; i++, j++) out[i] += a[p[j]] + b[q[j]] + c[r[j]] + d[s[j]];
    }
    for (; k < tables.length; k++) {
      const a = tables[k], p = sources[k];
      for (let i = 0, j = from; i < count; i++, j++) out[i] += a[p[j]];
    }
  }
  function multiplyTables(out, tables, sources, from, count) {
    let k = 0;
    for (; k + 4 <= tables.length; k += 4) {
      const a = tables[k], b = tables[k + 1], c = tables[k + 2], d = tables[k + 3];
      const p = sources[k], q = sources[k + 1], r = sources[k + 2], s = sources[k + 3];
      for (let i = 0, j = from; i < count; i++, j++) out[i] *= a[p[j]] * b[q[j]] * c[r[j]] * d[s[j]];
    }
    for (; k < tables.length; k++) {
      const a = tables[k], p = sources[k];
      for (let i = 0, j = from; i < count; i++, j++) out[i] *= a[p[j]];
    }
  }
  function leastOfTables(out, tables, sources, from, count) {
    for (let k = 0; k < tables.length; k++) {
      const a = tables[k], p = sources[k];
      for (let i = 0, j = from; i < count; i++, j++) { const v = a[p[j]]; if (v < out[i]) out[i] = v; }
    }
  }
  function mostOfTables(out, tables, sources, from, count) {
    for (let k = 0; k < tables.length; k++) {
      const a = tables[k], p = sources[k];
      for (let i = 0, j = from; i < count; i++, j++) { const v = a[p[j]]; if (v > out[i]) out[i] = v; }
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

  function weighPresence(node, parts, from, count) {
    const { present, coverage } = node;
    present.fill(node.sure, 0, count);
    addTables(present, node.presence, node.partialSources, from, count);
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

  function evaluate(node, from, count) {
    const parts = node.groups.map((k) => [k, evaluate(node.of[k], from, count)]);
    node.value.fill(NOTHING[node.operation], 0, count);
    takeTables[node.operation](node.value, node.tables, node.sources, from, count);
    if (node.operation === "gamma") {
      node.log.fill(0, 0, count);
      addTables(node.log, node.logs, node.sources, from, count);
    }
    for (const [k, part] of parts) joinGroup(node, part, node.weights[k], count);
    if (!node.whole) weighPresence(node, parts, from, count);
    finish(node, count);
    return node;
  }

  /* ---- What the reader has chosen ---- */

  const state = { target: 0, weights: new Map(), off: new Set(), site: null, place: null, query: "", status: "", sort: "rank", down: false };
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
        status: site.status === "outside" ? "outside" : missing ? "no data" : stopped.length ? "excluded" : "ranked",
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

  /* ---- Painting ---- */

  const canvas = make("canvas", { class: "scores", "aria-hidden": "true" });
  canvas.width = raster.width;
  canvas.height = raster.height;
  const context = canvas.getContext("2d", { alpha: true, willReadFrequently: true });
  let image = null, ink = null, standing = null, standingKey = "", painted = 0;

  const little = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
  const rgba = (r, g, b, a) => (little ? ((a << 24) | (b << 16) | (g << 8) | r) >>> 0 : ((r << 24) | (g << 16) | (b << 8) | a) >>> 0);
  const GREY = rgba(222, 222, 222, 255), LIGHT = rgba(176, 176, 176, 255), DARK = rgba(120, 120, 120, 255);
  const hatch = (x, y) => ((x + y) % HATCH_PERIOD < HATCH_DARK ? DARK : LIGHT);

  function palette(of) {
    const colours = new Uint32Array(COLOURS);
    for (let i = 0; i < COLOURS; i++) {
      const hex = parseInt(of.ramp.slice(6 * i, 6 * i + 6), 16);
      colours[i] = rgba(hex >> 16, (hex >> 8) & 255, hex & 255, 255);
    }
    return colours;
  }

  /* 0 outside, 1 open, 2 excluded by a rule that is switched on. Exclusions that the same inclusions are over are looked at together. */
  function fillStanding(of) {
    const rules = rulesOf(of).filter((index) => !state.off.has(index) && !isPenalty(index)), key = of.name + "|" + rules.join();
    if (key === standingKey) return;
    const inside = planes[raster.inside], groups = new Map();
    for (const index of rules.filter((one) => data.rules[one].effect === "exclude")) {
      const freeing = rules.filter((one) => data.rules[one].effect === "include" && data.rules[one].over.includes(index));
      const name = data.rules[index].plane + "|" + freeing.join(), group = groups.get(name) || { plane: data.rules[index].plane, mask: 0, freeing };
      group.mask |= 1 << data.rules[index].bit;
      groups.set(name, group);
    }
    for (let i = 0; i < pixels; i++) standing[i] = inside[i] === 0 ? 0 : 1;
    for (const group of groups.values()) {
      const bits = planes[group.plane], freeing = group.freeing.map((index) => ({ bits: planes[data.rules[index].plane], mask: 1 << data.rules[index].bit }));
      for (let i = 0; i < pixels; i++) if ((bits[i] & group.mask) !== 0 && standing[i] === 1 && !freeing.some((one) => (one.bits[i] & one.mask) !== 0)) standing[i] = 2;
    }
    standingKey = key;
  }

  /* Multiplies a block by the factors of the penalties that fire there. */
  function applyPenalties(values, penalties, from, count) {
    for (const index of penalties) {
      const rule = data.rules[index], bits = planes[rule.plane], mask = 1 << rule.bit;
      for (let i = 0, j = from; i < count; i++, j++) if ((bits[j] & mask) !== 0) values[i] *= rule.factor;
    }
  }

  /* Of scores that are known wherever `standing` is not 0, then of others. */
  function colourWhole(values, from, count, colours) {
    const top = COLOURS - 1;
    for (let i = 0, j = from; i < count; i++, j++) {
      const stands = standing[j];
      if (stands === 1) {
        const step = (values[i] * COLOURS) | 0;
        ink[j] = colours[step > top ? top : step];
      } else ink[j] = stands === 0 ? 0 : hatch(j % raster.width, (j / raster.width) | 0);
    }
  }
  function colourPartial(values, coverage, least, from, count, colours) {
    const top = COLOURS - 1;
    for (let i = 0, j = from; i < count; i++, j++) {
      const value = values[i];
      if (standing[j] === 0) ink[j] = 0;
      else if (value !== value || (coverage !== null && coverage[i] < least)) ink[j] = GREY;
      else if (standing[j] === 2) ink[j] = hatch(j % raster.width, (j / raster.width) | 0);
      else {
        const step = (value * COLOURS) | 0;
        ink[j] = colours[step > top ? top : step < 0 ? 0 : step];
      }
    }
  }

  const fixedBlock = new Float32Array(BLOCK);
  function paint() {
    const started = performance.now(), of = target(), colours = palette(of);
    fillStanding(of);
    if (of.tree) prepare(of.tree);
    const penalties = of.tree ? penaltiesOf(of, rulesOf(of)) : [];
    for (let from = 0; from < pixels; from += BLOCK) {
      const count = Math.min(BLOCK, pixels - from);
      if (of.tree) {
        const out = evaluate(of.tree, from, count);
        applyPenalties(out.value, penalties, from, count);
        if (out.whole && out.all > 0) colourWhole(out.value, from, count, colours);
        else colourPartial(out.value, out.whole ? null : out.coverage, of.min_coverage - SLACK, from, count, colours);
      } else {
        const plane = planes[of.plane];
        for (let i = 0; i < count; i++) fixedBlock[i] = membershipTable[plane[from + i]];
        colourPartial(fixedBlock, null, 0, from, count, colours);
      }
    }
    context.putImageData(image, 0, 0);
    painted = performance.now() - started;
  }

  /* ---- Map ---- */

  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map("map", { zoomSnap: 0.25, zoomControl: true, attributionControl: true, maxZoom: 19, zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still });
  map.attributionControl.setPrefix(false);
  const bounds = L.latLngBounds([raster.south, raster.west], [raster.north, raster.east]);
  L.control.scale({ imperial: true }).addTo(map);
  const overlay = L.svgOverlay(canvas, bounds, { interactive: false, opacity: 1 });
  const pins = L.layerGroup(), lines = L.layerGroup(), mark = L.layerGroup();

  function graticule() {
    const span = Math.max(raster.east - raster.west, raster.north - raster.south);
    const step = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30].find((one) => span / one <= 8) || 45;
    const style = { color: "#000", weight: 0.6, opacity: 0.35, interactive: false };
    const name = (value, plus, minus) => Number(Math.abs(value).toFixed(2)) + "\u00b0" + (value === 0 ? "" : value > 0 ? plus : minus);
    const tag = (at, words) => L.marker(at, { interactive: false, keyboard: false, icon: L.divIcon({ className: "degree", html: make("span", { text: words }), iconSize: null }) });
    for (let lon = Math.ceil(raster.west / step) * step; lon <= raster.east; lon += step) {
      lines.addLayer(L.polyline([[raster.south, lon], [raster.north, lon]], style));
      lines.addLayer(tag([raster.south, lon], name(lon > 180 ? lon - 360 : lon, "E", "W")));
    }
    for (let lat = Math.ceil(raster.south / step) * step; lat <= raster.north; lat += step) {
      lines.addLayer(L.polyline([[lat, raster.west], [lat, raster.east]], style));
      lines.addLayer(tag([lat, raster.west], name(lat, "N", "S")));
    }
  }

  /* A longitude as the picture counts it. */
  const longitude = (lon) => lon - 360 * Math.floor((lon - raster.west) / 360);

  const NUMBERED = 25;
  function drawPins(order) {
    pins.clearLayers();
    for (const site of order.slice().reverse()) {
      const chosen = state.site === site.id, rank = site.now.rank, shown = rank !== null && rank <= NUMBERED;
      const size = chosen ? 24 : shown ? 20 : 10;
      const words = make("span", { text: shown || chosen ? (rank === null ? "\u00d7" : String(rank)) : "" });
      const icon = L.divIcon({ className: "pin" + (rank === null ? " unranked" : "") + (chosen ? " chosen" : ""), html: words, iconSize: [size, size] });
      const pin = L.marker([site.lat, longitude(site.lon)], { icon, keyboard: false, zIndexOffset: chosen ? 10000 : rank === null ? -1000 : -rank });
      pin.bindTooltip(() => make("span", { text: (rank === null ? "" : rank + ". ") + nameOf(site) + " \u2013 " + scoreWords(site.now.score, 3) }));
      pin.on("click", () => choose(site.id, false));
      pins.addLayer(pin);
    }
  }

  const mercator = (lat) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
  function pixelAt(lat, lon) {
    const top = mercator(raster.north), x = Math.floor(((longitude(lon) - raster.west) / (raster.east - raster.west)) * raster.width);
    const y = Math.floor(((top - mercator(lat)) / (top - mercator(raster.south))) * raster.height);
    return x < 0 || y < 0 || x >= raster.width || y >= raster.height ? -1 : y * raster.width + x;
  }

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
      const cells = [make("th", { scope: "row" }, criterion.label, below ? make("div", { class: "note", text: below }) : null)];
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

  function explainSite(site) {
    const now = site.now, of = target(), facts = [];
    if (now.status === "ranked") facts.push("Rank " + now.rank + " of " + of.sites.filter((one) => one.now.rank !== null).length + (now.rank !== site.rank && site.rank ? "; " + site.rank + " as the run weighed" : ""));
    else facts.push("Not ranked: " + now.status);
    if (site.percentile !== null && !isChanged(state.target)) facts.push(number(site.percentile, 1) + " % of the scored cells score less");
    if (now.coverage !== null && now.coverage < 1) facts.push(Math.round(100 * now.coverage) + " % of the weight has data here");
    if (site.uncertainty_m) facts.push("Its place is known to " + significant(site.uncertainty_m / 1000) + " km");
    if (site.rank_interval) facts.push("Rank interval " + site.rank_interval[0] + " to " + site.rank_interval[1]);
    if (site.permit_months) facts.push("Permits: " + significant(site.permit_months) + " months");
    data.annotations.forEach((name, index) => { if (site.annotations[index]) facts.push(spoken(name) + ": " + site.annotations[index]); });
    facts.push(degrees(site.lat, site.lon) + " \u00b7 id " + site.id);
    return [
      make("h3", { text: nameOf(site) }),
      make("p", { class: "score", text: scoreWords(now.score, 4) + (now.status === "excluded" ? " if it were not excluded" : "") }),
      make("ul", { class: "facts" }, ...facts.map((words) => make("li", { text: words }))),
      reasonList(now.stopped, "Excluded because:"),
      penaltyList(now.penalties, now.plain, 4),
      termsTable(of, memberships(site), site.terms),
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

  /* ---- Table ---- */

  const columns = [
    { key: "rank", name: "Rank", number: true, value: (site) => (site.now.rank === null ? Infinity : site.now.rank) },
    { key: "name", name: "Site", value: (site) => nameOf(site).toLowerCase() },
    { key: "score", name: "Score", number: true, value: (site) => (Number.isNaN(site.now.score) ? -1 : site.now.score), down: true },
    { key: "change", name: "Moved", number: true, value: (site) => (site.rank && site.now.rank ? site.now.rank - site.rank : 0) },
  ];

  function tableHead() {
    byId("table").tHead.replaceChildren(make("tr", {}, ...columns.map((column) => {
      const sorted = state.sort === column.key;
      return make("th", { scope: "col", class: column.number ? "number" : null, "aria-sort": sorted ? (state.down ? "descending" : "ascending") : "none" },
        make("button", { type: "button", text: column.name, "data-sort": column.key, onclick: () => {
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
      make("td", { class: "number", text: scoreWords(site.now.score, 3) }), moved(site));
    row.addEventListener("click", () => choose(site.id, true));
    return row;
  }

  function drawTable() {
    const of = target(), column = columns.find((one) => one.key === state.sort), query = state.query.trim().toLowerCase();
    const shown = of.sites.filter((site) => {
      const words = [nameOf(site), notes(site), reasons(site), site.now.status, site.id].join(" ").toLowerCase();
      return (!query || words.includes(query)) && (!state.status || site.now.status === state.status);
    });
    shown.sort((a, b) => {
      const p = column.value(a), q = column.value(b), order = p < q ? -1 : p > q ? 1 : 0;
      return (state.down ? -order : order) || (a.now.rank || Infinity) - (b.now.rank || Infinity) || b.now.score - a.now.score || 0;
    });
    const focused = document.activeElement && document.activeElement.closest ? document.activeElement.closest("#table tbody tr") : null;
    byId("table").tBodies[0].replaceChildren(...shown.map(tableRow));
    if (focused) {
      const again = [...document.querySelectorAll("#table tbody tr")].find((row) => row.dataset.site === focused.dataset.site);
      if (again) again.querySelector("button").focus();
    }
    const ranked = of.sites.filter((site) => site.now.rank !== null).length;
    byId("count").textContent = (shown.length === of.sites.length ? of.sites.length + " sites" : shown.length + " of " + of.sites.length + " sites") + ", " + ranked + " ranked" + (isChanged(state.target) || state.off.size ? " with your changes" : "");
  }

  /* ---- Legend, sliders, rules, layers ---- */

  function sampleOf(fill) {
    const sample = make("canvas", { "aria-hidden": "true" }), size = 24;
    sample.width = size;
    sample.height = 16;
    const pen = sample.getContext("2d"), pixelsOf = pen.createImageData(size, 16), dots = new Uint32Array(pixelsOf.data.buffer);
    for (let y = 0; y < 16; y++) for (let x = 0; x < size; x++) dots[y * size + x] = fill(x, y);
    pen.putImageData(pixelsOf, 0, 0);
    return sample;
  }

  function drawLegend() {
    const of = target(), ramp = make("canvas", { role: "img", "aria-label": "Colours of scores from " + significant(scoreAt(of, 0)) + " to " + significant(scoreAt(of, 1)) }), colours = palette(of);
    ramp.width = COLOURS;
    ramp.height = 14;
    const pen = ramp.getContext("2d"), picture = pen.createImageData(COLOURS, 14), dots = new Uint32Array(picture.data.buffer);
    for (let i = 0; i < dots.length; i++) dots[i] = colours[i % COLOURS];
    pen.putImageData(picture, 0, 0);
    const key = (fill, words) => make("span", { class: "key" }, sampleOf(fill), words);
    const parts = [make("span", { class: "ramp" }, "Score " + significant(scoreAt(of, 0)), ramp, significant(scoreAt(of, 1))), key(hatch, "excluded (" + area(of.area_km2.excluded) + " in the run)")];
    if (of.area_km2.no_data > 0) parts.push(key(() => GREY, "no data"));
    byId("legend").replaceChildren(...parts);
  }

  let waiting = 0;
  function later() {
    if (!waiting) waiting = requestAnimationFrame(() => { waiting = 0; refresh(true); });
  }

  function niceTop(weights) {
    const most = 2 * Math.max(...weights, 1e-9), unit = Math.pow(10, Math.floor(Math.log10(most)));
    return unit * ([1, 2, 4, 5, 10].find((one) => one * unit >= most * 0.999) || 10);
  }

  function sliderGroup(of, node, name) {
    const top = niceTop(node.of.map((child) => child.given)), rows = [];
    const outputs = [];
    const tell = () => {
      const all = node.of.reduce((sum, child) => sum + child.weight, 0);
      node.of.forEach((child, i) => {
        const share = all > 0 ? Math.round((100 * child.weight) / all) : 0;
        outputs[i].textContent = Number(child.weight.toPrecision(3)) + " \u00b7 " + share + " %";
      });
    };
    node.of.forEach((child, i) => {
      const words = child.leaf !== undefined ? data.criteria[child.leaf].label : spoken(child.operation) + " " + (i + 1), id = "w-" + state.target + "-" + child.path;
      outputs[i] = make("output", { for: id });
      const input = make("input", { type: "range", id, min: 0, max: top, step: top / 200, "data-path": child.path });
      input.value = child.weight;
      input.addEventListener("input", () => {
        state.weights.set(state.target + ":" + child.path, Number(input.value));
        applyWeights();
        tell();
        later();
      });
      rows.push(make("div", { class: "slider" }, make("label", { for: id }, make("span", { text: words }), outputs[i]), input));
    });
    tell();
    return make("fieldset", {}, make("legend", { text: name }), ...rows);
  }

  function drawSliders() {
    const of = target(), groups = [];
    if (of.tree) eachNode(of.tree, (node) => { if (node.of && takesWeights(node)) groups.push(sliderGroup(of, node, node === of.tree ? "The whole score: " + spoken(node.operation) : "Group: " + spoken(node.operation))); });
    byId("weights-note").textContent = of.learnt
      ? "This score was learnt from known places, so it has no weights to move. What was learnt is in run.json."
      : !of.tree
      ? "This score is of a kind that only the program works out, so its weights cannot be moved here. Change them in the scenario and run it again."
      : groups.length ? "Move a weight: map and ranks follow at once. Nothing is saved but in the link." : "This score has no weights to move.";
    byId("sliders").replaceChildren(...groups);
  }

  function check(words, small, on, change, extra) {
    const box = make("input", Object.assign({ type: "checkbox" }, extra || {}));
    box.checked = on;
    box.addEventListener("change", () => change(box.checked));
    return make("label", { class: "check" }, box, words, small ? make("small", { text: small }) : null);
  }

  function drawRules() {
    const rows = rulesOf(target()).map((index) => {
      const rule = data.rules[index], small = area(rule.area_km2) + (rule.citation ? " \u00b7 " + rule.citation : "");
      const words = isPenalty(index) ? penaltyWords(index) : rule.effect === "include" ? rule.reason + ": freed of exclusions" : rule.reason;
      if (isPenalty(index) && !target().tree) return make("p", { class: "note", text: words + " \u00b7 " + small + " \u00b7 part of the score shown" });
      return check(make("span", { text: words }), small, !state.off.has(index), (on) => {
        if (on) state.off.delete(index);
        else state.off.add(index);
        refresh(true);
      }, { "data-rule": rule.name });
    });
    const dormant = data.rules.filter((rule) => rule.suspended).map((rule) => make("p", { class: "note", text: rule.reason + ": not in force on " + data.as_of + " (" + rule.suspended + ")" + (rule.citation ? " \u00b7 " + rule.citation : "") }));
    rows.push(...dormant);
    byId("rule-list").replaceChildren(...(rows.length ? rows : [make("p", { class: "note", text: "No rule excludes anything." })]));
  }

  function drawLayers() {
    const toggle = (layer) => (on) => { if (on) layer.addTo(map); else layer.remove(); };
    byId("layer-list").replaceChildren(
      check(make("span", { text: "Scores" }), null, true, toggle(overlay)),
      check(make("span", { text: "Sites" }), null, true, toggle(pins)),
      check(make("span", { text: "Degrees" }), null, true, toggle(lines)));
  }

  function drawTargets() {
    byId("targets").replaceChildren(...data.targets.map((of, index) => make("button", { type: "button", "aria-pressed": String(index === state.target), text: spoken(of.name), onclick: () => {
      state.target = index;
      state.site = null;
      refreshTarget();
      document.querySelectorAll("#targets button")[index].focus();
    } })));
  }

  function drawAbout() {
    const grid = data.grid, list = (items) => make("ul", {}, ...items.map((words) => make("li", { text: words })));
    const cell = grid.unit === "deg" ? significant(grid.cell) + "\u00b0" : significant(grid.cell) + " m";
    const parts = [make("h2", { text: "About" }), make("p", { text: "Made by lodescan " + data.version + " from " + grid.width.toLocaleString("en") + " \u00d7 " + grid.height.toLocaleString("en") + " cells of " + cell + " in " + grid.crs + "; the map shows " + (grid.step > 1 ? "one cell in " + grid.step + " \u00d7 " + grid.step : "every cell") + " on " + raster.width.toLocaleString("en") + " \u00d7 " + raster.height.toLocaleString("en") + " pixels of Web Mercator. This file loads nothing from elsewhere." })];
    const words = target().score_words;
    if (words && words.length) parts.push(make("h2", { text: "How " + spoken(target().name) + " is scored" }), list(words.map((line) => line.trim())));
    if (data.credits.length) parts.push(make("h2", { text: "Sources" }), list(data.credits));
    if (data.warnings.length) parts.push(make("details", {}, make("summary", { text: data.warnings.length + (data.warnings.length === 1 ? " warning" : " warnings") + " of the run" }), list(data.warnings)));
    byId("about").replaceChildren(...parts);
  }

  /* ---- State in the address ---- */

  function stateWords() {
    const words = new URLSearchParams(), own = [];
    if (state.target) words.set("t", target().name);
    for (const [key, weight] of state.weights) if (key.startsWith(state.target + ":")) own.push(key.slice(key.indexOf(":") + 1) + "~" + Number(weight.toPrecision(6)));
    if (own.length) words.set("w", own.join("_"));
    if (state.off.size) words.set("off", [...state.off].map((index) => data.rules[index].name).join(" "));
    if (state.site) words.set("s", state.site);
    else if (state.place) words.set("p", state.place.map((value) => value.toFixed(5)).join(" "));
    if (state.query) words.set("q", state.query);
    if (state.status) words.set("show", state.status);
    if (state.sort !== "rank" || state.down) words.set("sort", state.sort + (state.down ? "-" : ""));
    return words.toString();
  }

  let saved = "";
  function saveState() {
    const words = stateWords();
    byId("reset").disabled = !words;
    if (words === saved) return;
    saved = words;
    try { history.replaceState(null, "", words ? "#" + words : location.pathname + location.search); } catch (refused) { location.hash = words; }
  }

  /* Whatever stands there that fits nothing is passed by. */
  function readState() {
    const words = new URLSearchParams(location.hash.slice(1)), index = data.targets.findIndex((of) => of.name === words.get("t"));
    state.target = index < 0 ? 0 : index;
    state.weights.clear();
    const paths = new Set();
    if (target().tree) eachNode(target().tree, (node) => { if (takesWeights(node)) node.of.forEach((child) => paths.add(child.path)); });
    for (const one of (words.get("w") || "").split("_")) {
      const [path, weight] = one.split("~");
      if (paths.has(path) && weight && Number(weight) >= 0 && Number.isFinite(Number(weight))) state.weights.set(state.target + ":" + path, Number(weight));
    }
    const off = new Set((words.get("off") || "").split(" "));
    state.off = new Set(data.rules.map((rule, i) => i).filter((i) => off.has(data.rules[i].name)));
    state.site = target().sites.some((site) => site.id === words.get("s")) ? words.get("s") : null;
    const place = (words.get("p") || "").split(" ").map(Number);
    state.place = place.length === 2 && place.every(Number.isFinite) && Math.abs(place[0]) < 85 ? place : null;
    state.query = words.get("q") || "";
    state.status = words.get("show") || "";
    const sort = (words.get("sort") || "rank").replace(/-$/, "");
    state.sort = columns.some((column) => column.key === sort) ? sort : "rank";
    state.down = (words.get("sort") || "").endsWith("-");
    byId("filter").value = state.query;
    byId("status").value = state.status;
    saved = location.hash.slice(1);
  }

  /* ---- All together ---- */

  function refresh(repaint) {
    if (repaint) paint();
    drawPins(rankSites(state.target));
    drawTable();
    showExplanation();
    saveState();
  }

  function refreshTarget() {
    applyWeights();
    byId("basis").textContent = target().basis;
    drawTargets();
    tableHead();
    drawSliders();
    drawRules();
    drawLegend();
    drawAbout();
    refresh(true);
  }

  function say(words) {
    byId("said").textContent = words;
  }

  async function share() {
    saveState();
    try {
      await navigator.clipboard.writeText(location.href);
      say("The link is copied.");
      byId("share").textContent = "Copied";
      setTimeout(() => { byId("share").textContent = "Copy link"; }, 1500);
    } catch (refused) {
      window.prompt("Copy this link:", location.href);
    }
  }

  function listen() {
    byId("filter").addEventListener("input", (event) => { state.query = event.target.value; drawTable(); saveState(); });
    byId("status").addEventListener("change", (event) => { state.status = event.target.value; drawTable(); saveState(); });
    byId("share").addEventListener("click", share);
    byId("print").addEventListener("click", () => window.print());
    byId("reset").addEventListener("click", () => {
      history.replaceState(null, "", location.pathname + location.search);
      const index = state.target;
      readState();
      state.target = index;
      refreshTarget();
      say("Everything is as the run left it.");
    });
    window.addEventListener("hashchange", () => { readState(); refreshTarget(); });
    window.addEventListener("beforeprint", () => map.invalidateSize({ animate: false }));
    map.on("click", (event) => {
      const at = event.latlng.wrap();
      state.site = null;
      state.place = [at.lat, at.lng];
      refresh(false);
    });
    map.on("zoomend", () => canvas.classList.toggle("near", canvas.getBoundingClientRect().width > raster.width));
  }

  async function begin() {
    byId("title").textContent = data.title || "lodescan";
    byId("description").textContent = data.description || "";
    const urls = JSON.parse(byId("pictures").textContent);
    byId("pictures").remove();
    map.fitBounds(bounds, { animate: false });
    map.setMinZoom(map.getZoom() - 1);
    map.setMaxBounds(bounds.pad(0.5));
    await Promise.all(urls.map((url, index) => decode(url, 3 * index)));
    for (const criterion of data.criteria) criterion.full = criterion.plane !== undefined && isFull(planes[criterion.plane]);
    image = context.createImageData(raster.width, raster.height);
    ink = new Uint32Array(image.data.buffer);
    standing = new Uint8Array(pixels);
    graticule();
    overlay.addTo(map);
    lines.addTo(map);
    pins.addTo(map);
    mark.addTo(map);
    readState();
    drawLayers();
    listen();
    refreshTarget();
    document.documentElement.dataset.ready = "true";
  }

  /* For tests and the curious. */
  window.lodescan = { data, state, planes, scoreOne, rankSites, pixelAt, paint, canvas, map, paintedMs: () => painted };
  begin().catch((failure) => {
    byId("explanation").replaceChildren(make("p", { class: "warn", text: "The page could not be drawn: " + failure.message }));
    throw failure;
  });
})();
