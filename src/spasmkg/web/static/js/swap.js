// Parts of a page that change in place: a link inside is followed without leaving the page, its address becomes that of
// the page, and the part is taken from what the server answers. Where anything goes wrong, the link is followed plainly.
const WAIT = 300;

let asked = null;

// Take the part with this identifier from the page at an address. Resolves to whether it was there.
export async function swap(address, id, { push = true, after = () => {}, beside = null } = {}) {
  asked?.abort();
  const mine = (asked = new AbortController());
  const wait = waiting(id, () => mine.abort(), beside);
  const focused = document.activeElement?.id;
  try {
    const answer = await fetch(address, { signal: mine.signal, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(id);
    if (!answer.ok || !fresh) throw new Error(String(answer.status));
    document.getElementById(id).replaceWith(fresh);
    document.title = page.title;
    if (push) history.pushState(null, "", address);
    after(fresh);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    return true;
  } catch (error) {
    if (error.name === "AbortError") return false;
    location.assign(address);
    return false;
  } finally {
    wait();
  }
}

// After a while say that it takes a while, how long already, and offer to stop: before the part, or after what was pressed.
// Returns what ends that.
function waiting(id, stop, beside) {
  const begun = performance.now();
  const part = document.getElementById(id);
  const line = document.createElement("p");
  const words = document.createElement("span");
  const button = document.createElement("button");
  line.className = "running small";
  button.type = "button";
  button.className = "button button-link small";
  button.textContent = "Cancel";
  button.addEventListener("click", stop);
  line.append(words, " ", button);
  const tell = () => {
    words.textContent = `Running, ${((performance.now() - begun) / 1000).toFixed(1)} s. What stands ${beside ? "above" : "below"} is the answer from before.`;
    if (line.isConnected) return;
    if (beside) beside.after(line);
    else part.before(line);
  };
  const timer = setInterval(tell, WAIT);
  return () => {
    clearInterval(timer);
    line.remove();
  };
}
