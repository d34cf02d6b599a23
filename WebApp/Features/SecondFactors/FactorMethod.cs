using WebApp.Features.Sessions;

namespace WebApp.Features.SecondFactors;

/// <summary>The words for second factors, in forms and in the API, and what each adds to <c>amr</c> (RFC 8176).</summary>
public static class FactorMethod
{
    /// <summary>A code from an authenticator app.</summary>
    public const string Totp = "totp";

    /// <summary>A mailed code.</summary>
    public const string Email = "email";

    /// <summary>A recovery code.</summary>
    public const string RecoveryCode = "recovery_code";

    /// <summary>The password: no second factor, but what answers a step-up where there is none.</summary>
    public const string Password = "password";

    /// <summary>A passkey; pages only.</summary>
    public const string Passkey = "passkey";

    /// <summary>What a session has shown after one more authentication by a method: the method's value is added, and how weak the last one was.</summary>
    public static string[] Add(IReadOnlyCollection<string> amr, string method) =>
    [
        .. amr.Where(way => way != RecentAuthentication.MailedCode),
        .. amr.Contains(Amr(method)) ? Array.Empty<string>() : [Amr(method)],
        .. method == Email ? [RecentAuthentication.MailedCode] : Array.Empty<string>(),
    ];

    /// <summary>The <c>amr</c> value of a method.</summary>
    public static string Amr(string method) => method switch
    {
        Passkey => "hwk",
        Password => "pwd",
        _ => "otp",
    };
}
