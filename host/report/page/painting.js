  /* ---- Painting ---- */

  /* While weights move, what the screen shows is painted: the cells in view, one of those that share a pixel of the screen. The whole picture follows
   * when the hand rests, a little at a time. */
  const canvas = make("canvas", { class: "scores", "aria-hidden": "true" });
  canvas.width = raster.width;
  canvas.height = raster.height;
  const context = canvas.getContext("2d", { alpha: true, willReadFrequently: true });
  const REST_MS = 150, SLICE_MS = 10;
  let image = null, ink = null, draft = null, painted = 0, wholeTimer = 0, isWhole = false;

  function palette(of) {
    const colours = new Uint32Array(COLOURS + 1);
    for (let i = 0; i < COLOURS; i++) {
      const hex = parseInt(of.ramp.slice(6 * i, 6 * i + 6), 16);
      colours[i] = rgba(hex >> 16, (hex >> 8) & 255, hex & 255, 255);
    }
    colours[COLOURS] = colours[COLOURS - 1];
    return colours;
  }

  /* What a byte of rules multiplies scores by: a table for each plane with penalties. */
  function penaltyTables(penalties) {
    const tables = new Map();
    for (const index of penalties) {
      const rule = data.rules[index];
      if (!tables.has(rule.plane)) tables.set(rule.plane, new Float32Array(256).fill(1));
      tables.get(rule.plane).forEach((factor, byte, all) => { if ((byte >> rule.bit) & 1) all[byte] = factor * rule.factor; });
    }
    return [...tables];
  }
  function applyPenalties(values, tables, from, count, apart) {
    for (const [plane, table] of tables) {
      const bits = planes[plane];
      for (let i = 0, j = from; i < count; i++, j += apart) values[i] *= table[bits[j]];
    }
  }

  /* Colours of cells from `from` on, into `out` from `at` on, row by row. First of scores that are known wherever `standing` is not 0, then of others.
   * A score of 1 finds the colour once more behind the last. */
  function rowEnd(i, j, count, apart) {
    return Math.min(count, i + Math.ceil((raster.width - (j % raster.width)) / apart));
  }
  function colourWhole(values, from, count, apart, colours, out, at) {
    const steps = colours.length - 1;
    for (let i = 0, j = from; i < count; ) {
      const end = rowEnd(i, j, count, apart), first = j - (j % raster.width), row = (((j / raster.width) | 0) & 7) << 3;
      for (; i < end; i++, j += apart) {
        const stands = standing[j];
        if (stands === 1) out[at + i] = colours[(values[i] * steps) | 0];
        else out[at + i] = stands === 0 ? 0 : tiles[(stands << 6) | row | ((j - first) & 7)];
      }
    }
  }
  function colourPartial(values, coverage, least, from, count, apart, colours, out, at) {
    const steps = colours.length - 1;
    for (let i = 0, j = from; i < count; ) {
      const end = rowEnd(i, j, count, apart), first = j - (j % raster.width), row = (((j / raster.width) | 0) & 7) << 3;
      for (; i < end; i++, j += apart) {
        const value = values[i], stands = standing[j];
        if (stands === 0) out[at + i] = 0;
        else if (value !== value || (coverage !== null && coverage[i] < least)) out[at + i] = GREY;
        else if (stands !== 1) out[at + i] = tiles[(stands << 6) | row | ((j - first) & 7)];
        else out[at + i] = colours[(value * steps) | 0];
      }
    }
  }

  const fixedBlock = new Float32Array(BLOCK);
  function brushOf(of) {
    fillStanding(of);
    if (of.tree) prepare(of.tree);
    const brush = { of, colours: null, penalties: penaltyTables(of.tree ? penaltiesOf(of, rulesOf(of)) : []), least: of.min_coverage - SLACK };
    if (of.classes) fillCuts(brush);
    brush.colours = of.classes ? classColours(of) : palette(of);
    return brush;
  }
  /* Of cells whatever stands there; coverage: null where it is no question. `sure`: known in every cell of the study area. */
  function scoresOf(brush, from, count, apart) {
    const of = brush.of;
    if (of.tree) {
      const made = evaluate(of.tree, from, count, apart);
      applyPenalties(made.value, brush.penalties, from, count, apart);
      return { values: made.value, coverage: made.whole ? null : made.coverage, sure: made.whole && made.all > 0 };
    }
    const plane = planes[of.plane];
    for (let i = 0, j = from; i < count; i++, j += apart) fixedBlock[i] = membershipTable[plane[j]];
    return { values: fixedBlock, coverage: null, sure: false };
  }
  function paintCells(brush, from, count, apart, out, at) {
    const { values, coverage, sure } = scoresOf(brush, from, count, apart);
    if (sure) colourWhole(values, from, count, apart, brush.colours, out, at);
    else colourPartial(values, coverage, brush.least, from, count, apart, brush.colours, out, at);
  }

  function paintWhole() {
    const brush = brushOf(target());
    for (let from = 0; from < pixels; from += BLOCK) paintCells(brush, from, Math.min(BLOCK, pixels - from), 1, ink, from);
    showWhole();
  }
  function showWhole() {
    if (canvas.width !== raster.width || canvas.height !== raster.height) {
      canvas.width = raster.width;
      canvas.height = raster.height;
    }
    context.putImageData(image, 0, 0);
    isWhole = true;
  }

  /* In turns with whatever else the page has to do; a new painting ends it. */
  function paintWholeLater() {
    const brush = brushOf(target());
    let from = 0;
    const turn = () => {
      const end = performance.now() + SLICE_MS;
      for (; from < pixels && performance.now() < end; from += BLOCK) paintCells(brush, from, Math.min(BLOCK, pixels - from), 1, ink, from);
      wholeTimer = from < pixels ? setTimeout(turn, 0) : 0;
      if (from >= pixels) showWhole();
    };
    turn();
  }

  /* The picture's cells that the screen shows, and how many of them, either way, share a pixel of it. */
  function viewOf() {
    const seen = map.getBounds(), size = map.getSize(), top = mercator(raster.north), bottom = mercator(raster.south);
    const column = (lon) => ((lon - raster.west) / (raster.east - raster.west)) * raster.width, row = (lat) => ((top - mercator(lat)) / (top - bottom)) * raster.height;
    const clip = (value, most) => Math.max(0, Math.min(most, value)), lat = (value) => Math.max(-85, Math.min(85, value));
    const west = column(seen.getWest()), east = column(seen.getEast()), north = row(lat(seen.getNorth())), south = row(lat(seen.getSouth()));
    const apart = Math.max(1, Math.floor((east - west) / (size.x * Math.max(1, window.devicePixelRatio || 1)) + 0.01));
    const down = (value) => Math.floor(value / apart) * apart;
    return { apart, left: down(clip(west, raster.width)), right: Math.ceil(clip(east, raster.width)), top: down(clip(north, raster.height)), bottom: Math.ceil(clip(south, raster.height)) };
  }
  function draftOf(apart) {
    if (draft === null || draft.apart !== apart) {
      const made = apart === 1 ? image : context.createImageData(Math.ceil(raster.width / apart), Math.ceil(raster.height / apart));
      draft = { apart, image: made, ink: new Uint32Array(made.data.buffer) };
    }
    return draft;
  }
  function paintSeen() {
    const { apart, left, right, top, bottom } = viewOf(), brush = brushOf(target()), to = draftOf(apart), width = to.image.width;
    const first = left / apart, columns = Math.ceil((right - left) / apart);
    for (let y = top; y < bottom; y += apart)
      for (let done = 0; done < columns; done += BLOCK) paintCells(brush, y * raster.width + left + done * apart, Math.min(BLOCK, columns - done), apart, to.ink, (y / apart) * width + first + done);
    if (canvas.width !== width || canvas.height !== to.image.height) {
      canvas.width = width;
      canvas.height = to.image.height;
    }
    if (columns > 0 && bottom > top) context.putImageData(to.image, 0, 0, first, top / apart, columns, Math.ceil((bottom - top) / apart));
  }

  function paint() {
    const started = performance.now();
    clearTimeout(wholeTimer);
    isWhole = false;
    paintSeen();
    wholeTimer = setTimeout(paintWholeLater, REST_MS);
    painted = performance.now() - started;
  }
