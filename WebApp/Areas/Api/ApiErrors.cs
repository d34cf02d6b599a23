using WebApp.Platform.Http.Transport;

namespace WebApp.Areas.Api;

/// <summary>All error codes of the API. Clients depend on them: new codes may be added, but none may be renamed.</summary>
public static class ApiErrors
{
    /// <summary>A field is missing, malformed or against policy.</summary>
    public static readonly ApiError ValidationFailed = new(400, "validation_failed", "A field is missing, malformed or against policy.");

    /// <summary>The body is not the expected JSON.</summary>
    public static readonly ApiError MalformedRequest = new(400, "malformed_request", "The request is not in the form expected.");

    /// <summary>The user has not answered yet: poll again after the interval (RFC 8628 3.5).</summary>
    public static readonly ApiError AuthorizationPending = new(400, "authorization_pending", "The user has not answered yet; poll again after the interval.");

    /// <summary>The client polled too early; the interval is five seconds longer from now on (RFC 8628 3.5).</summary>
    public static readonly ApiError SlowDown = new(400, "slow_down", "Polled too soon; the interval is longer now.");

    /// <summary>The user rejected the device, or the approval has become invalid since (RFC 8628 3.5).</summary>
    public static readonly ApiError AccessDenied = new(400, "access_denied", "The request was turned away.");

    /// <summary>The device code has expired, was used, or was never issued (RFC 8628 3.5).</summary>
    public static readonly ApiError ExpiredToken = new(400, "expired_token", "The device code is unknown, used or has run out; begin again.");

    /// <summary>The token is valid and of a kind that cannot be revoked (RFC 7009 2.2.1): an access token without a session.</summary>
    public static readonly ApiError UnsupportedTokenType = new(400, "unsupported_token_type", "A token of this kind cannot be revoked; it runs out soon.");

    /// <summary>Wrong password, unknown name, disabled or unconfirmed account: one code for all, so that accounts cannot be enumerated.</summary>
    public static readonly ApiError InvalidCredentials = new(401, "invalid_credentials", "The credentials are not accepted.");

    /// <summary>A mailed code or link, or a second-factor code, is wrong, used or expired.</summary>
    public static readonly ApiError InvalidCode = new(401, "invalid_code", "The code or link is wrong, used or expired.");

    /// <summary>The password is right, and a second factor is required.</summary>
    public static readonly ApiError MfaRequired = new(401, "mfa_required", "A second factor is required.");

    /// <summary>No Bearer token.</summary>
    public static readonly ApiError TokenMissing = new(401, "token_missing", "A Bearer token is required.");

    /// <summary>The token does not have the format of our tokens.</summary>
    public static readonly ApiError TokenMalformed = new(401, "token_malformed", "The token is malformed.");

    /// <summary>Signature, key, issuer, audience or kind is wrong.</summary>
    public static readonly ApiError TokenInvalid = new(401, "token_invalid", "The token is not valid here.");

    /// <summary>The token was revoked; reported even if it also expired.</summary>
    public static readonly ApiError TokenRevoked = new(401, "token_revoked", "The token was revoked.");

    /// <summary>The token has expired.</summary>
    public static readonly ApiError TokenExpired = new(401, "token_expired", "The token has expired.");

    /// <summary>A refresh token was replayed; the session is now revoked.</summary>
    public static readonly ApiError TokenReused = new(401, "token_reused", "The refresh token was used before; the session has been ended.");

    /// <summary>The authentication is too old for this operation (RFC 9470).</summary>
    public static readonly ApiError ReauthenticationRequired = new(403, "reauthentication_required", "Authenticate again for this.");

    /// <summary>The installation requires a second factor of this user; until they add one, only the calls that add one are allowed.</summary>
    public static readonly ApiError MfaEnrolmentRequired = new(403, "mfa_enrolment_required", "Add a second factor first.");

    /// <summary>The caller is authenticated, but not allowed to do this.</summary>
    public static readonly ApiError Forbidden = new(403, "forbidden", "This is not allowed.");

    /// <summary>Registration is closed, by invitation only, or not for this domain: the same for every address.</summary>
    public static readonly ApiError RegistrationClosed = new(403, "registration_closed", "Registration is closed.");

    /// <summary>The proxy names another user than the token's, or none that exists.</summary>
    public static readonly ApiError OtherUser = Forbidden with { Title = "The proxy names another user than the token is for." };

    /// <summary>The request was sent over plain HTTP; nothing was done. A token in it may have been read on the network.</summary>
    public static readonly ApiError HttpsRequired = new(403, "https_required", "Use HTTPS; what was sent may have been read on its way.");

    /// <summary>The resource does not exist or belongs to another user.</summary>
    public static readonly ApiError NotFound = new(404, "not_found", "There is no such thing.");

    /// <summary>The path exists, the method does not.</summary>
    public static readonly ApiError MethodNotAllowed = new(405, "method_not_allowed", "The method is not allowed here.");

    /// <summary>Not possible in the present state; the detail says why.</summary>
    public static readonly ApiError Conflict = new(409, "conflict", "This is not possible as things stand.");

    /// <summary>The body is over 64 KiB.</summary>
    public static readonly ApiError PayloadTooLarge = new(413, "payload_too_large", "The body is larger than 64 KiB.");

    /// <summary>The Content-Type is not JSON or, if a form is required, not a form.</summary>
    public static readonly ApiError UnsupportedMediaType = new(415, "unsupported_media_type", "The body is not of the media type this endpoint takes, which is application/json unless its documentation says otherwise.");

    /// <summary>The Host header names another site.</summary>
    public static readonly ApiError Misdirected = new(421, "misdirected_request", "This host name is not served here.");

    /// <summary>More than 32 KiB of cookies and tokens.</summary>
    public static readonly ApiError HeadersTooLarge = new(431, "headers_too_large", "The request has more than 32 KiB of cookies and tokens.");

    /// <summary>Delay, lockout or rate limit.</summary>
    public static readonly ApiError TooManyAttempts = new(429, "too_many_attempts", "Too many attempts; wait as long as Retry-After says.");

    /// <summary>A bug.</summary>
    public static readonly ApiError InternalError = new(500, "internal_error", "Something went wrong here.");

    /// <summary>The database or the hashing queue is unavailable; nothing was changed.</summary>
    public static readonly ApiError Unavailable = new(503, "unavailable", "Not available just now; nothing was done.");

    /// <summary>The error for a response with a status and no body.</summary>
    public static ApiError ForStatus(HttpContext context) =>
        context.Features.Get<TransportRefusal>() == TransportRefusal.PlainHttp ? HttpsRequired : OfStatus(context.Response.StatusCode);

    /// <summary>The error for a status that routing, the server or a failure set.</summary>
    public static ApiError OfStatus(int status) => status switch
    {
        401 => TokenMissing,
        403 => Forbidden,
        404 => NotFound,
        405 => MethodNotAllowed,
        413 => PayloadTooLarge,
        415 => UnsupportedMediaType,
        421 => Misdirected,
        429 => TooManyAttempts,
        431 => HeadersTooLarge,
        503 => Unavailable,
        >= 400 and < 500 => MalformedRequest with { Status = status },
        _ => InternalError,
    };
}

/// <summary>A kind of error.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">The stable code for clients.</param>
/// <param name="Title">The description for users.</param>
public sealed record ApiError(int Status, string Code, string Title);
