// Where auth-client.js keeps tokens: IndexedDB, which all tabs share. Not localStorage: there, a tab may still read what another tab has
// already replaced.

/** @typedef {import('./auth-client.d.ts').Tokens} Tokens */

export class TokenStore {
  #name;
  /** @type {Promise<IDBDatabase> | null} */ #database = null;

  /** @param {string} name the name of the database */
  constructor(name) {
    this.#name = name;
  }

  /**
   * Reads the tokens and replaces them in one transaction.
   * @param {(stored: Tokens | null) => Tokens | null} [change] returns what is to be stored; the same object changes nothing
   * @returns {Promise<Tokens | null>} what is stored now
   */
  async update(change = (stored) => stored) {
    const transaction = (await this.#open()).transaction('tokens', 'readwrite');
    const tokens = transaction.objectStore('tokens');
    return new Promise((resolve, reject) => {
      /** @type {Tokens | null} */ let result = null;
      const reading = tokens.get('tokens');
      reading.onsuccess = () => {
        const stored = reading.result ?? null;
        result = change(stored);
        if (result !== stored) {
          tokens.put(result, 'tokens');
        }
      };
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /**
   * The device token, by which the account knows this browser again. It gives no access, and stays after signing out.
   * @param {string} [replacement] what is to be stored from now on
   * @returns {Promise<string | undefined>} what is stored now
   */
  async deviceToken(replacement) {
    const transaction = (await this.#open()).transaction('tokens', replacement ? 'readwrite' : 'readonly');
    const tokens = transaction.objectStore('tokens');
    return new Promise((resolve, reject) => {
      const request = replacement ? tokens.put(replacement, 'device') : tokens.get('device');
      transaction.oncomplete = () => resolve(replacement ?? /** @type {string | undefined} */ (request.result));
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /** @returns {Promise<IDBDatabase>} */
  #open() {
    this.#database ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(this.#name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore('tokens');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return this.#database;
  }
}
