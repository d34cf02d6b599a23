using WebApp.Platform.Http.Transport;

namespace WebApp.Areas.Api;

/// <summary>Every code the API answers with. Clients rely on them: add freely, rename nothing.</summary>
public static class ApiErrors
{
    /// <summary>A field is missing, malformed or against policy.</summary>
    public static readonly ApiError ValidationFailed = new(400, "validation_failed", "A field is missing, malformed or against policy.");

    /// <summary>The body is not the JSON expected.</summary>
    public static readonly ApiError MalformedRequest = new(400, "malformed_request", "The request is not in the form expected.");

    /// <summary>The user has not answered yet: poll again after the interval (RFC 8628 3.5).</summary>
    public static readonly ApiError AuthorizationPending = new(400, "authorization_pending", "The user has not answered yet; poll again after the interval.");

    /// <summary>Polled before the interval was over, which is five seconds longer from now on (RFC 8628 3.5).</summary>
    public static readonly ApiError SlowDown = new(400, "slow_down", "Polled too soon; the interval is longer now.");

    /// <summary>The user turned the device away, or what was approved has been made void since (RFC 8628 3.5).</summary>
    public static readonly ApiError AccessDenied = new(400, "access_denied", "The request was turned away.");

    /// <summary>The device code ran out, was used, or was never given out (RFC 8628 3.5).</summary>
    public static readonly ApiError ExpiredToken = new(400, "expired_token", "The device code is unknown, used or has run out; begin again.");

    /// <summary>The token is good and of a kind that cannot be revoked (RFC 7009 2.2.1): an access token without a session.</summary>
    public static readonly ApiError UnsupportedTokenType = new(400, "unsupported_token_type", "A token of this kind cannot be revoked; it runs out soon.");

    /// <summary>Wrong password, unknown name, disabled or unconfirmed account, alike.</summary>
    public static readonly ApiError InvalidCredentials = new(401, "invalid_credentials", "The credentials are not accepted.");

    /// <summary>A mailed code or link, or a second-factor code, is wrong, used or expired.</summary>
    public static readonly ApiError InvalidCode = new(401, "invalid_code", "The code or link is wrong, used or expired.");

    /// <summary>The password is right, a second factor is wanted.</summary>
    public static readonly ApiError MfaRequired = new(401, "mfa_required", "A second factor is required.");

    /// <summary>No Bearer token.</summary>
    public static readonly ApiError TokenMissing = new(401, "token_missing", "A Bearer token is required.");

    /// <summary>Not a token of ours in form.</summary>
    public static readonly ApiError TokenMalformed = new(401, "token_malformed", "The token is malformed.");

    /// <summary>Signature, key, issuer, audience or kind is wrong.</summary>
    public static readonly ApiError TokenInvalid = new(401, "token_invalid", "The token is not valid here.");

    /// <summary>Revoked; reported even where it also expired.</summary>
    public static readonly ApiError TokenRevoked = new(401, "token_revoked", "The token was revoked.");

    /// <summary>Was good, ran out.</summary>
    public static readonly ApiError TokenExpired = new(401, "token_expired", "The token has expired.");

    /// <summary>A refresh token was replayed; the session is now revoked.</summary>
    public static readonly ApiError TokenReused = new(401, "token_reused", "The refresh token was used before; the session has been ended.");

    /// <summary>The authentication is too old for this operation (RFC 9470).</summary>
    public static readonly ApiError ReauthenticationRequired = new(403, "reauthentication_required", "Authenticate again for this.");

    /// <summary>The installation wants a second factor of this user; until one is added, only the calls that add one are open.</summary>
    public static readonly ApiError MfaEnrolmentRequired = new(403, "mfa_enrolment_required", "Add a second factor first.");

    /// <summary>Authenticated, not allowed.</summary>
    public static readonly ApiError Forbidden = new(403, "forbidden", "This is not allowed.");

    /// <summary>The proxy names another user than the token is for, or nobody that could be meant.</summary>
    public static readonly ApiError OtherUser = Forbidden with { Title = "The proxy names another user than the token is for." };

    /// <summary>Sent over plain HTTP; nothing was done. A token that was sent may have been read on its way.</summary>
    public static readonly ApiError HttpsRequired = new(403, "https_required", "Use HTTPS; what was sent may have been read on its way.");

    /// <summary>No such thing, or not yours.</summary>
    public static readonly ApiError NotFound = new(404, "not_found", "There is no such thing.");

    /// <summary>The path exists, the method does not.</summary>
    public static readonly ApiError MethodNotAllowed = new(405, "method_not_allowed", "The method is not allowed here.");

    /// <summary>Not possible as things stand; the detail says why.</summary>
    public static readonly ApiError Conflict = new(409, "conflict", "This is not possible as things stand.");

    /// <summary>Over 64 KiB.</summary>
    public static readonly ApiError PayloadTooLarge = new(413, "payload_too_large", "The body is larger than 64 KiB.");

    /// <summary>By its Content-Type not JSON, or, where a form is wanted, not a form.</summary>
    public static readonly ApiError UnsupportedMediaType = new(415, "unsupported_media_type", "The body is not of the media type this endpoint takes, which is application/json unless its documentation says otherwise.");

    /// <summary>Meant for another site, by its Host header.</summary>
    public static readonly ApiError Misdirected = new(421, "misdirected_request", "This host name is not served here.");

    /// <summary>More than 32 KiB of cookies and tokens.</summary>
    public static readonly ApiError HeadersTooLarge = new(431, "headers_too_large", "The request has more than 32 KiB of cookies and tokens.");

    /// <summary>Delay, lockout or rate limit.</summary>
    public static readonly ApiError TooManyAttempts = new(429, "too_many_attempts", "Too many attempts; wait as long as Retry-After says.");

    /// <summary>Our own fault.</summary>
    public static readonly ApiError InternalError = new(500, "internal_error", "Something went wrong here.");

    /// <summary>Database or hashing queue; nothing was half done.</summary>
    public static readonly ApiError Unavailable = new(503, "unavailable", "Not available just now; nothing was done.");

    /// <summary>The error for an answer that has a status and no body yet.</summary>
    public static ApiError ForStatus(HttpContext context) =>
        context.Features.Get<TransportRefusal>() == TransportRefusal.PlainHttp ? HttpsRequired : OfStatus(context.Response.StatusCode);

    /// <summary>The error for a bare status that routing, the server or a failure produced.</summary>
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

/// <summary>A kind of refusal.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">The stable word clients switch on.</param>
/// <param name="Title">What it means, for people.</param>
public sealed record ApiError(int Status, string Code, string Title);
