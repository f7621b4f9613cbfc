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
