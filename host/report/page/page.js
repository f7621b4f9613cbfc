/* The page of a run. Planes of bytes (memberships, rules, the study area) come from pictures and are scored here, cell by cell, by the
 * same overlays as the program's. Sites are scored from their exact memberships, in single precision and in the program's order. */
(function () {
  "use strict";

/*--words--*/

/*--overlay--*/

/*--planes--*/

/*--blocks--*/

/*--choice--*/

/*--patterns--*/

/*--painting--*/

/*--classes--*/

/*--map--*/

/*--base--*/

/*--curves--*/

/*--explanation--*/

/*--certainty--*/

/*--table--*/

/*--shortlist--*/

/*--variants--*/

/*--overlaps--*/

/*--controls--*/

/*--address--*/

  /* ---- All together ---- */

  function refresh(repaint) {
    if (repaint) paint();
    drawPins(rankSites(state.target));
    drawTable();
    showExplanation();
    drawTornado();
    drawClasses();
    saveState();
  }

  function refreshTarget() {
    applyWeights();
    byId("basis").textContent = target().basis;
    drawTargets();
    tableHead();
    drawSliders();
    drawRules();
    drawCurves();
    drawShortlist();
    drawVariants();
    drawOverlaps();
    drawCertainty();
    drawAbout();
    drawLayers();
    paint();
    drawLegend();
    refresh(false);
  }

  function say(words) {
    byId("said").textContent = words;
  }

  /* What a change did to the ranks, once the hand rests. */
  const SAY_MS = 700;
  let sayTimer = 0;
  function sayRanks() {
    clearTimeout(sayTimer);
    sayTimer = setTimeout(() => {
      const ranked = target().sites.filter((site) => site.now.rank !== null), first = ranked.find((site) => site.now.rank === 1), moved = target().sites.filter((site) => (site.rank || null) !== site.now.rank).length;
      say(ranked.length + " sites ranked, " + moved + " of them elsewhere than in the run." + (first ? " First is " + nameOf(first) + " with " + scoreWords(first.now.score, 3) + "." : ""));
    }, SAY_MS);
  }

  async function share() {
    saveNow();
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
    for (const id of ["among", "sure"]) byId(id).addEventListener("change", (event) => { state[id] = Number(event.target.value); tableHead(); drawTable(); showExplanation(); saveState(); });
    byId("share").addEventListener("click", share);
    byId("print").addEventListener("click", () => window.print());
    byId("reset").addEventListener("click", () => {
      const index = state.target;
      readState("");
      state.target = index;
      refreshTarget();
      say("Everything is as the run left it.");
    });
    window.addEventListener("hashchange", () => { readState(location.hash.slice(1)); refreshTarget(); });
    window.addEventListener("beforeprint", () => { map.invalidateSize({ animate: false }); clearTimeout(wholeTimer); paintWhole(); });
    map.on("moveend", saveState);
    map.on("moveend resize", () => { if (!isWhole) paint(); });
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
    fitHeight();
    window.addEventListener("resize", fitHeight);
    goHome();
    map.setMinZoom(map.getZoom() - 1);
    map.setMaxBounds(bounds.pad(0.5));
    await Promise.all(urls.map((url, index) => decode(url, 3 * index)));
    for (const criterion of data.criteria) criterion.full = criterion.plane !== undefined && isFull(planes[criterion.plane]);
    image = context.createImageData(raster.width, raster.height);
    ink = new Uint32Array(image.data.buffer);
    standing = new Uint8Array(pixels);
    overlay.addTo(map);
    mark.addTo(map);
    makeBase();
    readState(location.hash.slice(1));
    map.on("moveend resize", graticule);
    graticule();
    listen();
    refreshTarget();
    document.documentElement.dataset.ready = "true";
  }

  /* For tests and the curious. */
  window.lodescan = { data, state, planes, scoreOne, rankSites, pixelAt, paint, paintWhole, refresh, canvas, map, ruleTile, baseLayers, placesOf, linesOf, classCuts: () => cuts, paintedMs: () => painted, isWhole: () => isWhole };
  begin().catch((failure) => {
    byId("explanation").replaceChildren(make("p", { class: "warn", text: "The page could not be drawn: " + failure.message }));
    throw failure;
  });
})();
