using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using WebApp.Platform.Startup;

namespace WebApp.Features.SecondFactors.RecoveryCodes;

/// <summary>
/// Gives shown codes back as a file, without keeping them: the page carries them in a sealed field of its form, and gets a file for it. So
/// it works without JavaScript, and the site never returns as a file what it did not write.
/// </summary>
public sealed class RecoveryCodeDownload(IDataProtectionProvider protection, IOptions<AppOptions> app)
{
    /// <summary>What the browser calls the file.</summary>
    public const string FileName = "recovery-codes.txt";

    private readonly IDataProtector protector = protection.CreateProtector("Mfa.RecoveryCodeDownload");

    /// <summary>A sheet with the field of its download.</summary>
    public RecoveryCodePage Offer(Guid userId, RecoveryCodeSheet sheet) => new(sheet.Codes, For(userId).Protect(string.Join('\n', sheet.Codes)));

    /// <summary>The file for a field; null where the field is not this user's.</summary>
    public byte[]? Open(Guid userId, string? field)
    {
        try
        {
            return field is null ? null : Encoding.UTF8.GetBytes($"""
                Recovery codes for {app.Value.Name}, {app.Value.BaseUrl}
                Each works once, in place of your second factor. Keep them where you keep what must not be lost.

                {For(userId).Unprotect(field)}

                """.ReplaceLineEndings("\r\n"));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector For(Guid userId) => protector.CreateProtector(userId.ToString("N"));
}

/// <summary>The page that shows new codes, once. Refuses to print.</summary>
/// <param name="Codes">The codes.</param>
/// <param name="Download">The sealed field that the download sends back.</param>
public sealed record RecoveryCodePage(IReadOnlyList<string> Codes, string Download)
{
    /// <inheritdoc/>
    public override string ToString() => $"RecoveryCodePage({Codes.Count}, …)";
}
