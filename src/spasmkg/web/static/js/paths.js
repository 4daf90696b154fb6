// The page of paths: a path is copied as text with its sources; a line of the picture opens its row in the list.
const text = (at) => at.textContent.replace(/\s+/g, " ").trim();

for (const button of document.querySelectorAll("[data-copy-path]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const path = document.getElementById(button.dataset.copyPath);
    const lines = [...path.querySelectorAll(".sentences li")].map((step, i) => {
      const places = [...step.querySelectorAll(".ref")].map((ref) => `§ ${text(ref)} <${ref.href}>`);
      const sure = step.querySelector(".sure");
      return `${i + 1}. ${text(step.querySelector(".relation-line"))} (${[sure ? text(sure) : "", ...places].filter(Boolean).join("; ")})`;
    });
    const done = await navigator.clipboard.writeText([document.title, ...lines, location.href].join("\n")).then(
      () => "Copied",
      () => "Not copied: the browser does not allow it",
    );
    button.textContent = done;
    setTimeout(() => (button.textContent = "Copy with sources"), 2000);
  });
}

function opened() {
  const row = location.hash.startsWith("#edge-") && document.getElementById(location.hash.slice(1));
  const list = row && row.closest("details");
  if (list) {
    list.open = true;
    row.scrollIntoView({ block: "center" });
  }
}
addEventListener("hashchange", opened);
opened();
