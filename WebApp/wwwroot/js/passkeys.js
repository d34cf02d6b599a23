// Passkeys (WebAuthn). A form with data-passkey="get" or "create" fetches options from its data-options, asks the browser's
// authenticators, and posts their answer to its action. One with data-autofill also offers passkeys in the address field.
// Where the browser cannot do it, the form stays hidden and what is marked data-passkey-fallback stays in its place.
//
// JSON is turned into WebAuthn's types and back by hand: a few lines that work in every browser, while the built-in
// parse…FromJSON() and toJSON() are missing from some and broken by some password managers.

/** Thrown when the server says no; its message is for the person. */
class Refusal extends Error {}

/** The autofill under way; a browser runs one ceremony at a time. @type {AbortController | null} */
let waiting = null;

/** A challenge lives 5 minutes: autofill fetches another before that. */
const renewMs = 4 * 60_000;

/** @param {string} text @returns {Uint8Array} */
const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

/** @param {ArrayBuffer | null | undefined} buffer @returns {string | undefined} */
const base64url = (buffer) =>
  buffer ? btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') : undefined;

/** @param {any} json what the server sent @returns {any} what navigator.credentials takes */
function decode(json) {
  const ids = (/** @type {any[] | undefined} */ list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));
  return {
    ...json,
    challenge: bytes(json.challenge),
    ...(json.user && { user: { ...json.user, id: bytes(json.user.id) } }),
    ...(json.excludeCredentials && { excludeCredentials: ids(json.excludeCredentials) }),
    ...(json.allowCredentials && { allowCredentials: ids(json.allowCredentials) }),
  };
}

/** @param {any} credential a PublicKeyCredential @returns {string} what the server takes */
function encode({ id, type, response, authenticatorAttachment }) {
  return JSON.stringify({
    id,
    rawId: id,
    type,
    authenticatorAttachment: authenticatorAttachment ?? undefined,
    clientExtensionResults: {},
    response: {
      clientDataJSON: base64url(response.clientDataJSON),
      attestationObject: base64url(response.attestationObject),
      transports: response.getTransports?.(),
      authenticatorData: base64url(response.authenticatorData),
      signature: base64url(response.signature),
      userHandle: base64url(response.userHandle),
    },
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {string} url
 * @param {string} [credential]
 * @returns {Promise<any>}
 */
async function post(form, url, credential) {
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  // “Keep me signed in” and “trust this device” may stand in the form beside this one and are meant for both.
  for (const box of document.querySelectorAll('input[type="checkbox"]:checked')) {
    body.set(box.name, box.value);
  }
  if (credential) {
    body.set('Credential', credential);
  }
  const response = await fetch(url, { method: 'POST', body, headers: { Accept: 'application/json' } });
  if (response.redirected) {
    // Signed out meanwhile, or signed in too long ago: that page has the word now.
    location.assign(response.url);
    return new Promise(() => {});
  }
  const answer = await response.json();
  if (!response.ok) {
    throw new Refusal(answer.message);
  }
  return answer;
}

/** One whole ceremony. @param {HTMLFormElement} form @param {any} [how] mediation and signal */
async function run(form, how = {}) {
  const publicKey = decode(await post(form, form.dataset.options));
  const credential = await navigator.credentials[form.dataset.passkey]({ publicKey, ...how });
  const { next } = await post(form, form.action, encode(credential));
  location.assign(next);
}

/** @param {HTMLFormElement} form @returns {HTMLElement} */
const noticeOf = (form) => form.querySelector('[data-passkey-error]');

/** @param {HTMLFormElement} form @param {any} error @returns {string} */
function words(form, error) {
  if (error instanceof Refusal) {
    return error.message;
  }
  const { cancelled, known, forbidden, failed } = noticeOf(form).dataset;
  switch (error.name) {
    case 'NotAllowedError':
      return cancelled;
    case 'InvalidStateError':
      return known;
    case 'SecurityError':
      return forbidden;
    default:
      return failed;
  }
}

/** @param {HTMLFormElement} form @param {string} [message] */
function say(form, message) {
  const notice = noticeOf(form);
  notice.hidden = !message;
  notice.lastElementChild.textContent = message ?? '';
}

/** Offers passkeys in the address field until one is taken. @param {HTMLFormElement} form */
async function offer(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) {
    return;
  }
  for (;;) {
    const mine = new AbortController();
    waiting = mine;
    const timer = setTimeout(() => mine.abort('renew'), renewMs);
    try {
      await run(form, { mediation: 'conditional', signal: mine.signal });
      return;
    } catch (error) {
      if (mine.signal.reason !== 'renew') {
        // The button was pressed, or this browser would rather not: nobody asked, so nothing is said. A refusal was asked for.
        say(form, error instanceof Refusal ? error.message : undefined);
        return;
      }
    } finally {
      clearTimeout(timer);
    }
    while (document.hidden) {
      await new Promise((seen) => document.addEventListener('visibilitychange', seen, { once: true }));
    }
  }
}

const supported = typeof PublicKeyCredential === 'function' && 'credentials' in navigator;

for (const form of supported ? document.querySelectorAll('form[data-passkey]') : []) {
  const button = form.querySelector('button');
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    waiting?.abort('pressed');
    say(form);
    button.disabled = true;
    try {
      await run(form);
    } catch (error) {
      say(form, words(form, error));
      button.disabled = false;
    }
  });
  if ('autofill' in form.dataset) {
    offer(form);
  }
}

if (supported) {
  for (const fallback of document.querySelectorAll('[data-passkey-fallback]')) {
    fallback.hidden = true;
  }
}
