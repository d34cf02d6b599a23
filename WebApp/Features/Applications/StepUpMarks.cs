using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace WebApp.Features.Applications;

/// <summary>
/// A mark in the address to which a browser returns after it was sent away to authenticate: since when the application has been waiting. An authentication since
/// then satisfies <c>prompt=login</c> and <c>max_age</c>; without the mark the user would be asked again and again.
/// </summary>
public sealed class StepUpMarks(IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>The parameter of the address.</summary>
    public const string Parameter = "waiting";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private readonly IDataProtector protector = protection.CreateProtector("Applications.StepUp");

    /// <summary>A mark for now. It is valid for one client only.</summary>
    public string Make(string clientId) => protector.CreateProtector(clientId).Protect(clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    /// <summary>Since when the application has been waiting (UTC, whole seconds); null if the mark is not ours, is another client's, or is old.</summary>
    public DateTimeOffset? Read(string? mark, string clientId)
    {
        if (mark is null)
        {
            return null;
        }

        try
        {
            var since = DateTimeOffset.FromUnixTimeSeconds(long.Parse(protector.CreateProtector(clientId).Unprotect(mark), CultureInfo.InvariantCulture));
            return clock.GetUtcNow() - since < Lifetime ? since : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
