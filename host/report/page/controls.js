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

  function rampKey(of) {
    const ramp = make("canvas", { role: "img", "aria-label": "Colours of scores from " + significant(scoreAt(of, 0)) + " to " + significant(scoreAt(of, 1)) }), colours = palette(of);
    ramp.width = COLOURS;
    ramp.height = 14;
    const pen = ramp.getContext("2d"), picture = pen.createImageData(COLOURS, 14), dots = new Uint32Array(picture.data.buffer);
    for (let i = 0; i < dots.length; i++) dots[i] = colours[i % COLOURS];
    pen.putImageData(picture, 0, 0);
    return make("span", { class: "ramp" }, "Score " + significant(scoreAt(of, 0)), ramp, significant(scoreAt(of, 1)));
  }
  function drawLegend() {
    const of = target(), key = (fill, words) => make("span", { class: "key" }, sampleOf(fill), words), parts = [of.classes ? classesKey(of) : rampKey(of)];
    if (state.plain || exclusionsOf(of).length !== 1) parts.push(key(state.plain || !exclusionsOf(of).length ? plainTile : severalTile, state.plain ? "excluded (" + area(of.area_km2.excluded) + " in the run)" : "excluded by several rules"));
    if (!state.plain) exclusionsOf(of).forEach((index) => { if (!state.off.has(index)) parts.push(key(ruleTile(of, index), data.rules[index].reason)); });
    if (of.area_km2.no_data > 0) parts.push(key(() => GREY, "no data"));
    byId("legend").replaceChildren(...parts);
  }

  /* While a slider moves: the map with every frame, lists as often as they can be read. */
  const LISTS_MS = 60;
  let waiting = 0, listing = 0;
  function later() {
    if (!waiting) waiting = requestAnimationFrame(() => {
      waiting = 0;
      paint();
      if (!listing) listing = setTimeout(() => { listing = 0; refresh(false); sayRanks(); }, LISTS_MS);
    });
  }

  function niceTop(weights) {
    const most = 2 * Math.max(...weights, 1e-9), unit = Math.pow(10, Math.floor(Math.log10(most)));
    return unit * ([1, 2, 4, 5, 10].find((one) => one * unit >= most * 0.999) || 10);
  }

  function sliderGroup(of, node, name) {
    const top = niceTop(node.of.map((child) => Math.max(child.given, child.asked || 0))), rows = [];
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

  function check(words, small, on, change, extra, below) {
    const box = make("input", Object.assign({ type: "checkbox" }, extra || {}));
    box.checked = on;
    box.addEventListener("change", () => change(box.checked));
    return make("label", { class: "check" }, box, words, small ? make("small", { text: small }) : null, below || null);
  }

  /* In the run, for the target shown: what a rule takes of the cells that would be scored, what no other one takes, and which sites it keeps out. */
  function takenWords(index) {
    const taken = (target().exclusions || []).find((one) => one.bit === index), rule = data.rules[index];
    if (taken) {
      const sites = taken.frees.map((site) => site.name || site.site_id);
      const listed = sites.length > 3 ? sites.slice(0, 3).join(", ") + " and " + (sites.length - 3) + " more" : sites.join(", ");
      return "excludes " + area(taken.excluded_km2) + ", " + area(taken.alone_km2) + " by it alone" + (sites.length ? "; without it free: " + listed : "");
    }
    if (rule.effect === "include") return "frees " + area(rule.freed_km2 || 0);
    return "holds on " + area(rule.area_km2);
  }

  /* As long as what it takes, against the rule that takes most; in full colour what no other takes. */
  function takenBar(index) {
    const exclusions = target().exclusions || [], taken = exclusions.find((one) => one.bit === index), most = Math.max(1e-12, ...exclusions.map((one) => one.excluded_km2));
    if (!taken) return null;
    const all = make("i", {}), alone = make("i", { class: "alone" });
    all.style.width = (100 * taken.excluded_km2) / most + "%";
    alone.style.width = (100 * taken.alone_km2) / most + "%";
    return make("span", { class: "taken", "aria-hidden": "true" }, all, alone);
  }

  function drawRules() {
    const exclusions = exclusionsOf(target());
    const rows = rulesOf(target()).map((index) => {
      const rule = data.rules[index], small = takenWords(index) + (rule.citation ? " \u00b7 " + rule.citation : "") + (rule.note ? " \u00b7 " + rule.note : "");
      const words = isPenalty(index) ? penaltyWords(index) : rule.effect === "include" ? rule.reason + ": freed of exclusions" : rule.reason;
      if (isPenalty(index) && !target().tree) return make("p", { class: "note", text: words + " \u00b7 " + small + " \u00b7 part of the score shown" });
      const sample = exclusions.includes(index) ? sampleOf(state.plain ? plainTile : ruleTile(target(), index)) : null;
      return check(make("span", {}, sample, make("span", { text: words })), small, !state.off.has(index), (on) => {
        if (on) state.off.delete(index);
        else state.off.add(index);
        drawLegend();
        refresh(true);
        sayRanks();
      }, { "data-rule": rule.name }, takenBar(index));
    });
    if (exclusions.length) rows.push(check(make("span", { text: "Tell rules apart on the map" }), null, !state.plain, (on) => {
      state.plain = !on;
      drawRules();
      drawLegend();
      refresh(true);
      document.querySelector("#rule-list [data-apart]").focus();
    }, { "data-apart": "" }));
    if (target().exclusions) rows.unshift(make("p", { class: "note", text: "Bars: area excluded in the run, in full colour what no other rule takes." }));
    const dormant = data.rules.filter((rule) => rule.suspended).map((rule) => make("p", { class: "note", text: rule.reason + ": not in force on " + data.as_of + " (" + rule.suspended + ")" + (rule.citation ? " \u00b7 " + rule.citation : "") }));
    rows.push(...dormant);
    byId("rule-list").replaceChildren(...(rows.length ? rows : [make("p", { class: "note", text: "No rule excludes anything." })]));
  }

  /* Those of the page, then those of the scenario, as they lie from above. */
  const layerList = () => [
    { key: "sites", name: "Sites", shown: true, drawn: pins }, { key: "degrees", name: "Degrees", shown: true, drawn: lines },
    ...baseLayers.slice().reverse(), { key: "scores", name: "Scores", shown: true, drawn: overlay },
  ];
  const isShown = (one) => one.shown !== state.toggled.has(one.key);
  function drawLayers() {
    byId("layer-list").replaceChildren(...layerList().map((one) => {
      const show = () => { if (isShown(one)) { if (!map.hasLayer(one.drawn)) one.drawn.addTo(map); } else one.drawn.remove(); };
      show();
      const words = one.layer ? one.words.toLowerCase() + (one.layer.left_out ? " \u00b7 " + one.layer.left_out.toLocaleString("en") + " more are not in this page" : "") : null;
      return check(make("span", {}, one.layer ? baseSample(one.layer) : null, make("span", { text: one.name }), words ? make("small", { text: words }) : null), null, isShown(one), () => {
        if (!state.toggled.delete(one.key)) state.toggled.add(one.key);
        show();
        saveState();
      }, { "data-layer": one.key });
    }));
  }

  function drawTargets() {
    byId("targets").replaceChildren(...data.targets.map((of, index) => make("button", { type: "button", "aria-pressed": String(index === state.target), text: spoken(of.name), onclick: () => {
      state.target = index;
      state.site = null;
      refreshTarget();
      document.querySelectorAll("#targets button")[index].focus();
    } })));
  }

  function layersWords() {
    const middle = (raster.south + raster.north) / 2, metres = ((data.layers.tolerance_px * (raster.east - raster.west)) / raster.width) * 111320 * Math.cos((middle * Math.PI) / 180);
    return "Lines of the scenario's layers are simplified to within " + significant(data.layers.tolerance_px) + " pixels of that picture, some " + significant(metres) + " m, and take " + significant(data.layers.bytes / 1000) + " kB." +
      (data.layers.left_out.length ? " Too much for a page, and left out: " + data.layers.left_out.map(spoken).join(", ") + "." : "");
  }

  function drawAbout() {
    const grid = data.grid, list = (items) => make("ul", {}, ...items.map((words) => make("li", { text: words })));
    const cell = grid.unit === "deg" ? significant(grid.cell) + "\u00b0" : significant(grid.cell) + " m";
    const parts = [make("h2", { text: "About" }), make("p", { text: "Made by lodescan " + data.version + " from " + grid.width.toLocaleString("en") + " \u00d7 " + grid.height.toLocaleString("en") + " cells of " + cell + " in " + grid.crs + "; the map shows " + (grid.step > 1 ? "one cell in " + grid.step + " \u00d7 " + grid.step : "every cell") + " on " + raster.width.toLocaleString("en") + " \u00d7 " + raster.height.toLocaleString("en") + " pixels of Web Mercator. This file loads nothing from elsewhere." })];
    const words = target().score_words;
    if (words && words.length) parts.push(make("h2", { text: "How " + spoken(target().name) + " is scored" }), list(words.map((line) => line.trim())));
    if (data.layers.list.length) parts.push(make("p", { text: layersWords() }));
    if (data.credits.length) parts.push(make("h2", { text: "Sources" }), list(data.credits));
    if (data.warnings.length) parts.push(make("details", {}, make("summary", { text: data.warnings.length + (data.warnings.length === 1 ? " warning" : " warnings") + " of the run" }), list(data.warnings)));
    byId("about").replaceChildren(...parts);
  }
