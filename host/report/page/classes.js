  /* ---- Scores in classes, where the scenario asks for them ---- */

  /* A colour is looked up by the score's bin; a break lies in a bin that belongs below it. Where nothing was moved, breaks are the run's. Otherwise those
   * of equal area and of equal intervals are found anew, over a fixed sample of the map weighed by area; those that were given, or found in the fall of area with
   * the score, are kept. */
  const BINS = 16384, SAMPLES = 65536;
  const CLASS_WORDS = { quantile: "Classes of equal area", equal_interval: "Equal intervals", concentration_area: "Breaks of concentration and area", breaks: "Breaks as given" };
  const binOf = (value) => Math.max(0, Math.min(BINS - 1, Math.floor(value * BINS)));
  const logit = (value) => Math.log(value / (1 - value));
  const shareOf = (of, score) => (of.logits ? (logit(score) - of.logits[0]) / (of.logits[1] - of.logits[0]) : score);
  const isMoved = (of) => (of.tree && isChanged(state.target)) || [...state.off].some((index) => rulesOf(of).includes(index));
  const followsScores = (of) => of.classes.kind === "quantile" || of.classes.kind === "equal_interval";

  const sampleHits = new Float64Array(BINS);
  const divisor = (a, b) => (b ? divisor(b, a % b) : a);
  function stride() {
    let apart = Math.max(1, Math.ceil(pixels / SAMPLES));
    while (divisor(apart, raster.width) > 1) apart++;
    return apart;
  }
  /* How much of the sampled area has a score in each bin. */
  function countSample(brush) {
    const apart = stride(), all = Math.ceil(pixels / apart), least = brush.least, top = mercator(raster.north), down = (mercator(raster.south) - top) / raster.height;
    const weights = new Float64Array(raster.height).map((zero, y) => Math.pow(Math.cosh(top + (y + 0.5) * down), -2));
    sampleHits.fill(0);
    for (let done = 0; done < all; done += BLOCK) {
      const count = Math.min(BLOCK, all - done), from = done * apart, { values, coverage } = scoresOf(brush, from, count, apart);
      for (let i = 0, j = from; i < count; i++, j += apart) {
        const value = values[i];
        if (standing[j] !== 1 || value !== value || (coverage !== null && coverage[i] < least)) continue;
        sampleHits[value >= 1 ? BINS - 1 : (value * BINS) | 0] += weights[(j / raster.width) | 0];
      }
    }
  }
  /* As shares of the ramp, each in the middle of a bin. */
  function breaksOfSample(of) {
    const all = sampleHits.reduce((sum, hits) => sum + hits, 0), count = of.classes.count, low = sampleHits.findIndex((hits) => hits > 0), bins = [];
    let high = BINS - 1, below = 0, bin = 0;
    if (!(all > 0)) return [];
    while (sampleHits[high] === 0) high--;
    for (let k = 1; k < count; k++) {
      if (of.classes.kind === "quantile") while (bin < high && below + sampleHits[bin] < (all * k) / count) below += sampleHits[bin++];
      else bin = Math.floor(low + ((high - low) * k) / count);
      if (bin < high && bins[bins.length - 1] !== bin) bins.push(bin);
    }
    return bins.map((one) => (one + 0.5) / BINS);
  }

  /* Shares of the ramp where the classes of the moment are cut. */
  let cuts = [];
  function fillCuts(brush) {
    const of = brush.of;
    if (isMoved(of) && followsScores(of)) {
      countSample(brush);
      cuts = breaksOfSample(of);
    } else cuts = of.classes.breaks.map((score) => shareOf(of, score));
  }
  function classColours(of) {
    const ramp = palette(of), colours = new Uint32Array(BINS + 1);
    let from = 0;
    for (let k = 0; k <= cuts.length; k++) {
      const end = k < cuts.length ? binOf(cuts[k]) + 1 : BINS + 1;
      colours.fill(ramp[cuts.length ? Math.round((k / cuts.length) * (COLOURS - 1)) : COLOURS - 1], from, Math.max(from, end));
      from = Math.max(from, end);
    }
    return colours;
  }

  function classesKey(of) {
    const ramp = palette(of), ends = [...cuts.map((cut) => significant(scoreAt(of, cut)))], last = cuts.length;
    const words = (k) => (last === 0 ? "all scores" : k === 0 ? "up to " + ends[0] : k === last ? "above " + ends[last - 1] : ends[k - 1] + " to " + ends[k]);
    const key = (k) => make("span", { class: "key" }, sampleOf(() => ramp[last ? Math.round((k / last) * (COLOURS - 1)) : COLOURS - 1]), words(k));
    const note = CLASS_WORDS[of.classes.kind] + (isMoved(of) ? (followsScores(of) ? ", found anew in a sample of the map" : ", as in the run") : "");
    return make("span", { class: "classes" }, make("span", { class: "note", text: note }), ...Array.from({ length: last + 1 }, (none, k) => key(k)));
  }
  function drawClasses() {
    const shown = document.querySelector("#legend .classes");
    if (shown && target().classes) shown.replaceWith(classesKey(target()));
  }
