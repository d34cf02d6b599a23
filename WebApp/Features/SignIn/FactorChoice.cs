using Microsoft.AspNetCore.Http.Extensions;
using WebApp.Features.SecondFactors;

namespace WebApp.Features.SignIn;

/// <summary>What a page that asks for a second factor offers.</summary>
/// <param name="Path">The page; its form posts there, and asks for a mailed code below it.</param>
/// <param name="Methods">What the user can answer with, the strongest first; passkeys included.</param>
/// <param name="Method">The one whose code is asked for now; null where there is none but passkeys.</param>
/// <param name="ReturnUrl">A path on this site, or null.</param>
/// <param name="Address">Where codes are mailed to, masked.</param>
/// <param name="CodeSent">Whether a mailed code can be typed.</param>
/// <param name="CanTrust">Whether the device can be trusted.</param>
/// <param name="Strong">Whether only what is stronger than a mailed code is offered.</param>
public sealed record FactorChoice(
    string Path, IReadOnlyList<string> Methods, string? Method, string? ReturnUrl, string Address, bool CodeSent, bool CanTrust, bool Strong = false)
{
    /// <summary>The word that asks a page for <see cref="Strong"/>.</summary>
    public const string StrongWord = "strong";

    /// <summary>What a method is called.</summary>
    public static string NameOf(string method) => method switch
    {
        FactorMethod.Totp => "App code",
        FactorMethod.Email => "Mailed code",
        FactorMethod.RecoveryCode => "Recovery code",
        FactorMethod.Passkey => "Passkey",
        _ => method,
    };

    /// <summary>The methods that are answered with a code.</summary>
    public IEnumerable<string> CodeMethods => Methods.Where(method => method != FactorMethod.Passkey);

    /// <summary>Whether a passkey answers too.</summary>
    public bool HasPasskey => Methods.Contains(FactorMethod.Passkey);

    /// <summary>The page, asking for another method.</summary>
    public string PathTo(string method) => PathTo(Path, ReturnUrl, method, Strong);

    /// <summary>A page with what it should remember.</summary>
    public static string PathTo(string path, string? returnUrl, string? method = null, bool strong = false)
    {
        var query = new QueryBuilder();
        if (method is not null)
        {
            query.Add("method", method);
        }

        if (!string.IsNullOrEmpty(returnUrl))
        {
            query.Add("returnUrl", returnUrl);
        }

        if (strong)
        {
            query.Add("factor", StrongWord);
        }

        return $"{path}{query}";
    }
}
