  /* ---- How excluded places look: a colour and a pattern a rule ---- */

  const little = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
  const rgba = (r, g, b, a) => (little ? ((a << 24) | (b << 16) | (g << 8) | r) >>> 0 : ((r << 24) | (g << 16) | (b << 8) | a) >>> 0);
  const GREY = rgba(222, 222, 222, 255), LIGHT = rgba(176, 176, 176, 255), DARK = rgba(120, 120, 120, 255), PALE = rgba(205, 205, 205, 255);

  /* Tiles of 8 x 8 pixels. Neighbours in the list differ in colour and in pattern, for those who tell colours apart badly. */
  const TILE = 8;
  const patternColours = [[86, 60, 118], [150, 62, 40], [30, 92, 128], [128, 100, 20], [44, 96, 66], [148, 56, 104], [70, 70, 70], [104, 72, 44]];
  const patterns = [
    (x, y) => (x + y) % 8 < 3,
    (x, y) => (x + 8 - y) % 8 < 3,
    (x) => x % 4 < 1.5,
    (x, y) => y % 4 < 1.5,
    (x, y) => x % 4 < 2 && y % 4 < 2,
  ];
  const plainTile = (x, y) => ((x + y) % TILE < 3 ? DARK : LIGHT);
  const severalTile = (x, y) => ((x + y) % 4 < 1 || (x + 8 - y) % 4 < 1 ? DARK : LIGHT);
  function tileOf(slot) {
    const colour = rgba(...patternColours[slot % patternColours.length], 255), pattern = patterns[(slot + Math.floor(slot / patternColours.length)) % patterns.length];
    return (x, y) => (pattern(x % TILE, y % TILE) ? colour : PALE);
  }
  const exclusionsOf = (of) => rulesOf(of).filter((index) => data.rules[index].effect === "exclude");
  const ruleTile = (of, index) => tileOf(exclusionsOf(of).indexOf(index));

  /* What stands in `standing`: 0 outside, 1 open, 2 excluded by more than one rule (or by any, where rules are not told apart), then a rule each. */
  const SEVERAL = 2, FIRST_RULE = 3;
  let tiles = new Uint32Array(0);
  function fillTiles(of) {
    const looks = [null, null, state.plain ? plainTile : severalTile, ...exclusionsOf(of).map((index, slot) => tileOf(slot))];
    tiles = new Uint32Array(looks.length * TILE * TILE);
    looks.forEach((look, at) => { if (look) for (let y = 0; y < TILE; y++) for (let x = 0; x < TILE; x++) tiles[(at * TILE + y) * TILE + x] = look(x, y); });
  }

  /* What a byte of rules says, of those in `slots` (a bit's place in the legend). */
  function standingTable(slots) {
    const table = new Uint8Array(256);
    for (let byte = 0; byte < 256; byte++) {
      const fired = slots.filter((one) => (byte >> one.bit) & 1);
      table[byte] = fired.length === 0 ? 0 : fired.length > 1 || state.plain ? SEVERAL : FIRST_RULE + fired[0].slot;
    }
    return table;
  }

  /* Exclusions that the same inclusions are over are looked at together. */
  let standing = null, standingKey = "";
  function fillStanding(of) {
    const rules = rulesOf(of).filter((index) => !state.off.has(index) && !isPenalty(index)), key = of.name + "|" + rules.join() + "|" + state.plain;
    if (key === standingKey) return;
    const inside = planes[raster.inside], groups = new Map();
    exclusionsOf(of).forEach((index, slot) => {
      const rule = data.rules[index];
      if (!rules.includes(index)) return;
      const freeing = rules.filter((one) => data.rules[one].effect === "include" && data.rules[one].over.includes(index)), name = rule.plane + "|" + freeing.join();
      if (!groups.has(name)) groups.set(name, { plane: rule.plane, slots: [], freeing });
      groups.get(name).slots.push({ bit: rule.bit, slot });
    });
    for (let i = 0; i < pixels; i++) standing[i] = inside[i] === 0 ? 0 : 1;
    for (const group of groups.values()) {
      const bits = planes[group.plane], table = standingTable(group.slots), freeing = group.freeing.map((index) => ({ bits: planes[data.rules[index].plane], mask: 1 << data.rules[index].bit }));
      for (let i = 0; i < pixels; i++) {
        const found = table[bits[i]];
        if (found !== 0 && standing[i] !== 0 && !freeing.some((one) => (one.bits[i] & one.mask) !== 0)) standing[i] = standing[i] === 1 ? found : SEVERAL;
      }
    }
    fillTiles(of);
    standingKey = key;
  }
