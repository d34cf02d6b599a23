// What the API refuses, for auth-client.js: auth-client.d.ts describes AuthError.

export class AuthError extends Error {
  /** @param {number} status @param {any} problem the body, as RFC 9457 has it @param {number | undefined} retryAfter seconds */
  constructor(status, problem, retryAfter) {
    super(problem?.detail ?? problem?.title ?? `The server answered ${status}.`);
    this.name = 'AuthError';
    this.status = status;
    this.code = problem?.code;
    this.errors = problem?.errors;
    this.retryAfter = retryAfter;
  }
}

/** @param {Response} response @returns {Promise<string | undefined>} the code of a problem; the response can still be read */
export async function problemCode(response) {
  if (!response.headers.get('Content-Type')?.startsWith('application/problem+json')) {
    return undefined;
  }
  return (await response.clone().json().catch(() => null))?.code;
}
