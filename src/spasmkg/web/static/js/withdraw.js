// The page of what falls: all questions are compared while the rest of it can be read.
import { swap } from "./swap.js";

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#compare-all");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  swap(link.href, "answers", {
    beside: link.closest("p"),
    after(part) {
      document.getElementById("fell").textContent = part.dataset.fell;
      part.focus({ preventScroll: true });
    },
  });
});

addEventListener("popstate", () => location.reload());
