// The keys of the canvas, and the list of them.
export const KEYS = [
  [["←", "→", "↑", "↓"], "walk: from a thing onto a line, from a line to its end"],
  [["Enter"], "choose what is pointed at; again: go to what is said of it"],
  [["+", "−"], "expand, collapse the thing"],
  [["p"], "path: from this thing, then to another"],
  [["0"], "fit all into view"],
  [["Esc"], "choose nothing; in the panel: back to the graph"],
  [["?"], "these keys"],
];
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function listen(stage, canvas, does) {
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = canvas.pointed();
    const thing = here?.isNode() ? here.id() : "";
    const acts = {
      Enter: () => here && does.choose(here.id(), true),
      "+": () => thing && does.expand(thing),
      "=": () => thing && does.expand(thing),
      "-": () => thing && does.collapse(thing),
      "−": () => thing && does.collapse(thing),
      p: () => thing && does.path(thing),
      0: () => canvas.view(),
      "?": () => does.keys(),
      Escape: () => does.choose("", false),
    };
    if (WAYS[event.key]) canvas.walk(...WAYS[event.key]);
    else if (acts[event.key]) acts[event.key]();
    else return;
    event.preventDefault();
  });
  stage.addEventListener("focus", () => {
    if (stage.matches(":focus-visible") && !canvas.pointed()) canvas.point(canvas.first());
  });
}

/** The list of keys as an element, hidden. */
export function panel() {
  const box = document.createElement("div");
  box.id = "keys";
  box.className = "explore-keys";
  box.hidden = true;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", "Keys");
  const list = document.createElement("dl");
  for (const [keys, does] of KEYS) {
    const name = document.createElement("dt");
    for (const key of keys) {
      const shown = document.createElement("kbd");
      shown.textContent = key;
      name.append(shown, " ");
    }
    const said = document.createElement("dd");
    said.textContent = does;
    list.append(name, said);
  }
  box.append(list);
  return box;
}
