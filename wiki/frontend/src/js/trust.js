// Trusted Types (w3.org/TR/trusted-types): the site's policy lets no plain string become HTML or the
// address of a script; what htmx and our scripts write passes here first. It is read in a document
// where nothing runs, and refused where anything in it could: what the server sends has been through
// its gate, so that what is refused here is a fault, which the browser reports.
const ACTIVE = "iframe, frame, object, embed, base, meta[http-equiv], [attributename$=href i]";
const ADDRESSES = new Set(["href", "xlink:href", "src", "data", "action", "formaction"]);

const isOurs = (address) => {
  const url = new URL(address, location.href);
  return url.origin === location.origin && /^\/-\/[\w./-]+\.js$/.test(url.pathname);
};

const runs = ({ name, value }) =>
  name.startsWith("on") || name === "srcdoc" || (ADDRESSES.has(name) && /^javascript:/i.test(value.replace(/[\0-\x20]/g, "")));

function isInert(root) {
  if (root.querySelector(ACTIVE)) return false;
  for (const one of root.querySelectorAll("*")) {
    if (one.localName === "script" && !(one.getAttribute("src") && isOurs(one.getAttribute("src")))) return false;
    if ([...one.attributes].some(runs)) return false;
    if (one.content instanceof DocumentFragment && !isInert(one.content)) return false;
  }
  return true;
}

if (self.trustedTypes?.createPolicy) {
  const inert = trustedTypes.createPolicy("inert", { createHTML: (html) => html });
  const read = (html) => new DOMParser().parseFromString(inert.createHTML(html), "text/html");
  trustedTypes.createPolicy("default", {
    createHTML: (html) => (isInert(read(html)) ? html : null),
    createScriptURL: (address) => (isOurs(address) ? address : null),
  });
}
