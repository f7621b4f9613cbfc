  /* ---- How well scores find what is known ---- */

  function draw(tag, attributes, ...children) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children.filter((child) => child !== null));
    return node;
  }
  const CURVE = { width: 340, height: 250, left: 58, right: 12, top: 10, bottom: 40 };
  const across = (share) => CURVE.left + share * (CURVE.width - CURVE.left - CURVE.right), up = (share) => CURVE.height - CURVE.bottom - share * (CURVE.height - CURVE.top - CURVE.bottom);
  const percent = (share, digits) => Number((100 * share).toPrecision(digits || 3)) + " %";
  const pathOf = (x, y) => x.map((value, i) => (i ? "L" : "M") + across(value).toFixed(1) + " " + up(y[i]).toFixed(1)).join("");

  function frame(xWords, yWords, xNames) {
    const parts = [];
    for (let k = 0; k <= 4; k++) {
      const share = k / 4;
      parts.push(draw("path", { class: "rule", d: "M" + across(0) + " " + up(share) + "H" + across(1) + "M" + across(share) + " " + up(0) + "V" + up(1) }));
      parts.push(draw("text", { x: CURVE.left - 6, y: up(share) + 4, "text-anchor": "end" }, 25 * k + " %"));
      parts.push(draw("text", { x: across(share), y: CURVE.height - CURVE.bottom + 15, "text-anchor": k === 4 ? "end" : "middle" }, xNames(share)));
    }
    parts.push(draw("text", { x: across(0.5), y: CURVE.height - 6, "text-anchor": "middle" }, xWords));
    parts.push(draw("text", { x: -up(0.5), y: 10, "text-anchor": "middle", transform: "rotate(-90)" }, yWords));
    return parts;
  }
  const figure = (label, parts, caption) => make("figure", {}, draw("svg", { viewBox: "0 0 " + CURVE.width + " " + CURVE.height, role: "img", "aria-label": label }, ...parts), make("figcaption", {}, ...caption));
  const keyed = (kind, words) => make("span", { class: "key" }, make("i", { class: "stroke " + kind, "aria-hidden": "true" }), words);

  /* Shares of area at which a held-out surface finds one place after the other. */
  function heldOut(validation) {
    const shares = validation.places.map((place) => place.held_out_area_share).filter((share) => typeof share === "number").sort((a, b) => a - b), x = [0], y = [0];
    shares.forEach((share, i) => { x.push(share, share); y.push(i / shares.length, (i + 1) / shares.length); });
    return shares.length ? { x: x.concat(1), y: y.concat(1) } : null;
  }

  function successFigure(validation) {
    const curve = validation.curve, figures = validation.figures, most = figures.area_for_80_percent.area_share, held = heldOut(validation);
    const parts = frame("share of the scored area, best first", "share of the known places", (share) => 100 * share + " %");
    parts.push(draw("path", { class: "blind", d: "M" + across(0) + " " + up(0) + "L" + across(1) + " " + up(1) }), draw("path", { class: "curve", d: pathOf([0, ...curve.area], [0, ...curve.found]) }));
    if (held) parts.push(draw("path", { class: "curve other", d: pathOf(held.x, held.y) }));
    if (most !== null) parts.push(draw("circle", { class: "mark", cx: across(most), cy: up(0.8), r: 4 }));
    const ends = (list) => (list ? " (95 %: " + significant(list[0]) + " to " + significant(list[1]) + ")" : ""), auc = "success rate, AUC " + number(figures.auc.value, 3) + ends(figures.auc.ci95);
    const caption = [keyed("curve", auc)];
    if (held) caption.push(keyed("other", "held out, AUC " + number(figures.folds.held_out_auc, 3) + ends(figures.folds.held_out_ci95)));
    caption.push(keyed("blind", "a blind score"));
    if (most !== null) caption.push(make("span", { class: "key", text: "80 % of the places lie in the best " + percent(most) + " of the area" }));
    return figure("Success rate: " + auc, parts, caption);
  }

  function areaFigure(validation) {
    const curve = validation.curve, crossing = validation.figures.prediction_area, scores = curve.score.map((score) => (score === null ? 1 : score));
    const low = Math.min(...scores), high = Math.max(...scores), at = (score) => (high > low ? (score - low) / (high - low) : 0), x = scores.map(at);
    const parts = frame("score from which cells count", "share", (share) => significant(low + share * (high - low)));
    parts.push(draw("path", { class: "curve", d: pathOf(x, curve.found) }), draw("path", { class: "curve other", d: pathOf(x, curve.area.map((area) => 1 - area)) }));
    const caption = [keyed("curve", "known places that score as much"), keyed("other", "area that scores less")];
    if (crossing.score !== null && crossing.prediction_rate !== null) {
      parts.push(draw("circle", { class: "mark", cx: across(at(crossing.score)), cy: up(crossing.prediction_rate), r: 4 }));
      caption.push(make("span", { class: "key", text: "They cross at " + percent(crossing.prediction_rate) + " of the places in " + percent(crossing.area_share) + " of the area: normalised density " + significant(crossing.normalised_density) }));
    }
    return figure("Prediction-area plot", parts, caption);
  }

  function drawCurves() {
    const shown = target().validations.filter((one) => one.curve.area.length > 1);
    byId("validation").hidden = shown.length === 0;
    byId("curves").replaceChildren(...shown.flatMap((validation) => [
      make("p", { class: "note whole", text: validation.figures.places_used + " of " + validation.figures.places + " known places lie on scored cells." + (validation.figures.learnt ? " The score was learnt, perhaps from these very places: trust what is held out." : "") }),
      successFigure(validation), areaFigure(validation)]));
  }
