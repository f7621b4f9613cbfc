  /* ---- Planes ---- */

  const raster = data.raster, pixels = raster.width * raster.height;
  const planes = [];

  async function decode(url, first) {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = raster.width;
    const strip = Math.max(1, Math.min(raster.height, Math.floor((1 << 20) / raster.width)));
    canvas.height = strip;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const count = Math.min(3, raster.planes - first);
    for (let k = 0; k < count; k++) planes[first + k] = new Uint8Array(pixels);
    for (let top = 0; top < raster.height; top += strip) {
      const rows = Math.min(strip, raster.height - top);
      context.drawImage(image, 0, top, raster.width, rows, 0, 0, raster.width, rows);
      const bytes = context.getImageData(0, 0, raster.width, rows).data;
      for (let k = 0; k < count; k++) {
        const plane = planes[first + k], start = top * raster.width;
        for (let i = 0, n = rows * raster.width; i < n; i++) plane[start + i] = bytes[4 * i + k];
      }
    }
  }

  /* Whether a criterion is known wherever the study area is: then coverage is no question. */
  function isFull(plane) {
    const inside = planes[raster.inside];
    for (let i = 0; i < pixels; i++) if (plane[i] === 0 && inside[i] !== 0) return false;
    return true;
  }

  /* What a byte of a target's own plane of scores stands for: of a learnt one, even steps of the logit. */
  const scoreAt = (of, share) => (of.logits ? 1 / (1 + Math.exp(-(of.logits[0] + share * (of.logits[1] - of.logits[0])))) : share);
  const membershipTable = new Float32Array(256);
  for (let byte = 0; byte < 256; byte++) membershipTable[byte] = byte < LEAST ? NaN : (byte - LEAST) / STEPS;
