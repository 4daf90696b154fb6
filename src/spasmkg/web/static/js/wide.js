// Answers that may be wider than the page: where some columns are out of sight, it is said above, and seen at the edge.
const watch = new ResizeObserver((entries) => entries.forEach(({ target }) => tell(target.closest(".wide-answer"))));

function tell(box) {
  if (!box) return;
  const isCut = box.scrollWidth > box.clientWidth + 1;
  box.classList.toggle("cut", isCut);
  box.classList.toggle("at-end", box.scrollLeft + box.clientWidth >= box.scrollWidth - 1);
  const note = box.previousElementSibling;
  if (note?.matches(".wide-note")) note.hidden = !isCut;
}

/** Look after the wide answers in a part of the page. */
export function wide(root) {
  for (const box of root.querySelectorAll(".wide-answer")) {
    tell(box);
    watch.observe(box);
    watch.observe(box.firstElementChild);
    box.addEventListener("scroll", () => tell(box), { passive: true });
  }
}
