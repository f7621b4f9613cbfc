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
