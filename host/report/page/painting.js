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
