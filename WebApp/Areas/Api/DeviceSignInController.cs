using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.SignIn.DeviceCode;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Time;

namespace WebApp.Areas.Api;

/// <summary>Signing in a device that has no keyboard: it shows a code, a signed-in user lets it in on <c>/device</c> (RFC 8628).</summary>
[ApiEndpoint]
public sealed class DeviceSignInController(DeviceOffers offers, DevicePolling polling) : ControllerBase
{
    /// <summary>Codes for a device.</summary>
    [HttpPost("auth/device")]
    [AnswersWith<DeviceResponse>, Refuses(nameof(ApiErrors.TooManyAttempts))]
    public async Task<IActionResult> Begin(DeviceRequest request, CancellationToken cancel) =>
        await offers.BeginAsync(request.ClientName, request.DeviceName, ClientInfo.FromRequest(HttpContext), cancel) switch
        {
            DeviceOfferResult.Offered(var offer) => Ok(DeviceResponse.From(offer)),
            DeviceOfferResult.TooMany(var wait) => FactorProblem.Wait(Response, wait, "Too many devices asked from this network."),
            _ => throw new UnreachableException(),
        };

    /// <summary>Tokens for a device that was let in; until then, why not.</summary>
    [HttpPost("auth/device/token")]
    [AnswersWith<TokensResponse>, Refuses(nameof(ApiErrors.AuthorizationPending), nameof(ApiErrors.SlowDown), nameof(ApiErrors.AccessDenied), nameof(ApiErrors.ExpiredToken))]
    public async Task<IActionResult> Poll(DeviceTokenRequest request, CancellationToken cancel)
    {
        if (request.GrantType is not (null or DeviceTokenRequest.DeviceGrant))
        {
            return ApiProblem.Invalid([new(nameof(request.GrantType), $"Leave it out, or send {DeviceTokenRequest.DeviceGrant}.")]);
        }

        return await polling.PollAsync(RowKey.TryParse(request.DeviceCode), ClientInfo.FromRequest(HttpContext), cancel) switch
        {
            DevicePollResult.Approved(var tokens) => Ok(TokensResponse.From(tokens)),
            DevicePollResult.Pending => Refuse(ApiErrors.AuthorizationPending),
            DevicePollResult.TooSoon(var interval) => Refuse(ApiErrors.SlowDown, interval),
            DevicePollResult.Denied => Refuse(ApiErrors.AccessDenied),
            DevicePollResult.Expired => Refuse(ApiErrors.ExpiredToken),
            _ => throw new UnreachableException(),
        };
    }

    // Adds the RFC's member to ours, for clients that were written for the RFC.
    private static ApiProblem Refuse(ApiError error, int? interval = null)
    {
        Dictionary<string, object?> more = new() { ["error"] = error.Code };
        if (interval is not null)
        {
            more["interval"] = interval;
        }

        return new(error, More: more);
    }
}

/// <summary>Body of <c>POST /auth/device</c>: what the device says of itself, to be shown before it is let in.</summary>
/// <param name="ClientName">What the program is called.</param>
/// <param name="DeviceName">What the device is called; the session gets this name.</param>
public sealed record DeviceRequest(string? ClientName, string? DeviceName);

/// <summary>The codes for a device (RFC 8628 3.2): <c>POST /auth/device</c>. Refuses to print.</summary>
/// <param name="DeviceCode">To poll with; never shown.</param>
/// <param name="UserCode">To be shown, <c>WDJB-MJHT</c>.</param>
/// <param name="VerificationUri">Where people type it.</param>
/// <param name="VerificationUriComplete">The same with the code in it.</param>
/// <param name="ExpiresIn">Seconds.</param>
/// <param name="Interval">Seconds to wait between polls.</param>
/// <param name="QrSvg">The complete address as a QR code.</param>
public sealed record DeviceResponse(
    string DeviceCode, string UserCode, string VerificationUri, string VerificationUriComplete, int ExpiresIn, int Interval, string QrSvg)
{
    /// <summary>Creates the response from the offer.</summary>
    public static DeviceResponse From(DeviceOffer offer) => new(
        offer.Key.Reveal(),
        offer.ShownCode,
        offer.Page,
        offer.PageWithCode,
        WholeSeconds.RoundUp(DeviceOffers.Lifetime),
        WholeSeconds.RoundUp(DeviceOffers.Interval),
        offer.QrSvg);

    /// <inheritdoc/>
    public override string ToString() => "DeviceResponse(…)";
}

/// <summary>Body of <c>POST /auth/device/token</c>.</summary>
/// <param name="DeviceCode">From the answer of <c>POST /auth/device</c>.</param>
/// <param name="GrantType">May be absent; otherwise <see cref="DeviceGrant"/>.</param>
public sealed record DeviceTokenRequest(string DeviceCode, string? GrantType)
{
    /// <summary>RFC 8628 3.4.</summary>
    public const string DeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

    /// <inheritdoc/>
    public override string ToString() => "DeviceTokenRequest(…)";
}
