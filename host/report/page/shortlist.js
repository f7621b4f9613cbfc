  /* ---- The run's shortlist ---- */

  function shortlisted(list) {
    const others = Object.entries(list.counts).filter(([answer]) => answer !== "in").map(([answer, count]) => count + " " + answer).join(", ");
    const rows = list.sites.map((one) => make("li", {}, make("button", { type: "button", class: "link", text: one.name || one.site_id, onclick: () => choose(one.site_id, true) }),
      make("div", { class: "note", text: (one.rank ? "rank " + one.rank + " \u00b7 " : "") + one.why })));
    return [rows.length ? make("ol", {}, ...rows) : make("p", { text: "No site is on it." }), others ? make("p", { class: "note", text: "Not on it: " + others }) : null];
  }

  function drawShortlist() {
    const list = target().shortlist;
    byId("shortlist").hidden = !list;
    if (!list) return;
    const parts = [make("p", { class: "note", text: "The first " + list.count + " by the run's own rank that are permitted within " + significant(list.within_months) + " months with a probability of at least " + percent(list.probability) + "." }), ...shortlisted(list.today)];
    if (list.accelerated) parts.push(make("h3", { text: "With the accelerated stages" }), ...shortlisted(list.accelerated));
    byId("shortlisted").replaceChildren(...parts.filter(Boolean));
  }
