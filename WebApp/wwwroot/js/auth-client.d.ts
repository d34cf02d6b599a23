/** The tokens of a session, as they are stored. */
export interface Tokens {
  access_token: string;
  refresh_token: string;
  /** The session's id, as the list of sessions has it. */
  session_id: string;
  /** When the access token expires, in milliseconds of this device's clock. */
  expires_at: number;
}

/** A sign-in that waits for its second factor. */
export interface Challenge {
  mfa_token: string;
  /** The ways to answer it. */
  methods: ('totp' | 'email' | 'recovery_code')[];
  /** How long it can be answered, in seconds. */
  expires_in: number;
}

/** Why the user is signed in or out: what they did, or the code with which the server refused the tokens. */
export type Reason = 'signed-in' | 'signed-out' | 'token_revoked' | 'token_reused' | 'token_expired' | 'token_invalid' | 'token_malformed';

/** What the API refused, with its stable code. */
export class AuthError extends Error {
  /** `AuthError`. */
  readonly name: string;
  /** The HTTP status. */
  readonly status: number;
  /** The stable code, such as `invalid_credentials`; none where the answer was no problem as RFC 9457 has it. */
  readonly code: string | undefined;
  /** The messages for each field, where fields were wrong. */
  readonly errors: Record<string, string[]> | undefined;
  /** When to try again, in seconds, where the server says so. */
  readonly retryAfter: number | undefined;

  /** `problem` is the body of the answer, `retryAfter` is in seconds. */
  constructor(status: number, problem: unknown, retryAfter: number | undefined);
}

/**
 * Signs in, and keeps its tokens fresh. Fires `change` in every tab when the user has signed in or out, and `reauthentication` when an
 * operation wants a fresh proof of who they are.
 */
export class AuthClient extends EventTarget {
  /** `base` is where the API is, `/api/v1` unless given. Clients with the same `name` are signed in together. */
  constructor(options?: { base?: string | URL; name?: string });

  /** Resolves when `signedIn` says what an earlier visit left. */
  readonly ready: Promise<unknown>;

  /** Whether there are tokens, once `ready`. Only the server knows whether they are still valid: ask `check()`. */
  get signedIn(): boolean;

  /** The session's id, as the list of sessions has it. */
  get sessionId(): string | null;

  /** Whether the server accepts the tokens, refreshed where needed. Throws when it cannot be asked. */
  check(): Promise<boolean>;

  /**
   * Signs in. Null: done. Otherwise a second factor is wanted: call `answer()`.
   * @throws {AuthError} `invalid_credentials`, `too_many_attempts` and others
   */
  login(credentials: { email: string; password: string; deviceName?: string }): Promise<Challenge | null>;

  /** Mails a code for the sign-in that waits for its second factor. */
  sendEmailCode(): Promise<void>;

  /**
   * Completes the sign-in that waits for its second factor.
   * @throws {AuthError} `invalid_code`, `too_many_attempts` and others
   */
  answer(factor: { method: string; code: string }): Promise<void>;

  /** Tokens for the user who is signed in to the site's own pages, by the session's cookie and the page's antiforgery token. */
  fromSession(antiforgery: string): Promise<void>;

  /** Proves again who the user is, for an operation that answered `reauthentication_required`. */
  reauthenticate(proof: { password: string } | { method: string; code: string }): Promise<void>;

  /** Ends the session, here and on the server. Without a connection its tokens are at least removed here. */
  logout(): Promise<void>;

  /**
   * `fetch` with the access token: refreshed before it expires or when the server says that it has, and then sent once more. For the API's
   * own origin alone, so that no token goes anywhere else. When nobody is signed in, the server's 401 is the answer.
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;

  /** Told in every tab when the user has signed in or out. */
  addEventListener(type: 'change', listener: (event: CustomEvent<{ signedIn: boolean; reason: Reason }>) => void, options?: boolean | AddEventListenerOptions): void;
  /** Told in this tab when an operation wants `reauthenticate()` first. */
  addEventListener(type: 'reauthentication', listener: (event: CustomEvent) => void, options?: boolean | AddEventListenerOptions): void;
  /** Any other event of an `EventTarget`. */
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
}
