// The catalogue: the list narrows while words are typed; the address keeps them.
const field = document.getElementById("q");
const count = document.getElementById("count");
const entries = [...document.querySelectorAll("#catalogue li")];
const none = document.getElementById("none");
const was = field.value;

function narrow() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const entry of entries) {
    entry.hidden = !words.every((word) => entry.dataset.words.includes(word));
    shown += !entry.hidden;
  }
  for (const group of document.querySelectorAll("#catalogue section")) {
    const left = group.querySelectorAll("li:not([hidden])").length;
    group.hidden = !left;
    group.querySelector("h2 span").textContent = left;
  }
  const total = Number(count.dataset.total);
  count.textContent = shown === total ? `${total} questions` : `${shown} of ${total} questions`;
  none.hidden = shown > 0;
  const search = none.querySelector("a");
  search.search = new URLSearchParams({ q: field.value });
  search.textContent = `search for “${field.value.trim()}”`;
  for (const file of document.querySelectorAll(".answer-line .end a")) {
    const at = new URL(file.href);
    at.searchParams.set("q", field.value);
    file.href = at;
  }
  const address = new URL(location.href);
  if (field.value) address.searchParams.set("q", field.value);
  else address.searchParams.delete("q");
  history.replaceState(null, "", address);
}

// What the server has left out for the words of the address cannot come back by typing: then the form is sent.
if (!was) field.addEventListener("input", narrow);
