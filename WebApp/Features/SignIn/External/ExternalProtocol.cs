using System.Globalization;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Client;
using OpenIddict.Client.AspNetCore;
using WebApp.Features.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using Properties = OpenIddict.Client.AspNetCore.OpenIddictClientAspNetCoreConstants.Properties;

namespace WebApp.Features.SignIn.External;

/// <summary>What a browser was sent to a provider for.</summary>
public enum ExternalPurpose
{
    /// <summary>To sign in.</summary>
    SignIn,

    /// <summary>A signed-in user links the account there to the one here.</summary>
    Link,

    /// <summary>A signed-in user authenticates again.</summary>
    StepUp,
}

/// <summary>A way to a provider and back. It is in the state, which only this service can read and which works once, in the browser that was sent.</summary>
/// <param name="Purpose">What for.</param>
/// <param name="SessionId">The session that began it; null for a sign-in.</param>
/// <param name="ReturnUrl">The path to go to afterwards, which has been checked; null for the default.</param>
/// <param name="StartedAt">When it began (UTC).</param>
public sealed record ExternalErrand(ExternalPurpose Purpose, Guid? SessionId, string? ReturnUrl, DateTimeOffset StartedAt);

/// <summary>The answer of a provider.</summary>
public abstract record ExternalAnswer
{
    private ExternalAnswer()
    {
    }

    /// <summary>The provider named a person.</summary>
    public sealed record Named(ExternalIdentity Identity, ExternalErrand Errand) : ExternalAnswer;

    /// <summary>The answer cannot be used: refused by the person or the provider, forged, late, or for another browser.</summary>
    /// <param name="Cancelled">Whether the person did not want to go on.</param>
    public sealed record Unusable(bool Cancelled) : ExternalAnswer;
}

/// <summary>
/// Sends a browser to a provider and reads the answer. OpenIddict checks the answer: state (once, in this browser), <c>iss</c>, PKCE, and of the identity token
/// signature, issuer, audience, nonce and times.
/// </summary>
public sealed class ExternalProtocol(IServiceProvider services, TimeProvider clock, ILogger<ExternalProtocol> log)
{
    private const string Scheme = OpenIddictClientAspNetCoreDefaults.AuthenticationScheme;
    private const string PurposeItem = "errand_purpose", SessionItem = "errand_session", ReturnItem = "errand_return", StartedItem = "errand_started";

    /// <summary>
    /// The address of the provider to which the browser is to go; null if the provider cannot be used now. The browser gets the cookie that binds the answer to it.
    /// </summary>
    public async Task<string?> BeginAsync(HttpContext context, ExternalProvider provider, ExternalPurpose purpose, string? returnUrl, CancellationToken cancel)
    {
        var properties = new AuthenticationProperties(new Dictionary<string, string?>
        {
            [Properties.RegistrationId] = provider.Name,
            [PurposeItem] = purpose.ToString(),
            [SessionItem] = purpose == ExternalPurpose.SignIn ? null : context.User.SessionId?.ToString(),
            [ReturnItem] = returnUrl,
            [StartedItem] = clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        });
        if (purpose == ExternalPurpose.StepUp)
        {
            properties.Parameters[Parameters.Prompt] = PromptValues.Login;
            properties.Parameters[Parameters.MaxAge] = 0;
        }

        try
        {
            // First: a challenge that fails writes an answer of its own.
            await services.GetRequiredService<OpenIddictClientService>().GetServerConfigurationByRegistrationIdAsync(provider.Name, cancel);
            await context.ChallengeAsync(Scheme, properties);
        }
        catch (Exception failure) when (IsOfProvider(failure, cancel))
        {
            log.ProviderUnusable(provider.Name, Reason(failure));
            return null;
        }

        // The browser goes on by a page: it applies the form-action of the page with the button to every redirect that follows.
        var address = context.Response.Headers.Location.ToString();
        context.Response.Headers.Remove("Location");
        context.Response.StatusCode = StatusCodes.Status200OK;
        return address is { Length: > 0 } ? address : null;
    }

    /// <summary>Reads the answer that this request brings.</summary>
    public async Task<ExternalAnswer> ReadAsync(HttpContext context, ExternalProvider provider)
    {
        if (context.Features.Get<OpenIddictClientAspNetCoreFeature>()?.Transaction is not { EndpointType: OpenIddictClientEndpointType.Redirection })
        {
            return new ExternalAnswer.Unusable(Cancelled: false); // Under another host than that of App:BaseUrl.
        }

        if (context.GetOpenIddictClientResponse()?.Error is { } error)
        {
            return Refuse(provider, error);
        }

        var answer = await context.AuthenticateAsync(Scheme);
        if (!answer.Succeeded)
        {
            return Refuse(provider, answer.Properties?.GetString(Properties.Error));
        }

        var items = answer.Properties!.Items;
        var issuer = (await services.GetRequiredService<OpenIddictClientService>().GetClientRegistrationByIdAsync(provider.Name)).Issuer?.AbsoluteUri;
        return items.TryGetValue(Properties.RegistrationId, out var registration) && registration == provider.Name
            && Errand(items) is { } errand && ExternalIdentity.Read(provider, answer, issuer, clock.GetUtcNow()) is { } identity
                ? new ExternalAnswer.Named(identity, errand)
                : Refuse(provider, "no identity");
    }

    /// <summary>Whether a failure is the provider's and not ours: it did not answer, or what it answered cannot be read.</summary>
    internal static bool IsOfProvider(Exception failure, CancellationToken cancel) => failure switch
    {
        HttpRequestException => true,
        OperationCanceledException => !cancel.IsCancellationRequested,
        InvalidOperationException { InnerException: { } inner } => IsOfProvider(inner, cancel),
        _ => failure.GetType().Namespace is { } space && space.StartsWith("OpenIddict", StringComparison.Ordinal),
    };

    internal static string Reason(Exception failure) => failure.GetBaseException().Message;

    private static ExternalErrand? Errand(IDictionary<string, string?> items) =>
        Enum.TryParse<ExternalPurpose>(items.TryGetValue(PurposeItem, out var purpose) ? purpose : null, out var read)
        && long.TryParse(items.TryGetValue(StartedItem, out var started) ? started : null, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? new(
                read,
                items.TryGetValue(SessionItem, out var session) && Guid.TryParse(session, out var id) ? id : null,
                items.TryGetValue(ReturnItem, out var back) ? back : null,
                DateTimeOffset.FromUnixTimeMilliseconds(milliseconds))
            : null;

    private ExternalAnswer.Unusable Refuse(ExternalProvider provider, string? error)
    {
        if (error is Errors.ServerError or Errors.TemporarilyUnavailable or Errors.InvalidClient or Errors.UnauthorizedClient)
        {
            log.ProviderUnusable(provider.Name, error);
        }
        else
        {
            log.AnswerRefused(provider.Name);
        }

        return new(error is Errors.AccessDenied);
    }
}
