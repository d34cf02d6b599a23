using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebApp.Features.Alerts;
using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Features.Passwords;
using WebApp.Features.Roles;
using WebApp.Features.SecondFactors;
using WebApp.Features.Tokens;
using WebApp.Platform.Http.Limits;
using WebApp.Platform.Http.Proxies;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Webhooks;
using WebApp.Platform.Startup;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>The effective settings.</summary>
[Area("Admin"), Console, RequirePermission(Permission.AuditRead)]
[Route("/admin/policy")]
public sealed class PolicyController(EffectivePolicy policy) : Controller
{
    /// <summary>The page.</summary>
    [HttpGet]
    public IActionResult Index() => View(policy.Sections);
}

/// <summary>The effective security settings of this node, for administrators. It has no secrets.</summary>
public sealed class EffectivePolicy(
    IOptions<AppOptions> app, IOptions<TokenOptions> tokens, IOptions<WebApp.Features.Sessions.SessionOptions> sessions, IOptions<PasswordOptions> passwords, IOptions<MfaOptions> mfa,
    IOptions<ProtectionOptions> protection, IOptions<IpLimitOptions> limits, IOptions<AlertOptions> alerts, IOptions<WebhookOptions> webhook, IOptions<ProxyOptions> proxies, IOptions<EmailOptions> email, IOptions<AuditOptions> audit)
{
    /// <summary>All settings.</summary>
    public IReadOnlyList<PolicySection> Sections =>
    [
        new("Passwords", [
            .. Lines(passwords.Value, "Password",
                ("WorkFactor", "bcrypt work factor; each step doubles the time", o => o.WorkFactor),
                ("MinLength", "characters, with all four kinds", o => o.MinLength),
                ("PassphraseLength", "characters from which nothing is asked about kinds", o => o.PassphraseLength),
                ("MinScore", "least score against guessing, 0 to 4", o => o.MinScore),
                ("QueueLength", "hashes that may wait", o => o.QueueLength))]),
        new("Second factors", [
            .. Lines(mfa.Value, "Mfa", ("Required", "who must have one", o => o.Required), ("EmailCodes", "whether codes by mail are offered", o => o.EmailCodes))]),
        new("Guessing", [
            .. Lines(protection.Value, "Protection",
                ("MaxFailures", "wrong passwords that lock out unknown devices", o => o.MaxFailures),
                ("WindowMinutes", "minutes in which they count together", o => o.WindowMinutes),
                ("LockoutMinutes", "minutes of the first lockout", o => o.LockoutMinutes)),
            .. Lines(limits.Value, "Protection", ("IpPermitsPerMinute", "requests without sign-in an address has a minute", o => o.IpPermitsPerMinute))]),
        new("Browsers", [
            .. Lines(sessions.Value, "Sessions",
                ("IdleMinutes", "minutes unused that end a session", o => o.IdleMinutes),
                ("AbsoluteHours", "hours that end it however it is used", o => o.AbsoluteHours),
                ("RememberIdleDays", "days unused that end a remembered one", o => o.RememberIdleDays),
                ("RememberAbsoluteDays", "days that end it however it is used", o => o.RememberAbsoluteDays),
                ("Binding", "what a changed client means", o => o.Binding))]),
        new("Tokens", [
            .. Lines(tokens.Value, "Tokens",
                ("AccessTokenMinutes", "minutes an access token is good", o => o.AccessTokenMinutes),
                ("RefreshTokenDays", "days a refresh token may lie unused", o => o.RefreshTokenDays),
                ("SessionDays", "days after which a program signs in again", o => o.SessionDays),
                ("RefreshGraceSeconds", "seconds in which a spent refresh token gets the same successor", o => o.RefreshGraceSeconds),
                ("KeyRotationDays", "days a managed key signs", o => o.KeyRotationDays),
                ("ClockSkewSeconds", "seconds that clocks may differ", o => o.ClockSkewSeconds),
                ("Audience", "aud", o => o.Audience),
                ("Binding", "what a changed client means", o => o.Binding)),
            new("Tokens:Issuer", "iss", tokens.Value.Issuer, app.Value.BaseUrl.AbsoluteUri.TrimEnd('/')),
            new("Tokens:SigningKeys", "where signing keys come from", tokens.Value.SigningKeys.Count == 0 ? "managed here" : $"{tokens.Value.SigningKeys.Count} configured", "managed here")]),
        new("Network", [
            new("App:BaseUrl", "where people reach it", app.Value.BaseUrl.AbsoluteUri, null),
            new("Proxy:Trusted", "proxies that are believed", List(proxies.Value.Trusted), "none")]),
        new("Mail", [
            new("Email:Smtp:Host", "server", email.Value.Smtp.IsConfigured ? $"{email.Value.Smtp.Host}:{email.Value.Smtp.EffectivePort}" : "none: the mailbox page", null),
            new("Email:Smtp:Security", "how the way there is protected", Text(email.Value.Smtp.EffectiveSecurity), null),
            new("Email:From", "sender", email.Value.From ?? "–", null),
            .. Lines(email.Value, "Email", ("Concurrency", "messages a node sends at once", o => o.Concurrency), ("GiveUpHours", "hours a mail is tried", o => o.GiveUpHours), ("KeepDays", "days a finished mail's row is kept", o => o.KeepDays))]),
        new("Audit and alerts", [
            .. Lines(audit.Value, "Audit", ("KeepDays", "days security events are kept", o => o.KeepDays), ("CheckpointFile", "where checkpoints go", o => string.IsNullOrEmpty(o.CheckpointFile) ? "nowhere" : o.CheckpointFile)),
            .. Lines(alerts.Value, "Alerts",
                ("AccountsPerAddress", "accounts one address may fail on", o => o.AccountsPerAddress),
                ("AddressesPerAccount", "addresses that may fail on one account", o => o.AddressesPerAccount),
                ("WindowMinutes", "minutes in which they count together", o => o.WindowMinutes),
                ("ToUser", "what owners are told", o => o.ToUser),
                ("ToAdministrators", "what administrators are told", o => o.ToAdministrators),
                ("ToWebhook", "what the webhook is told", o => o.ToWebhook)),
            new("Admin:AlertEmails", "who is told", alerts.Value.AdministratorAddresses.Count == 0 ? "every administrator" : string.Join(", ", alerts.Value.AdministratorAddresses), "every administrator"),
            new("Alerts:Webhook:Url", "webhook", webhook.Value.IsConfigured ? "set" : "none", "none")]),
    ];

    private static IEnumerable<PolicyLine> Lines<T>(T options, string section, params (string Name, string Means, Func<T, object> Value)[] settings)
        where T : new()
    {
        var usual = new T();
        return settings.Select(setting => new PolicyLine($"{section}:{setting.Name}", setting.Means, Text(setting.Value(options)), Text(setting.Value(usual))));
    }

    private static string Text(object value) => value switch
    {
        bool yes => yes ? "yes" : "no",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "–",
    };

    private static string List<T>(IReadOnlyCollection<T> items) => items.Count == 0 ? "none" : string.Join(", ", items);
}

/// <summary>An effective setting.</summary>
/// <param name="Key">Its key in the configuration.</param>
/// <param name="Means">A short description.</param>
/// <param name="Value">The value; never a secret.</param>
/// <param name="Default">The default; null if there is none.</param>
public sealed record PolicyLine(string Key, string Means, string Value, string? Default)
{
    /// <summary>Whether the value is not the default.</summary>
    public bool IsChanged => Default is not null && Value != Default;
}

/// <summary>A group of related settings.</summary>
public sealed record PolicySection(string Title, IReadOnlyList<PolicyLine> Lines);
