// Passkeys: each form with data-passkey asks the browser's authenticator for what its purpose wants,
// and is sent with the answer. Where a browser has none, or the page is not at the name that passkeys
// are bound to, the forms stay hidden and what stands beside them says so.
const forms = [...document.querySelectorAll("form[data-passkey]")];
const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const bytes = (said) => Uint8Array.from(atob(said.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const known = (keys) => (keys ?? []).map((key) => ({ ...key, id: bytes(key.id) }));
// What the server asks for is good for ten minutes: a page that stays open asks anew before.
const renewed = 8 * 60 * 1000;
let waiting;

async function ask(form) {
  const url = `/-/passkeys/options?purpose=${form.dataset.passkey}`;
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

function readable({ id, rawId, type, authenticatorAttachment, response, ...key }) {
  const said = { id, rawId: text(rawId), type, authenticatorAttachment: authenticatorAttachment ?? undefined };
  const one = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) one[name] = text(response[name]);
  }
  if (response.getTransports) one.transports = response.getTransports();
  return JSON.stringify({ ...said, response: one, clientExtensionResults: {} });
}

async function answered(form, how = {}) {
  const { challenge, options } = await ask(form);
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  let key;
  if (options.user) {
    publicKey.user = { ...options.user, id: bytes(options.user.id) };
    publicKey.excludeCredentials = known(options.excludeCredentials);
    key = await navigator.credentials.create({ publicKey, ...how });
  } else {
    publicKey.allowCredentials = known(options.allowCredentials);
    key = await navigator.credentials.get({ publicKey, ...how });
  }
  form.elements.challenge.value = challenge;
  form.elements.credential.value = readable(key);
  form.submit();
}

async function press(event) {
  event.preventDefault();
  const form = event.currentTarget;
  waiting?.abort();
  for (const one of form.querySelectorAll("[role=alert]")) one.hidden = true;
  try {
    await answered(form);
  } catch (error) {
    form.querySelector(error.name === "InvalidStateError" ? "[data-known]" : "[data-undone]").hidden = false;
  }
}

// Keys are offered in the field of the address, as passwords are; pressing the button comes first.
async function offer(form) {
  waiting?.abort();
  const own = waiting = new AbortController();
  const again = setTimeout(() => offer(form), renewed);
  own.signal.addEventListener("abort", () => clearTimeout(again));
  try {
    await answered(form, { mediation: "conditional", signal: own.signal });
  } catch {
    // Given up, or not chosen: the page is as it was.
  }
}

if (window.PublicKeyCredential) {
  for (const form of forms) {
    if (location.hostname !== form.dataset.host) continue;
    form.hidden = false;
    form.addEventListener("submit", press);
    for (const one of document.querySelectorAll("[data-without-passkeys]")) one.hidden = true;
    if ("autofill" in form.dataset) {
      PublicKeyCredential.isConditionalMediationAvailable?.().then((can) => can && offer(form));
    }
  }
}
