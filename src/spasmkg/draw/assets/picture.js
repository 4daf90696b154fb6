(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const svg = document.querySelector(".canvas svg");
  const panel = document.getElementById("panel");
  const nodes = [...svg.querySelectorAll(".node")];
  const shared = [...svg.querySelectorAll(".edge, .label")];
  const numbers = (el) => el.dataset.links.split(" ").filter(Boolean).map(Number);
  const rows = [...document.querySelectorAll("tr[data-link]")];
  const hidden = { kind: new Set(), certainty: new Set() };
  document.documentElement.classList.add("script");

  // ---- what is shown ----
  const kindOf = Object.fromEntries(data.nodes.map((n) => [n.id, n.kind]));
  const lineOf = (k) => (k.inferred ? "inferred" : k.certainty);
  const linkShown = (k) =>
    !hidden.certainty.has(lineOf(k)) && !hidden.kind.has(kindOf[k.source]) && !hidden.kind.has(kindOf[k.target]);

  function refresh() {
    nodes.forEach((n) => n.classList.toggle("gone", hidden.kind.has(n.dataset.kind)));
    shared.forEach((el) => el.classList.toggle("gone", !numbers(el).some((i) => linkShown(data.links[i]))));
    rows.forEach((r) => r.classList.toggle("off", !linkShown(data.links[+r.dataset.link])));
    const count = data.links.filter(linkShown).length;
    document.getElementById("count").textContent = count === data.links.length ? "" : `${data.links.length - count} edges hidden by filters`;
  }

  document.querySelectorAll(".filters input").forEach((box) =>
    box.addEventListener("change", () => {
      hidden[box.name][box.checked ? "delete" : "add"](box.value);
      refresh();
    })
  );

  // ---- neighbours ----
  function light(links, ids) {
    shared.forEach((el) => el.classList.toggle("dim", !!links && !numbers(el).some((i) => links.has(i))));
    nodes.forEach((n) => n.classList.toggle("dim", !!ids && !ids.has(n.dataset.node)));
  }
  function lightNode(id) {
    const links = new Set(), ids = new Set([id]);
    data.links.forEach((k, i) => {
      if (k.source === id || k.target === id) { links.add(i); ids.add(k.source); ids.add(k.target); }
    });
    light(links, ids);
  }
  function lightLinks(some) {
    light(new Set(some), new Set(some.flatMap((i) => [data.links[i].source, data.links[i].target])));
  }

  // ---- panel ----
  const element = (tag, words, css) => {
    const made = document.createElement(tag);
    if (words) made.textContent = words;
    if (css) made.className = css;
    return made;
  };
  function show(parts) { panel.replaceChildren(...parts); }
  function choose(el) {
    svg.querySelectorAll(".chosen").forEach((x) => x.classList.remove("chosen"));
    if (el) el.classList.add("chosen");
  }
  function showNode(el) {
    const n = data.nodes.find((x) => x.id === el.dataset.node);
    choose(el);
    const count = data.links.filter((k) => k.source === n.id || k.target === n.id).length;
    const parts = [element("h3", n.label), element("p", [n.kindLabel, ...n.roles.map((r) => `role: ${r}`)].filter(Boolean).join(" · "), "quiet")];
    if (n.definition) parts.push(element("p", n.definition));
    parts.push(element("p", `${count} of its edges are in this picture`, "quiet"), element("p", n.id, "quiet"));
    show(parts);
  }
  function showLinks(el, some) {
    choose(el);
    show(some.flatMap((i) => {
      const k = data.links[i];
      const parts = [element("h3", `${k.sourceLabel} ${k.label} ${k.targetLabel}`)];
      parts.push(element("p", k.inferred ? `inferred, no surer than ${k.certainty}` : k.certainty, k.inferred ? "is-inferred" : ""));
      if (k.citations.length) {
        if (k.inferred) parts.push(element("p", "It rests on these claims:"));
        const list = element("ul");
        k.citations.forEach((c) => list.append(element("li", c)));
        parts.push(list);
      } else if (k.predicate) {
        parts.push(element("p", "No claim of the source stands behind it.", "quiet"));
      }
      return parts;
    }));
  }

  const act = (el, run, glow) => {
    el.setAttribute("tabindex", "0");
    el.setAttribute("role", "button");
    el.addEventListener("click", () => { if (!dragged) run(); });
    el.addEventListener("keydown", (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); run(); } });
    el.addEventListener("mouseenter", glow);
    el.addEventListener("focus", glow);
    el.addEventListener("mouseleave", () => light(null, null));
    el.addEventListener("blur", () => light(null, null));
  };
  let dragged = false;
  svg.setAttribute("role", "group");
  nodes.forEach((n) => {
    n.setAttribute("aria-label", n.querySelector("title").textContent);
    act(n, () => showNode(n), () => lightNode(n.dataset.node));
  });
  shared.forEach((el) => {
    const some = numbers(el);
    if (el.classList.contains("edge")) {
      const hit = el.querySelector(".line").cloneNode();
      ["stroke", "stroke-width", "stroke-dasharray"].forEach((a) => hit.removeAttribute(a));
      hit.setAttribute("class", "hit");
      el.prepend(hit);
    }
    const words = some.map((i) => { const k = data.links[i]; return `${k.sourceLabel} ${k.label} ${k.targetLabel}`; }).join("; ");
    el.setAttribute("aria-label", words);
    act(el, () => showLinks(el, some), () => lightLinks(some));
    if (some.length > 1 || el.classList.contains("label")) el.setAttribute("tabindex", "-1");
  });

  // ---- pan and zoom ----
  const home = svg.viewBox.baseVal;
  const whole = { x: home.x, y: home.y, w: home.width, h: home.height };
  let view = { ...whole };
  const apply = () => svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
  function zoom(factor, cx = view.x + view.w / 2, cy = view.y + view.h / 2) {
    const f = Math.min(Math.max(factor, view.w / (whole.w * 2)), view.w / (whole.w / 12));
    view = { x: cx - (cx - view.x) / f, y: cy - (cy - view.y) / f, w: view.w / f, h: view.h / f };
    apply();
  }
  const point = (e) => new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse());
  svg.addEventListener("wheel", (e) => { e.preventDefault(); const p = point(e); zoom(e.deltaY < 0 ? 1.15 : 1 / 1.15, p.x, p.y); }, { passive: false });
  let held = null;
  svg.addEventListener("pointerdown", (e) => { held = point(e); dragged = false; });
  window.addEventListener("pointermove", (e) => {
    if (!held) return;
    const p = point(e);
    if (Math.hypot(p.x - held.x, p.y - held.y) > 3) dragged = true;
    if (dragged) { view.x -= p.x - held.x; view.y -= p.y - held.y; apply(); }
  });
  window.addEventListener("pointerup", () => { held = null; setTimeout(() => { dragged = false; }, 0); });
  const fit = () => { view = { ...whole }; apply(); };
  const keys = {
    "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), "0": fit,
    ArrowLeft: () => { view.x -= view.w / 12; apply(); }, ArrowRight: () => { view.x += view.w / 12; apply(); },
    ArrowUp: () => { view.y -= view.h / 12; apply(); }, ArrowDown: () => { view.y += view.h / 12; apply(); },
  };
  document.querySelector(".canvas").addEventListener("keydown", (e) => {
    if (keys[e.key] && !e.ctrlKey && !e.metaKey && !e.altKey) { e.preventDefault(); keys[e.key](); }
  });
  document.getElementById("in").addEventListener("click", () => zoom(1.25));
  document.getElementById("out").addEventListener("click", () => zoom(0.8));
  document.getElementById("fit").addEventListener("click", fit);
})();
