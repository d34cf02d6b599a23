using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using WebApp.Platform.Startup;

namespace WebApp.Features.SecondFactors.Passkeys;

/// <summary>What passkeys are tied to: the host and origin of <c>App:BaseUrl</c>, never those of a request (WebAuthn 3, 5.1.2 and 13.4.9).</summary>
public sealed class RelyingParty(IOptions<AppOptions> app)
{
    private readonly Uri site = app.Value.BaseUrl;

    /// <summary>The RP id.</summary>
    public string Id => site.IdnHost;

    /// <summary>The one origin whose answers count, written as browsers do.</summary>
    public string Origin => $"{site.Scheme}://{site.IdnHost}{(site.IsDefaultPort ? "" : $":{site.Port}")}";

    /// <summary>False where the site is reached at an IP address: WebAuthn wants a name.</summary>
    public bool IsNamed => site.HostNameType == UriHostNameType.Dns;

    /// <summary>Whether an answer was made on this site itself, in no frame of another.</summary>
    public ValueTask<bool> IsOwnAsync(PasskeyOriginValidationContext answer) =>
        ValueTask.FromResult(!answer.CrossOrigin && answer.TopOrigin is null && string.Equals(answer.Origin, Origin, StringComparison.Ordinal));
}
