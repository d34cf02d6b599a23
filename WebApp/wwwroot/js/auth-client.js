// The token API for applications in a browser: signing in, a fetch that keeps its access token fresh, and the news of being
// signed in or out, the same in every tab. An ES module without dependencies:
//
//   import { AuthClient } from '/js/auth-client.js';
//   const auth = new AuthClient();
//   auth.addEventListener('change', () => render(auth.signedIn));
//   const challenge = await auth.login({ email, password });
//   const me = await (await auth.fetch('/api/v1/me')).json();
//
// Tokens lie in IndexedDB, which every tab shares and any script of the page can read: run no scripts but your own there. Pages of
// this site itself need none of this; they have the session's cookie.

/**
 * @typedef {object} Tokens what is kept
 * @property {string} access_token
 * @property {string} refresh_token
 * @property {string} session_id
 * @property {number} expires_at when the access token runs out, in milliseconds of this device's clock
 *
 * @typedef {object} Challenge a sign-in whose second factor is awaited
 * @property {string} mfa_token
 * @property {string[]} methods some of totp, email, recovery_code
 * @property {number} expires_in seconds
 *
 * @typedef {'signed-in' | 'signed-out' | 'token_revoked' | 'token_reused' | 'token_expired' | 'token_invalid' | 'token_malformed'} Reason
 */

/** What the API refused, with its stable code. */
export class AuthError extends Error {
  /** @param {number} status @param {any} problem the body, as RFC 9457 has it @param {number | undefined} retryAfter seconds */
  constructor(status, problem, retryAfter) {
    super(problem?.detail ?? problem?.title ?? `The server answered ${status}.`);
    this.name = 'AuthError';
    this.status = status;
    /** @type {string | undefined} */ this.code = problem?.code;
    /** @type {Record<string, string[]> | undefined} field → messages */ this.errors = problem?.errors;
    this.retryAfter = retryAfter;
  }
}

/** An access token this close to its end is not sent any more; in milliseconds. */
const marginMs = 5_000;

/** What is wrong with the token itself: signing in again is all that helps. */
const dead = new Set(['token_revoked', 'token_reused', 'token_invalid', 'token_malformed', 'token_expired']);

/** Where tokens are kept. Not localStorage: there, a tab may still read what another has already replaced. */
class TokenStore {
  #name;
  /** @type {Promise<IDBDatabase> | null} */ #opening = null;

  /** @param {string} name */
  constructor(name) {
    this.#name = name;
  }

  /**
   * Reads the tokens and replaces them in one transaction.
   * @param {(held: Tokens | null) => Tokens | null} [change] returns what shall be kept; the same object leaves it as it is
   * @returns {Promise<Tokens | null>} what is kept now
   */
  async update(change = (held) => held) {
    this.#opening ??= this.#open();
    const transaction = (await this.#opening).transaction('tokens', 'readwrite');
    const tokens = transaction.objectStore('tokens');
    return new Promise((resolve, reject) => {
      /** @type {Tokens | null} */ let kept = null;
      const reading = tokens.get('tokens');
      reading.onsuccess = () => {
        const held = reading.result ?? null;
        kept = change(held);
        if (kept !== held) {
          tokens.put(kept, 'tokens');
        }
      };
      transaction.oncomplete = () => resolve(kept);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /**
   * The device token, by which the account knows this browser again. It opens nothing, and is kept beyond signing out.
   * @param {string} [replacement] what shall be kept from now on
   * @returns {Promise<string | undefined>} what is kept now
   */
  async device(replacement) {
    this.#opening ??= this.#open();
    const transaction = (await this.#opening).transaction('tokens', replacement ? 'readwrite' : 'readonly');
    const tokens = transaction.objectStore('tokens');
    return new Promise((resolve, reject) => {
      const request = replacement ? tokens.put(replacement, 'device') : tokens.get('device');
      transaction.oncomplete = () => resolve(replacement ?? /** @type {string | undefined} */ (request.result));
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /** @returns {Promise<IDBDatabase>} */
  #open() {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open(this.#name, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore('tokens');
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
  }
}

/** Signs in and stays so. Fires `change` (with `detail.reason`) in every tab, and `reauthentication` when an operation wants fresh proof. */
export class AuthClient extends EventTarget {
  #base;
  #store;
  #name;
  #channel;
  /** @type {Promise<Tokens | null> | null} this tab's refresh under way */ #refreshing = null;
  /** @type {Challenge | null} */ #challenge = null;
  /** What listeners know. @type {string | null} */ #session = null;

  /**
   * @param {object} [options]
   * @param {string | URL} [options.base] where the API is
   * @param {string} [options.name] what the store is called; clients of one name are signed in together
   */
  constructor({ base = '/api/v1', name = 'webapp.tokens' } = {}) {
    super();
    this.#base = new URL(base, location.href);
    this.#name = name;
    this.#store = new TokenStore(name);
    this.#channel = new BroadcastChannel(name);
    this.#channel.addEventListener('message', async ({ data }) => this.#tell(await this.#store.update(), data));
    /** Resolves when `signedIn` tells what an earlier visit left. */
    this.ready = this.#store.update().then((tokens) => this.#tell(tokens, 'signed-in'));
  }

  /** Whether there are tokens, once `ready`. Only the server knows whether they are still good: ask `check()`. */
  get signedIn() {
    return this.#session !== null;
  }

  /** The session's id, as the list of sessions has it. */
  get sessionId() {
    return this.#session;
  }

  /** Whether the server takes the tokens, refreshed if need be. Throws when it cannot be asked. */
  async check() {
    await this.ready;
    return this.signedIn && (await this.fetch(this.#url('/me'))).ok;
  }

  /**
   * Signs in. Null: done. Otherwise a second factor is wanted: call `answer()`.
   * @param {{ email: string, password: string, deviceName?: string }} credentials
   * @returns {Promise<Challenge | null>}
   * @throws {AuthError} invalid_credentials, too_many_attempts, …
   */
  async login({ email, password, deviceName }) {
    try {
      const device_token = await this.#store.device();
      await this.#keep(await this.#post('/auth/login', { email, password, device_name: deviceName, device_token }));
      return null;
    } catch (error) {
      if (error instanceof AuthError && error.code === 'mfa_required') {
        return this.#challenge;
      }
      throw error;
    }
  }

  /** Mails a code for the sign-in under way. */
  async sendEmailCode() {
    await this.#post('/auth/mfa/email-code', { mfa_token: this.#pending() });
  }

  /**
   * Completes the sign-in under way.
   * @param {{ method: string, code: string }} factor
   * @throws {AuthError} invalid_code, too_many_attempts, …
   */
  async answer({ method, code }) {
    const device_token = await this.#store.device();
    await this.#keep(await this.#post('/auth/mfa', { mfa_token: this.#pending(), method, code, device_token }));
    this.#challenge = null;
  }

  /**
   * Tokens for whoever is signed in to the site's own pages, by the session's cookie.
   * @param {string} antiforgery the page's antiforgery token
   */
  async fromSession(antiforgery) {
    await this.#keep(await this.#post('/auth/bootstrap', { method: 'session' }, { RequestVerificationToken: antiforgery }, 'same-origin'));
  }

  /**
   * Proves again who one is, for an operation that answered reauthentication_required.
   * @param {{ password: string } | { method: string, code: string }} proof
   */
  async reauthenticate(proof) {
    const held = await this.#store.update();
    const response = await this.fetch(this.#url('/auth/reauthenticate'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...proof, device_token: await this.#store.device() }),
    });
    if (!response.ok) {
      throw await this.#error(response);
    }
    await this.#keep(await response.json(), held);
  }

  /** Ends the session, here and on the server. Offline it is at least forgotten here. */
  async logout() {
    try {
      if (await this.#store.update()) {
        await this.fetch(this.#url('/auth/logout'), { method: 'POST' });
      }
    } finally {
      await this.#forget('signed-out');
    }
  }

  /**
   * `fetch` with the access token: refreshed before it runs out or when the server says so, and then sent once more. Goes to the
   * API's own origin alone, so that no token leaves it. Whoever is signed out gets the server's 401.
   * @param {RequestInfo | URL} input
   * @param {RequestInit} [init]
   * @returns {Promise<Response>}
   */
  async fetch(input, init) {
    const request = new Request(input, { credentials: 'omit', ...init });
    if (new URL(request.url).origin !== this.#base.origin) {
      throw new TypeError(`Tokens are for ${this.#base.origin} alone.`);
    }

    let tokens = await this.#store.update();
    if (tokens && tokens.expires_at - marginMs <= Date.now()) {
      tokens = await this.#refresh(tokens);
    }
    const response = await this.#send(request.clone(), tokens);
    const code = await problemCode(response);
    if (tokens && code === 'token_expired') {
      const fresh = await this.#refresh(tokens);
      return fresh ? this.#send(request, fresh) : response;
    }
    if (tokens && response.status === 401 && dead.has(code ?? '')) {
      // Another tab may have signed in anew meanwhile: only the token that was refused is forgotten.
      await this.#forget(/** @type {Reason} */ (code), tokens);
    } else if (code === 'reauthentication_required') {
      this.dispatchEvent(new CustomEvent('reauthentication'));
    }
    return response;
  }

  /** @param {Request} request @param {Tokens | null} tokens */
  #send(request, tokens) {
    if (tokens) {
      request.headers.set('Authorization', `Bearer ${tokens.access_token}`);
    }
    return fetch(request);
  }

  /**
   * Trades the refresh token, once for all tabs: the lock lets one go, and who waited finds the new tokens. Where there are no locks
   * (plain http), the server's grace gives parallel tabs the same successor.
   * @param {Tokens} spent the tokens that are no longer good
   * @returns {Promise<Tokens | null>} null: signed out
   */
  #refresh(spent) {
    const trade = async () => {
      const tokens = await this.#store.update();
      if (!tokens || tokens.access_token !== spent.access_token) {
        return tokens;
      }
      try {
        return await this.#keep(await this.#post('/auth/refresh', { refresh_token: tokens.refresh_token }), tokens);
      } catch (error) {
        if (error instanceof AuthError && error.status === 401) {
          return this.#forget(/** @type {Reason} */ (error.code), tokens);
        }
        throw error;
      }
    };
    this.#refreshing ??= (navigator.locks ? navigator.locks.request(this.#name, trade) : trade()).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** @param {string} path @param {object} body @param {Record<string, string>} [headers] @param {RequestCredentials} [credentials] */
  async #post(path, body, headers = {}, credentials = 'omit') {
    const response = await fetch(this.#url(path), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
      credentials,
    });
    if (!response.ok) {
      throw await this.#error(response);
    }
    return response.headers.get('Content-Type')?.includes('json') ? response.json() : null;
  }

  /** @param {Response} response */
  async #error(response) {
    const problem = await response.json().catch(() => null);
    if (problem?.code === 'mfa_required') {
      this.#challenge = { mfa_token: problem.mfa_token, methods: problem.methods, expires_in: problem.expires_in };
    }
    return new AuthError(response.status, problem, Number(response.headers.get('Retry-After')) || undefined);
  }

  /** @param {string} path */
  #url(path) {
    return new URL(this.#base.pathname.replace(/\/$/, '') + path, this.#base);
  }

  #pending() {
    if (!this.#challenge) {
      throw new Error('No sign-in waits for a second factor.');
    }
    return this.#challenge.mfa_token;
  }

  /**
   * @param {any} answer what the API calls tokens; a step-up's has no refresh token
   * @param {Tokens | null} [instead] keep it only where this session still is: whoever signed out meanwhile stays so
   */
  async #keep(answer, instead) {
    if (answer.device_token) {
      await this.#store.device(answer.device_token);
    }
    const kept = await this.#store.update((held) =>
      instead && held?.session_id !== instead.session_id
        ? held
        : {
            access_token: answer.access_token,
            refresh_token: answer.refresh_token ?? held?.refresh_token,
            session_id: answer.session_id,
            expires_at: Date.now() + answer.expires_in * 1000,
          },
    );
    this.#spread(kept, 'signed-in');
    return kept;
  }

  /** @param {Reason} reason @param {Tokens} [only] forget nothing but these */
  async #forget(reason, only) {
    const kept = await this.#store.update((held) => (only && held?.access_token !== only.access_token ? held : null));
    this.#spread(kept, reason);
    return kept;
  }

  /** Tells this tab and the others. @param {Tokens | null} tokens @param {Reason} reason */
  #spread(tokens, reason) {
    if (this.#tell(tokens, reason)) {
      this.#channel.postMessage(reason);
    }
  }

  /** Tells this tab, where it is news. @param {Tokens | null} tokens @param {Reason} reason @returns {boolean} */
  #tell(tokens, reason) {
    const before = this.#session;
    this.#session = tokens?.session_id ?? null;
    if (before === this.#session) {
      return false;
    }
    this.dispatchEvent(new CustomEvent('change', { detail: { signedIn: this.signedIn, reason } }));
    return true;
  }
}

/** @param {Response} response @returns {Promise<string | undefined>} the code of a problem; the response can still be read */
async function problemCode(response) {
  if (!response.headers.get('Content-Type')?.startsWith('application/problem+json')) {
    return undefined;
  }
  return (await response.clone().json().catch(() => null))?.code;
}
