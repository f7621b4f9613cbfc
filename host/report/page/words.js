  const data = JSON.parse(document.getElementById("data").textContent);
  const LEAST = 1, STEPS = 254, COLOURS = 252, BLOCK = 4096, SLACK = 1e-6;
  const HATCH_PERIOD = 8, HATCH_DARK = 3;
  const byId = (id) => document.getElementById(id);

  /* Words from data become text nodes, never markup. */
  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === "text") node.textContent = value;
      else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (value === true) node.setAttribute(key, "");
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  }
  const number = (value, decimals) => (value === null || Number.isNaN(value) ? "\u2013" : value.toFixed(decimals));
  const significant = (value) => (value === null ? "\u2013" : Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3))));
  /* Learnt scores are mostly small. */
  const scoreWords = (value, decimals) => (target().logits && !Number.isNaN(value) ? significant(value) : number(value, decimals));
  const spoken = (name) => name.replace(/_/g, " ");
  const area = (km2) => (km2 >= 100 ? Math.round(km2).toLocaleString("en") : String(Number(km2.toPrecision(3)))) + " km\u00b2";
