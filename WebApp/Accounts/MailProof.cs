using WebApp.Verification;

namespace WebApp.Accounts;

/// <summary>Reads the proof out of a form that takes either the link or the code.</summary>
internal static class MailProof
{
    /// <summary>Null where neither is complete. Spaces in a code are for reading it and do not count.</summary>
    public static SecretProof? Of(string? token, string? email, string? code) =>
        !string.IsNullOrWhiteSpace(token) ? new SecretProof.ByToken(token.Trim())
        : !string.IsNullOrWhiteSpace(email) && !string.IsNullOrWhiteSpace(code) ? new SecretProof.ByCode(email.Trim(), code.Replace(" ", "", StringComparison.Ordinal))
        : null;
}
