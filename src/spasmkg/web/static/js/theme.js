// Runs before anything is painted: the theme that was chosen here before. Without a choice the system decides.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
} catch {
  // storage may be forbidden; then the system decides
}
