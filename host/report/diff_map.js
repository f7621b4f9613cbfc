/* The maps of a difference: the change of each cell, and sites that entered, left or moved. Words from data become text nodes, never markup. */
(function () {
  "use strict";
  const maps = JSON.parse(document.getElementById("maps").textContent), still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const FIRST_STEP = 6, STEPS = 124, MIDDLE = FIRST_STEP + STEPS;
  const STATES = ["outside of the study area", "no data", "excluded in both", "excluded in both", "newly excluded", "newly scored"];
  const mercator = (lat) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
  const significant = (value) => String(Number(value.toPrecision(3)));
  const words = (text) => Object.assign(document.createElement("span"), { textContent: text });

  function colour(image, of) {
    const context = of.canvas.getContext("2d", { willReadFrequently: true });
    of.canvas.width = of.width;
    of.canvas.height = of.height;
    context.drawImage(image, 0, 0);
    const picture = context.getImageData(0, 0, of.width, of.height), bytes = picture.data;
    of.entries = new Uint8Array(of.width * of.height);
    for (let i = 0; i < of.entries.length; i++) {
      const entry = (of.entries[i] = bytes[4 * i]), rgb = parseInt(of.colours.slice(6 * entry, 6 * entry + 6), 16);
      bytes[4 * i] = rgb >> 16;
      bytes[4 * i + 1] = (rgb >> 8) & 255;
      bytes[4 * i + 2] = rgb & 255;
      bytes[4 * i + 3] = entry === 0 ? 0 : 255;
    }
    context.putImageData(picture, 0, 0);
  }

  const longitude = (of, lon) => lon - 360 * Math.floor((lon - of.west) / 360);
  function entryAt(of, lat, lon) {
    const top = mercator(of.north), x = Math.floor(((longitude(of, lon) - of.west) / (of.east - of.west)) * of.width), y = Math.floor(((top - mercator(lat)) / (top - mercator(of.south))) * of.height);
    return x < 0 || y < 0 || x >= of.width || y >= of.height ? 0 : of.entries[y * of.width + x];
  }
  const changeOf = (of, entry) => (of.most * (entry - MIDDLE)) / STEPS;
  function changeWords(of, entry) {
    if (entry < FIRST_STEP) return STATES[entry];
    const change = changeOf(of, entry);
    return change === 0 ? "score as before, to within " + significant(of.most / STEPS / 2) : "score " + (change > 0 ? "rose" : "fell") + " by " + significant(Math.abs(change)) + ", to within " + significant(of.most / STEPS / 2);
  }

  const LOOKS = { entered: "entered", left: "left", same: "same", moved: "moved" };
  function lookOf(site) {
    if (site.move !== "moved") return { kind: LOOKS[site.move], sign: site.move === "entered" ? "+" : site.move === "left" ? "\u00d7" : "" };
    const by = site.before !== null && site.after !== null ? site.before - site.after : 0;
    return by > 0 ? { kind: "risen", sign: "\u25b2" + by } : by < 0 ? { kind: "fallen", sign: "\u25bc" + -by } : site.after === null ? { kind: "left", sign: "\u00d7" } : site.before === null ? { kind: "entered", sign: "+" } : { kind: "moved", sign: "\u2248" };
  }
  function siteWords(site) {
    const rank = (value) => (value === null ? "none" : value), ranks = "rank " + (site.before === site.after ? rank(site.after) : rank(site.before) + " \u2192 " + rank(site.after));
    return [site.name, site.move === "same" ? "as it was" : site.move, ranks, site.why].filter(Boolean).join("; ");
  }
  function addSite(of, map, site) {
    const at = [site.lat, longitude(of, site.lon)], look = lookOf(site), size = look.kind === "same" ? 10 : 26;
    if (site.lon_before !== null && site.lat_before !== null) {
      const was = [site.lat_before, longitude(of, site.lon_before)];
      L.polyline([was, at], { color: "#111", weight: 3, interactive: false }).addTo(map);
      L.circleMarker(was, { radius: 4, color: "#111", weight: 2, fillColor: "#fff", fillOpacity: 1, interactive: false }).addTo(map);
    }
    const icon = L.divIcon({ className: "move " + look.kind, html: words(look.sign), iconSize: [size, size] });
    L.marker(at, { icon, keyboard: false, zIndexOffset: look.kind === "same" ? -1000 : 0 }).bindTooltip(() => words(siteWords(site))).addTo(map);
  }

  async function begin(of, box) {
    const image = new Image();
    image.src = of.picture;
    of.canvas = document.createElement("canvas");
    await image.decode();
    colour(image, of);
    box.hidden = false;
    const map = (of.map = L.map(box, { zoomSnap: 0.25, maxZoom: 19, attributionControl: false, zoomAnimation: !still, fadeAnimation: !still })), bounds = L.latLngBounds([of.south, of.west], [of.north, of.east]);
    map.fitBounds(bounds, { animate: false });
    map.setMinZoom(map.getZoom() - 1);
    map.setMaxBounds(bounds.pad(0.5));
    L.control.scale({ imperial: true }).addTo(map);
    L.svgOverlay(of.canvas, bounds, { interactive: false, opacity: 1 }).addTo(map);
    of.sites.forEach((site) => addSite(of, map, site));
    map.on("click", (event) => {
      const at = event.latlng.wrap();
      L.popup().setLatLng(event.latlng).setContent(words(changeWords(of, entryAt(of, at.lat, at.lng)))).openOn(map);
    });
    const figure = box.parentNode.querySelector("figure");
    if (!figure) return;
    figure.querySelector("img").hidden = true;
    figure.querySelector("figcaption").append(" Sites: + entered, \u00d7 left, \u25b2 \u25bc so many ranks up or down, \u2248 moved otherwise, small as they were; a line leads from where one was. Click a place for its change.");
  }

  window.lodescan = { maps, entryAt, changeOf, lookOf, FIRST_STEP, isWhole: () => true };
  Promise.all(maps.map((of, index) => begin(of, document.getElementById("map-" + index)))).then(() => { document.documentElement.dataset.ready = "true"; });
})();
