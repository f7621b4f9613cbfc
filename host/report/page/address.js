  /* ---- State in the address ---- */

  function stateWords() {
    const words = new URLSearchParams(), own = [];
    if (state.target) words.set("t", target().name);
    if (state.variant) words.set("v", state.variant);
    for (const [key, weight] of state.weights) if (key.startsWith(state.target + ":")) own.push(key.slice(key.indexOf(":") + 1) + "~" + Number(weight.toPrecision(6)));
    if (own.length) words.set("w", own.join("_"));
    if (isSwitched()) words.set("off", [...state.off].map((index) => data.rules[index].name).join(" "));
    if (state.site) words.set("s", state.site);
    else if (state.place) words.set("p", state.place.map((value) => value.toFixed(5)).join(" "));
    const view = viewWords();
    if (view) words.set("m", view);
    if (state.query) words.set("q", state.query);
    if (state.status) words.set("show", state.status);
    if (state.among !== AMONG_GIVEN) words.set("n", state.among);
    if (state.sure) words.set("sure", state.sure);
    if (state.plain) words.set("plain", "1");
    if (state.toggled.size) words.set("l", [...state.toggled].join(" "));
    if (state.sort !== "rank" || state.down) words.set("sort", state.sort + (state.down ? "-" : ""));
    return words.toString();
  }

  /* Browsers refuse an address that changes more often than about three times a second. It is never put beside the last one, so that "back" leaves the page. */
  const SAVES_APART_MS = 350;
  let saved = "", savedAt = -SAVES_APART_MS, saving = 0;
  function saveNow() {
    const words = stateWords();
    clearTimeout(saving);
    saving = 0;
    savedAt = performance.now();
    if (words === saved) return;
    try {
      history.replaceState(null, "", words ? "#" + words : location.pathname + location.search);
      saved = words;
    } catch (refused) {
      saving = setTimeout(saveNow, 10 * SAVES_APART_MS);
    }
  }
  function saveState() {
    byId("reset").disabled = !stateWords();
    const left = savedAt + SAVES_APART_MS - performance.now();
    if (left <= 0) saveNow();
    else if (!saving) saving = setTimeout(saveNow, left);
  }

  /* Where the map looks, unless it shows the whole as it did at first. */
  const AS_AT_FIRST_PX = 3, FARTHEST_LAT = 85;
  let home = null;
  function goHome() {
    map.fitBounds(bounds, { animate: false });
    home = { at: map.getCenter(), zoom: map.getZoom() };
  }
  function viewWords() {
    const at = map.getCenter(), zoom = map.getZoom();
    if (!home || (zoom === home.zoom && map.project(at, zoom).distanceTo(map.project(home.at, zoom)) < AS_AT_FIRST_PX)) return null;
    return [at.lat.toFixed(5), at.lng.toFixed(5), Number(zoom.toFixed(2))].join(" ");
  }
  function readView(words) {
    const [lat, lon, zoom, ...more] = (words || "").split(" ").map(Number);
    const fits = more.length === 0 && Math.abs(lat) < FARTHEST_LAT && Math.abs(lon) <= 540 && zoom >= map.getMinZoom() && zoom <= map.getMaxZoom();
    if (fits) map.setView([lat, lon], zoom, { animate: false });
    else goHome();
  }

  /* Whatever stands there that fits nothing is passed by. */
  function readState(link) {
    const words = new URLSearchParams(link), index = data.targets.findIndex((of) => of.name === words.get("t"));
    state.target = index < 0 ? 0 : index;
    takeVariant(words.get("v") || "");
    state.weights.clear();
    const paths = new Set();
    if (target().tree) eachNode(target().tree, (node) => { if (takesWeights(node)) node.of.forEach((child) => paths.add(child.path)); });
    for (const one of (words.get("w") || "").split("_")) {
      const [path, weight] = one.split("~");
      if (paths.has(path) && weight && Number(weight) >= 0 && Number.isFinite(Number(weight))) state.weights.set(state.target + ":" + path, Number(weight));
    }
    const off = new Set((words.get("off") || "").split(" "));
    state.off = words.has("off") ? new Set(data.rules.map((rule, i) => i).filter((i) => off.has(data.rules[i].name))) : new Set(relaxedIn());
    state.site = target().sites.some((site) => site.id === words.get("s")) ? words.get("s") : null;
    const place = (words.get("p") || "").split(" ").map(Number);
    state.place = place.length === 2 && place.every(Number.isFinite) && Math.abs(place[0]) < 85 ? place : null;
    state.query = words.get("q") || "";
    state.status = words.get("show") || "";
    const sort = (words.get("sort") || "rank").replace(/-$/, "");
    state.among = AMONG.includes(Number(words.get("n"))) ? Number(words.get("n")) : AMONG_GIVEN;
    state.sure = SURE.includes(Number(words.get("sure"))) ? Number(words.get("sure")) : 0;
    state.sort = columnsOf(target()).some((column) => column.key === sort) ? sort : "rank";
    state.down = (words.get("sort") || "").endsWith("-");
    state.plain = words.get("plain") === "1";
    const toggled = new Set((words.get("l") || "").split(" "));
    state.toggled = new Set(layerList().map((one) => one.key).filter((key) => toggled.has(key)));
    byId("filter").value = state.query;
    byId("status").value = state.status;
    readView(words.get("m"));
    clearTimeout(saving);
    saving = 0;
    saved = location.hash.slice(1);
  }
