  /* ---- State in the address ---- */

  function stateWords() {
    const words = new URLSearchParams(), own = [];
    if (state.target) words.set("t", target().name);
    for (const [key, weight] of state.weights) if (key.startsWith(state.target + ":")) own.push(key.slice(key.indexOf(":") + 1) + "~" + Number(weight.toPrecision(6)));
    if (own.length) words.set("w", own.join("_"));
    if (state.off.size) words.set("off", [...state.off].map((index) => data.rules[index].name).join(" "));
    if (state.site) words.set("s", state.site);
    else if (state.place) words.set("p", state.place.map((value) => value.toFixed(5)).join(" "));
    if (state.query) words.set("q", state.query);
    if (state.status) words.set("show", state.status);
    if (state.among !== AMONG_GIVEN) words.set("n", state.among);
    if (state.sure) words.set("sure", state.sure);
    if (state.plain) words.set("plain", "1");
    if (state.toggled.size) words.set("l", [...state.toggled].join(" "));
    if (state.sort !== "rank" || state.down) words.set("sort", state.sort + (state.down ? "-" : ""));
    return words.toString();
  }

  let saved = "";
  function saveState() {
    const words = stateWords();
    byId("reset").disabled = !words;
    if (words === saved) return;
    saved = words;
    try { history.replaceState(null, "", words ? "#" + words : location.pathname + location.search); } catch (refused) { location.hash = words; }
  }

  /* Whatever stands there that fits nothing is passed by. */
  function readState() {
    const words = new URLSearchParams(location.hash.slice(1)), index = data.targets.findIndex((of) => of.name === words.get("t"));
    state.target = index < 0 ? 0 : index;
    state.weights.clear();
    const paths = new Set();
    if (target().tree) eachNode(target().tree, (node) => { if (takesWeights(node)) node.of.forEach((child) => paths.add(child.path)); });
    for (const one of (words.get("w") || "").split("_")) {
      const [path, weight] = one.split("~");
      if (paths.has(path) && weight && Number(weight) >= 0 && Number.isFinite(Number(weight))) state.weights.set(state.target + ":" + path, Number(weight));
    }
    const off = new Set((words.get("off") || "").split(" "));
    state.off = new Set(data.rules.map((rule, i) => i).filter((i) => off.has(data.rules[i].name)));
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
    saved = location.hash.slice(1);
  }
