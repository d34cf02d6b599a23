using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using WebApp.Platform.Text;
using static OpenIddict.Abstractions.OpenIddictConstants;
using Properties = OpenIddict.Client.AspNetCore.OpenIddictClientAspNetCoreConstants.Properties;

namespace WebApp.Features.SignIn.External;

/// <summary>What a provider said of a person, after OpenIddict has checked it.</summary>
/// <param name="Provider">The provider's name in the configuration.</param>
/// <param name="Issuer">The issuer.</param>
/// <param name="Subject">The account there.</param>
public sealed record ExternalIdentity(string Provider, string Issuer, string Subject)
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private const int MaxEmail = 254, MaxText = 100;

    /// <summary>The address, as the provider wrote it; null if there is none.</summary>
    public string? Email { get; init; }

    /// <summary>Whether the provider says that it has verified the address.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>The person's name; null if there is none.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the provider says that a second factor was shown.</summary>
    public bool SecondFactorShown { get; init; }

    /// <summary>When the person authenticated there (UTC); null if the provider does not say.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>The text by which its owner knows the account there.</summary>
    public string? Label => Email ?? Name;

    /// <summary>Reads an answer; null if it has no usable issuer and subject.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="answer">The answer. OpenIddict has compared the subject of userinfo with the one of the identity token.</param>
    /// <param name="fallbackIssuer">The issuer of a provider without identity tokens.</param>
    /// <param name="now">The present (UTC).</param>
    public static ExternalIdentity? Read(ExternalProvider provider, AuthenticateResult answer, string? fallbackIssuer, DateTimeOffset now)
    {
        var all = answer.Principal!;
        var token = answer.Properties?.GetParameter<ClaimsPrincipal>(Properties.BackchannelIdentityTokenPrincipal);
        if (token is null && provider is not { IsPreset: true, Name: ExternalProvider.GitHub })
        {
            return null; // Without an identity token nothing says whose answer it is.
        }

        // The client accepts an expired identity token from the token endpoint.
        if (token is not null && !(Seconds(token, Claims.ExpiresAt) is { } expires ? expires > now - ClockSkew : token.GetExpirationDate() > now - ClockSkew))
        {
            return null;
        }

        var issuer = token is null ? fallbackIssuer : token.FindFirst(Claims.Issuer)?.Value;
        var subject = token is null ? all.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? all.FindFirst(Claims.Subject)?.Value : token.FindFirst(Claims.Subject)?.Value;
        if (issuer is not { Length: > 0 and <= ExternalLogin.MaxIssuer } || subject is not { Length: > 0 and <= ExternalLogin.MaxSubject } || HasControl(issuer) || HasControl(subject))
        {
            return null;
        }

        var email = all.FindFirst(Claims.Email)?.Value ?? all.FindFirst(ClaimTypes.Email)?.Value;
        return new(provider.Name, issuer, subject)
        {
            Email = email is { Length: > 0 and <= MaxEmail } && !HasControl(email) ? email : null,
            EmailVerified = bool.TryParse(all.FindFirst(Claims.EmailVerified)?.Value, out var verified) && verified,
            Name = OneLine.Clean(all.FindFirst(Claims.Name)?.Value ?? all.FindFirst(ClaimTypes.Name)?.Value, MaxText),
            SecondFactorShown = token?.FindAll(Claims.AuthenticationMethodReference).Any(way => way.Value == "mfa") ?? false,
            AuthenticatedAt = Seconds(token, Claims.AuthenticationTime),
        };
    }

    private static DateTimeOffset? Seconds(ClaimsPrincipal? token, string claim) =>
        long.TryParse(token?.FindFirst(claim)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private static bool HasControl(string text) => text.Any(char.IsControl);
}
