using WebApp.Features.Verification;
using WebApp.Platform.Http;

namespace WebApp.Features.Accounts;

/// <summary>Reads the proof from a form that accepts either the link or the code.</summary>
internal static class MailProof
{
    /// <summary>Null if neither is complete. Spaces in a code are for readability and are ignored.</summary>
    public static SecretProof? Read(string? token, string? email, string? code) => (token, email, code) switch
    {
        ({ Length: > 0 }, _, _) => new SecretProof.ByToken(token),
        (_, { Length: > 0 }, { Length: > 0 }) => new SecretProof.ByCode(email.Trim(), code.Replace(" ", "", StringComparison.Ordinal)),
        _ => null,
    };

    /// <summary>Why the proof failed. <paramref name="again"/> says how to get a new link.</summary>
    public static IEnumerable<FieldError> Refuse(string? token, string? email, string? code, string again)
    {
        if (!string.IsNullOrEmpty(token))
        {
            yield return new("", T("This link was used already or has expired. {0}", again));
            yield break;
        }

        if (string.IsNullOrWhiteSpace(email))
        {
            yield return new("Email", T("Enter the address the email was sent to."));
        }

        yield return new("Code", string.IsNullOrWhiteSpace(code) ? T("Enter the code from the email.") : T("Wrong or expired code."));
    }
}
