using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Contracts;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.SignIn.DeviceCode;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;

namespace WebApp.Areas.Api;

/// <summary>Signing in a device that has no keyboard: it shows a code, a signed-in user lets it in on <c>/device</c> (RFC 8628).</summary>
[ApiEndpoint]
public sealed class DeviceSignInController(DeviceOffers offers, DevicePolling polling) : ControllerBase
{
    /// <summary>Codes for a device.</summary>
    [HttpPost("auth/device")]
    [AnswersWith<DeviceResponse>, Refuses(nameof(ApiErrors.TooManyAttempts))]
    public async Task<IActionResult> Begin(DeviceRequest request, CancellationToken cancel) =>
        await offers.BeginAsync(request.ClientName, request.DeviceName, ClientInfo.Of(HttpContext), cancel) switch
        {
            DeviceOfferResult.Offered(var offer) => Ok(DeviceResponse.Of(offer)),
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

        return await polling.PollAsync(RowKey.TryParse(request.DeviceCode), ClientInfo.Of(HttpContext), cancel) switch
        {
            DevicePollResult.Approved(var tokens) => Ok(TokensResponse.Of(tokens)),
            DevicePollResult.Pending => Refuse(ApiErrors.AuthorizationPending),
            DevicePollResult.TooSoon(var interval) => Refuse(ApiErrors.SlowDown, interval),
            DevicePollResult.Denied => Refuse(ApiErrors.AccessDenied),
            DevicePollResult.Expired => Refuse(ApiErrors.ExpiredToken),
            _ => throw new UnreachableException(),
        };
    }

    // The RFC's own member stands beside ours, for clients that were written for it.
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
