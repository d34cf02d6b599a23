using Microsoft.AspNetCore.Identity;
using WebApp.Platform.Mail;

namespace WebApp.Features.Accounts;

/// <summary>Makes Identity compare names, which are addresses here, as everything else does.</summary>
internal sealed class AddressNormalizer : ILookupNormalizer
{
    public string? NormalizeName(string? name) => NormalizeEmail(name);

    public string? NormalizeEmail(string? email) => email is null ? null : EmailAddress.Normalize(email);
}
