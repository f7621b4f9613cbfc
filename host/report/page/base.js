  /* ---- The scenario's own layers under the sites ---- */

  map.createPane("base").style.zIndex = 420;
  const baseInk = L.canvas({ pane: "base", padding: 0.3 });

  const latitude = (y) => (360 / Math.PI) * Math.atan(Math.exp(y)) - 90;
  function placeOf(quartersRight, quartersDown) {
    const top = mercator(raster.north), bottom = mercator(raster.south);
    return [latitude(top + (bottom - top) * (quartersDown / 4 / raster.height)), raster.west + (raster.east - raster.west) * (quartersRight / 4 / raster.width)];
  }

  /* Numbers from letters, as report/page_layers.h puts them. */
  function reader(letters) {
    let at = 0, right = 0, down = 0;
    const bits = () => {
      let value = 0, shift = 1, five;
      do {
        five = letters.charCodeAt(at++) - 63;
        value += (five & 31) * shift;
        shift *= 32;
      } while (five >= 32);
      return value;
    };
    const signed = () => { const value = bits(); return value % 2 ? -(value + 1) / 2 : value / 2; };
    const place = () => { right += signed(); down += signed(); return placeOf(right, down); };
    return { more: () => at < letters.length, bits, place };
  }
  function linesOf(letters) {
    const read = reader(letters), lines = [];
    while (read.more()) lines.push(Array.from({ length: read.bits() }, read.place));
    return lines;
  }
  function placesOf(letters) {
    const read = reader(letters), places = [];
    while (read.more()) places.push(read.place());
    return places;
  }

  const symbols = {
    town: { radius: 2.5, color: "#222", weight: 1, fillColor: "#fff" }, port: { radius: 3.5, color: "#fff", weight: 1, fillColor: "#1f5582" },
    place: { radius: 2.5, color: "#333", weight: 1, fillColor: "#b9c7c0" }, deposit: { radius: 3.5, color: "#111", weight: 1.2, fillColor: "#ffe7a8" },
  };

  /* The smaller the scale, the finer the lines. */
  function thinness() {
    const middle = map.getCenter(), metres = (40075017 * Math.cos((middle.lat * Math.PI) / 180)) / (256 * Math.pow(2, map.getZoom()));
    return Math.max(0.35, Math.min(1, Math.pow(150 / metres, 0.35)));
  }
  function drawnLines(layer) {
    const lines = linesOf(layer.shapes), way = (style) => L.polyline(lines, Object.assign({ renderer: baseInk, pane: "base", interactive: false, lineJoin: "round" }, style));
    const under = layer.under ? way({ color: layer.under, opacity: 0.75 }) : null, over = way({ color: layer.colour, opacity: layer.width < 1.3 ? 0.7 : 0.9 });
    const thin = () => {
      const factor = thinness();
      if (under) under.setStyle({ weight: layer.under_width * factor, opacity: factor < 0.5 ? 0 : 0.75 });
      over.setStyle({ weight: layer.width * factor, dashArray: layer.dash.length ? layer.dash.map((length) => length * Math.max(0.5, factor)).join(" ") : null });
    };
    map.on("zoomend", thin);
    thin();
    return L.layerGroup(under ? [under, over] : [over]);
  }

  /* Of towns and the like those that come first (the largest), as many as stand apart in view; and names beside them where there is room. */
  const PLACES_MOST = 60, PLACES_APART = 16, NAMES_MOST = 14, NAME_LETTERS = 28;
  const shorter = (words) => (words.length > NAME_LETTERS ? words.slice(0, NAME_LETTERS - 1) + "\u2026" : words);
  function spot(layer, one) {
    const words = one.name ? one.name + " (" + layer.words.toLowerCase() + ")" : layer.words;
    return L.circleMarker(one.at, Object.assign({ renderer: baseInk, pane: "base", fillOpacity: 1, bubblingMouseEvents: true }, symbols[layer.symbol])).bindTooltip(() => make("span", { text: words }));
  }
  const nameBeside = (one, words) => L.marker(one.at, { interactive: false, keyboard: false, icon: L.divIcon({ className: "place-name", html: make("span", { text: words }), iconSize: null, iconAnchor: [-6, 9] }) });
  const meets = (a, b) => a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;

  function drawnPlaces(layer) {
    const all = placesOf(layer.places).map((at, index) => ({ at, name: layer.names[index] })), group = L.layerGroup();
    const fill = () => {
      const size = map.getSize(), taken = [], boxes = [];
      group.clearLayers();
      for (const one of all) {
        if (layer.symbol !== "deposit" && taken.length >= PLACES_MOST) break;
        const point = map.latLngToContainerPoint(one.at);
        if (point.x < 0 || point.y < 0 || point.x > size.x || point.y > size.y) continue;
        if (layer.symbol !== "deposit" && taken.some((other) => other.distanceTo(point) < PLACES_APART)) continue;
        taken.push(point);
        group.addLayer(spot(layer, one));
        if (layer.symbol !== "town" || !one.name || boxes.length >= NAMES_MOST) continue;
        const words = shorter(one.name), box = { left: point.x + 4, right: point.x + 10 + 6.4 * words.length, top: point.y - 8, bottom: point.y + 8 };
        if (box.left < 50 || box.right > size.x - 4 || box.top < 4 || box.bottom > size.y - 40 || boxes.some((other) => meets(box, other))) continue;
        boxes.push(box);
        group.addLayer(nameBeside(one, words));
      }
    };
    map.on("moveend resize", () => { if (map.hasLayer(group)) fill(); });
    group.on("add", fill);
    return group;
  }

  const baseLayers = [];
  function makeBase() {
    for (const layer of data.layers.list) {
      const places = layer.places !== undefined;
      baseLayers.push({ key: "l." + layer.name + (places ? "." : ""), name: spoken(layer.name), words: layer.words, shown: layer.shown, drawn: places ? drawnPlaces(layer) : drawnLines(layer), layer });
    }
  }

  function baseSample(layer) {
    const sample = make("canvas", { "aria-hidden": "true", class: "sample" }), pen = sample.getContext("2d");
    sample.width = 24;
    sample.height = 14;
    const stroke = (colour, width, dash) => {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.setLineDash(dash);
      pen.beginPath();
      pen.moveTo(0, 7);
      pen.lineTo(24, 7);
      pen.stroke();
    };
    pen.fillStyle = "#eee";
    pen.fillRect(0, 0, 24, 14);
    if (layer.symbol) {
      const look = symbols[layer.symbol];
      pen.beginPath();
      pen.arc(12, 7, look.radius, 0, 2 * Math.PI);
      pen.fillStyle = look.fillColor;
      pen.fill();
      pen.strokeStyle = look.color;
      pen.lineWidth = look.weight;
      pen.stroke();
    } else {
      if (layer.under) stroke(layer.under, layer.under_width, []);
      stroke(layer.colour, Math.max(1.2, layer.width), layer.dash.map((length) => length * 0.6));
    }
    return sample;
  }
