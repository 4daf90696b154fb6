// A bar chart of an answer with a name and a number in each row. The table says the same in words.
const MOST = 40;
const NUMBER = /#(?:integer|decimal|double|float)$/;
const SVG = "http://www.w3.org/2000/svg";
const ROW = 30;

/** The columns of the chart, as [name, number]; null where the answer has no such columns. */
export function charted({ columns, rows }) {
  const isNumber = (i) => rows.some((r) => r[i]) && rows.every((r) => !r[i] || NUMBER.test(r[i].datatype ?? ""));
  const numbers = columns.map((_, i) => i).filter(isNumber);
  const labels = columns.map((_, i) => i).filter((i) => !isNumber(i) && rows.some((r) => r[i]));
  if (!numbers.length || !labels.length) return null;
  const byName = labels.filter((i) => columns[i].endsWith("_label"));
  return [byName[0] ?? labels[0], numbers.at(-1)];
}

const draw = (name, values, ...children) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

/** A figure of so many pixels: the letters keep their size at any width. */
export function chart(answer, pixels = 720) {
  const width = Math.max(300, Math.min(860, pixels));
  const letters = width < 500 ? 16 : 32;
  const [label, number] = charted(answer);
  const named = (t) => (t.type === "uri" ? (answer.things[t.value]?.[0] ?? t.value.split(/[/#]/).pop()) : t.value);
  const bars = answer.rows.filter((r) => r[label] && r[number] && Number.isFinite(Number(r[number].value))).map((r) => [named(r[label]), Number(r[number].value)]);
  const shown = bars.slice(0, MOST);
  const least = Math.min(0, ...shown.map(([, n]) => n));
  const most = Math.max(0, ...shown.map(([, n]) => n)) || 1;
  const left = 16 + 7.6 * Math.max(...shown.map(([name]) => Math.min(letters, name.length)));
  const at = (n) => left + ((n - least) / (most - least)) * (width - left - 60);
  const svg = draw("svg", { viewBox: `0 0 ${width} ${shown.length * ROW + 8}`, width, role: "img", "aria-label": `Bar chart: ${answer.columns[number]} by ${answer.columns[label]}, ${shown.length} bars. The table has the same numbers.` });
  shown.forEach(([name, n], i) => {
    const y = i * ROW + 4;
    const short = name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
    svg.append(
      draw("text", { x: left - 10, y: y + 19, class: "query-bar-name" }, draw("title", {}, name), short),
      draw("rect", { x: Math.min(at(0), at(n)), y: y + 4, width: Math.max(1, Math.abs(at(n) - at(0))), height: ROW - 10, class: "query-bar-of" }),
      draw("text", { x: Math.max(at(0), at(n)) + 8, y: y + 19, class: "query-bar-number" }, n.toLocaleString("en", { maximumFractionDigits: 3 })),
    );
  });
  svg.append(draw("line", { x1: at(0), x2: at(0), y1: 2, y2: shown.length * ROW + 4, class: "query-bar-axis" }));
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  figure.className = "query-chart";
  const said = (i) => answer.columns[i].replaceAll("_", " ").replace(/ label$/, "");
  caption.textContent = `${said(number)} by ${said(label)}${shown.length < bars.length ? `: the first ${shown.length} of ${bars.length.toLocaleString("en")}` : ""}`;
  figure.append(svg, caption);
  return figure;
}
