  /* ---- Map ---- */

  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map("map", { zoomSnap: 0.25, zoomControl: true, attributionControl: true, maxZoom: 19, zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still });
  map.attributionControl.setPrefix(false);
  /* As high as the picture at full width, within what the window leaves. */
  function fitHeight() {
    const box = byId("map"), top = mercator(raster.north), bottom = mercator(raster.south), ratio = (top - bottom) / ((raster.east - raster.west) * (Math.PI / 180));
    box.style.height = Math.round(Math.max(300, Math.min(window.innerHeight * 0.76, box.clientWidth * ratio + 60))) + "px";
    map.invalidateSize({ animate: false });
  }
  const bounds = L.latLngBounds([raster.south, raster.west], [raster.north, raster.east]);
  L.control.scale({ imperial: true }).addTo(map);
  const overlay = L.svgOverlay(canvas, bounds, { interactive: false, opacity: 1 });
  const pins = L.layerGroup(), lines = L.layerGroup(), mark = L.layerGroup();

  /* Lines of the degrees in view, as many as there is room for their names, which stand at the view's lower and left edge. */
  const STEPS_OF_DEGREES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 45, 90];
  const NAME_APART = 76;
  function graticule() {
    const seen = map.getBounds(), size = map.getSize();
    const west = Math.max(seen.getWest(), raster.west), east = Math.min(seen.getEast(), raster.east), south = Math.max(seen.getSouth(), raster.south), north = Math.min(seen.getNorth(), raster.north);
    lines.clearLayers();
    if (!(west < east && south < north)) return;
    const across = (seen.getEast() - seen.getWest()) / size.x, step = STEPS_OF_DEGREES.find((one) => one / across >= NAME_APART) || 90;
    const style = { color: "#000", weight: 0.6, opacity: 0.35, interactive: false };
    const name = (value, plus, minus) => Number(Math.abs(value).toFixed(3)) + "\u00b0" + (Math.abs(value) < 1e-9 || Math.abs(value) === 180 ? "" : value > 0 ? plus : minus);
    const tag = (at, kind, words) => L.marker(at, { interactive: false, keyboard: false, icon: L.divIcon({ className: "degree " + kind, html: make("span", { text: words }), iconSize: null, iconAnchor: kind === "lon" ? [0, 16] : [0, 7] }) });
    const taken = [], floor = map.latLngToContainerPoint([south, west]).y;
    for (let k = Math.ceil(south / step); k * step <= north; k++) {
      const lat = k * step, point = map.latLngToContainerPoint([lat, west]);
      lines.addLayer(L.polyline([[lat, west], [lat, east]], style));
      if ((point.y < 100 && point.x < 60) || (point.y > size.y - 66 && point.x < 130) || point.y > Math.min(floor, size.y) - 26 || taken.some((y) => Math.abs(y - point.y) < 26)) continue;
      taken.push(point.y);
      lines.addLayer(tag([lat, west], "lat", name(lat, "N", "S")));
    }
    const edge = map.containerPointToLatLng([0, Math.min(floor, size.y - 2)]).lat;
    for (let k = Math.ceil(west / step); k * step <= east; k++) {
      const lon = k * step, x = map.latLngToContainerPoint([south, lon]).x;
      lines.addLayer(L.polyline([[south, lon], [north, lon]], style));
      if (x < 44 || x > size.x - 40 || (floor > size.y - 44 && x < 130)) continue;
      lines.addLayer(tag([edge, lon], "lon", name(lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon, "E", "W")));
    }
  }

  /* A longitude as the picture counts it. */
  const longitude = (lon) => lon - 360 * Math.floor((lon - raster.west) / 360);

  /* Pins that look as they did are left as they are. */
  const NUMBERED = 25, NUMBERED_SMALL = 10, SMALL_PX = 500, drawnPins = new Map();
  let pinnedTarget = -1;
  function drawPins(order) {
    if (pinnedTarget !== state.target) {
      pins.clearLayers();
      drawnPins.clear();
      pinnedTarget = state.target;
    }
    const numbered = map.getSize().x < SMALL_PX ? NUMBERED_SMALL : NUMBERED;
    for (const site of order.slice().reverse()) {
      const chosen = state.site === site.id, rank = site.now.rank, shown = rank !== null && rank <= numbered;
      const size = chosen ? 24 : shown ? 20 : 10;
      const look = [chosen, rank === null ? "none" : shown ? rank : "dot"].join(), before = drawnPins.get(site.id);
      if (before && before.look === look) continue;
      if (before) pins.removeLayer(before.pin);
      const words = make("span", { text: shown || chosen ? (rank === null ? "\u00d7" : String(rank)) : "" });
      const icon = L.divIcon({ className: "pin" + (rank === null ? " unranked" : "") + (chosen ? " chosen" : ""), html: words, iconSize: [size, size] });
      const pin = L.marker([site.lat, longitude(site.lon)], { icon, keyboard: false, zIndexOffset: chosen ? 10000 : rank === null ? -1000 : shown ? 1000 - rank : 0 });
      pin.bindTooltip(() => make("span", { text: (rank === null ? "" : rank + ". ") + nameOf(site) + " \u2013 " + scoreWords(site.now.score, 3) }));
      pin.on("click", () => choose(site.id, false));
      pins.addLayer(pin);
      drawnPins.set(site.id, { look, pin });
    }
  }

  const mercator = (lat) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
  function pixelAt(lat, lon) {
    const top = mercator(raster.north), x = Math.floor(((longitude(lon) - raster.west) / (raster.east - raster.west)) * raster.width);
    const y = Math.floor(((top - mercator(lat)) / (top - mercator(raster.south))) * raster.height);
    return x < 0 || y < 0 || x >= raster.width || y >= raster.height ? -1 : y * raster.width + x;
  }
