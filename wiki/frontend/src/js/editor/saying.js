// The words beside the title: what is going on, said politely. What one should have read (a paste,
// a refusal) stays for some seconds; what others say meanwhile comes after it.
export function sayer(place) {
  let until = 0;
  let next = null;
  function show(text) {
    place.textContent = text;
    next = null;
  }
  return (text, seconds = 0) => {
    if (!seconds && Date.now() < until) {
      next = text;
      return;
    }
    show(text);
    if (!seconds) return;
    until = Date.now() + seconds * 1000;
    setTimeout(() => Date.now() >= until - 50 && next !== null && show(next), seconds * 1000);
  };
}
