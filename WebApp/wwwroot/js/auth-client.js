// The token API for applications in a browser: signing in, a fetch that keeps its access token fresh, and an event when the user has signed
// in or out, the same in every tab. An ES module without dependencies; auth-client.d.ts describes what it exports:
//
//   import { AuthClient } from '/js/auth-client.js';
//   const auth = new AuthClient();
//   auth.addEventListener('change', () => render(auth.signedIn));
//   const challenge = await auth.login({ email, password });
//   const me = await (await auth.fetch('/api/v1/me')).json();
//
// Tokens are stored in IndexedDB, which every tab shares and any script of the page can read: run no scripts but your own there. Pages of
// this site itself need none of this; they have the session's cookie.

import { AuthError, problemCode } from './auth-error.js';
import { TokenStore } from './token-store.js';
export { AuthError };

/** @typedef {import('./auth-client.d.ts').Tokens} Tokens */
/** @typedef {import('./auth-client.d.ts').Challenge} Challenge */
/** @typedef {import('./auth-client.d.ts').Reason} Reason */

/** An access token that expires within this time is not sent any more; in milliseconds. */
const expiryMarginMs = 5_000;

/** The codes that say that the token itself is no longer accepted: only a new sign-in helps. */
const tokenRefusals = new Set(['token_revoked', 'token_reused', 'token_invalid', 'token_malformed', 'token_expired']);

export class AuthClient extends EventTarget {
  #base;
  #store;
  #name;
  #channel;
  /** @type {Promise<Tokens | null> | null} the refresh that this tab is waiting for */ #refreshing = null;
  /** @type {Challenge | null} */ #challenge = null;
  /** What listeners were told. @type {string | null} */ #sessionId = null;

  constructor({ base = '/api/v1', name = 'webapp.tokens' } = {}) {
    super();
    this.#base = new URL(base, location.href);
    this.#name = name;
    this.#store = new TokenStore(name);
    this.#channel = new BroadcastChannel(name);
    this.#channel.addEventListener('message', async ({ data }) => this.#setSession(await this.#store.update(), data));
    this.ready = this.#store.update().then((tokens) => this.#setSession(tokens, 'signed-in'));
  }

  get signedIn() {
    return this.#sessionId !== null;
  }

  get sessionId() {
    return this.#sessionId;
  }

  async check() {
    await this.ready;
    return this.signedIn && (await this.fetch(this.#url('/me'))).ok;
  }

  async login({ email, password, deviceName }) {
    try {
      const device_token = await this.#store.deviceToken();
      await this.#saveTokens(await this.#post('/auth/login', { email, password, device_name: deviceName, device_token }));
      return null;
    } catch (error) {
      if (error instanceof AuthError && error.code === 'mfa_required') {
        return this.#challenge;
      }
      throw error;
    }
  }

  async sendEmailCode() {
    await this.#post('/auth/mfa/email-code', { mfa_token: this.#challengeToken() });
  }

  async answer({ method, code }) {
    const device_token = await this.#store.deviceToken();
    await this.#saveTokens(await this.#post('/auth/mfa', { mfa_token: this.#challengeToken(), method, code, device_token }));
    this.#challenge = null;
  }

  async fromSession(antiforgery) {
    await this.#saveTokens(await this.#post('/auth/bootstrap', { method: 'session' }, { RequestVerificationToken: antiforgery }, 'same-origin'));
  }

  async reauthenticate(proof) {
    const stored = await this.#store.update();
    const response = await this.fetch(this.#url('/auth/reauthenticate'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...proof, device_token: await this.#store.deviceToken() }),
    });
    if (!response.ok) {
      throw await this.#error(response);
    }
    await this.#saveTokens(await response.json(), stored);
  }

  async logout() {
    try {
      if (await this.#store.update()) {
        await this.fetch(this.#url('/auth/logout'), { method: 'POST' });
      }
    } finally {
      await this.#removeTokens('signed-out');
    }
  }

  async fetch(input, init) {
    const request = new Request(input, { credentials: 'omit', ...init });
    if (new URL(request.url).origin !== this.#base.origin) {
      throw new TypeError(`Tokens are for ${this.#base.origin} alone.`);
    }

    let tokens = await this.#store.update();
    if (tokens && tokens.expires_at - expiryMarginMs <= Date.now()) {
      tokens = await this.#refresh(tokens);
    }
    const response = await this.#send(request.clone(), tokens);
    const code = await problemCode(response);
    if (tokens && code === 'token_expired') {
      const refreshed = await this.#refresh(tokens);
      return refreshed ? this.#send(request, refreshed) : response;
    }
    if (tokens && response.status === 401 && tokenRefusals.has(code ?? '')) {
      // Another tab may have signed in again meanwhile: only the token that was refused is removed.
      await this.#removeTokens(/** @type {Reason} */ (code), tokens);
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
   * Exchanges the refresh token, once for all tabs: the lock lets one tab do it, and those that waited find the new tokens. Where there are
   * no locks (plain http), the server gives parallel tabs the same new tokens for a short time.
   * @param {Tokens} expired the tokens to replace
   * @returns {Promise<Tokens | null>} null: signed out
   */
  #refresh(expired) {
    const exchange = async () => {
      const tokens = await this.#store.update();
      if (!tokens || tokens.access_token !== expired.access_token) {
        return tokens;
      }
      try {
        return await this.#saveTokens(await this.#post('/auth/refresh', { refresh_token: tokens.refresh_token }), tokens);
      } catch (error) {
        if (error instanceof AuthError && error.status === 401) {
          return this.#removeTokens(/** @type {Reason} */ (error.code), tokens);
        }
        throw error;
      }
    };
    this.#refreshing ??= (navigator.locks ? navigator.locks.request(this.#name, exchange) : exchange()).finally(() => {
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

  #challengeToken() {
    if (!this.#challenge) {
      throw new Error('No sign-in waits for a second factor.');
    }
    return this.#challenge.mfa_token;
  }

  /**
   * @param {any} answer the tokens that the API gave; after a step-up there is no refresh token among them
   * @param {Tokens | null} [expected] store them only while this session is still the stored one: who signed out meanwhile stays signed out
   */
  async #saveTokens(answer, expected) {
    if (answer.device_token) {
      await this.#store.deviceToken(answer.device_token);
    }
    const tokens = await this.#store.update((stored) =>
      expected && stored?.session_id !== expected.session_id
        ? stored
        : {
            access_token: answer.access_token,
            refresh_token: answer.refresh_token ?? stored?.refresh_token,
            session_id: answer.session_id,
            expires_at: Date.now() + answer.expires_in * 1000,
          },
    );
    this.#setSessionEverywhere(tokens, 'signed-in');
    return tokens;
  }

  /** @param {Reason} reason @param {Tokens} [expected] remove nothing but these */
  async #removeTokens(reason, expected) {
    const tokens = await this.#store.update((stored) => (expected && stored?.access_token !== expected.access_token ? stored : null));
    this.#setSessionEverywhere(tokens, reason);
    return tokens;
  }

  /** In this tab and in the others. @param {Tokens | null} tokens @param {Reason} reason */
  #setSessionEverywhere(tokens, reason) {
    if (this.#setSession(tokens, reason)) {
      this.#channel.postMessage(reason);
    }
  }

  /** Fires `change` in this tab where the session is another one. @param {Tokens | null} tokens @param {Reason} reason @returns {boolean} whether it is */
  #setSession(tokens, reason) {
    const before = this.#sessionId;
    this.#sessionId = tokens?.session_id ?? null;
    if (before === this.#sessionId) {
      return false;
    }
    this.dispatchEvent(new CustomEvent('change', { detail: { signedIn: this.signedIn, reason } }));
    return true;
  }
}
