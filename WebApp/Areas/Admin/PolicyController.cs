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
        new(Marked("Passwords"), [
            .. Lines(passwords.Value, "Password",
                ("WorkFactor", Marked("bcrypt work factor; each step doubles the time"), o => o.WorkFactor),
                ("MinLength", Marked("characters, with all four kinds"), o => o.MinLength),
                ("PassphraseLength", Marked("characters from which nothing is asked about kinds"), o => o.PassphraseLength),
                ("MinScore", Marked("least score against guessing, 0 to 4"), o => o.MinScore),
                ("QueueLength", Marked("hashes that may wait"), o => o.QueueLength))]),
        new(Marked("Second factors"), [
            .. Lines(mfa.Value, "Mfa", ("Required", Marked("who must have one"), o => o.Required), ("EmailCodes", Marked("whether codes by mail are offered"), o => o.EmailCodes))]),
        new(Marked("Guessing"), [
            .. Lines(protection.Value, "Protection",
                ("MaxFailures", Marked("wrong passwords that lock out unknown devices"), o => o.MaxFailures),
                ("WindowMinutes", Marked("minutes in which they count together"), o => o.WindowMinutes),
                ("LockoutMinutes", Marked("minutes of the first lockout"), o => o.LockoutMinutes)),
            .. Lines(limits.Value, "Protection", ("IpPermitsPerMinute", Marked("requests without sign-in an address has a minute"), o => o.IpPermitsPerMinute))]),
        new(Marked("Browsers"), [
            .. Lines(sessions.Value, "Sessions",
                ("IdleMinutes", Marked("minutes unused that end a session"), o => o.IdleMinutes),
                ("AbsoluteHours", Marked("hours that end it however it is used"), o => o.AbsoluteHours),
                ("RememberIdleDays", Marked("days unused that end a remembered one"), o => o.RememberIdleDays),
                ("RememberAbsoluteDays", Marked("days that end it however it is used"), o => o.RememberAbsoluteDays),
                ("Binding", Marked("what a changed client means"), o => o.Binding))]),
        new(Marked("Tokens"), [
            .. Lines(tokens.Value, "Tokens",
                ("AccessTokenMinutes", Marked("minutes an access token is good"), o => o.AccessTokenMinutes),
                ("RefreshTokenDays", Marked("days a refresh token may lie unused"), o => o.RefreshTokenDays),
                ("SessionDays", Marked("days after which a program signs in again"), o => o.SessionDays),
                ("RefreshGraceSeconds", Marked("seconds in which a spent refresh token gets the same successor"), o => o.RefreshGraceSeconds),
                ("KeyRotationDays", Marked("days a managed key signs"), o => o.KeyRotationDays),
                ("ClockSkewSeconds", Marked("seconds that clocks may differ"), o => o.ClockSkewSeconds),
                ("Audience", "aud", o => o.Audience),
                ("Binding", Marked("what a changed client means"), o => o.Binding)),
            new("Tokens:Issuer", "iss", tokens.Value.Issuer, app.Value.BaseUrl.AbsoluteUri.TrimEnd('/')),
            new("Tokens:SigningKeys", Marked("where signing keys come from"), tokens.Value.SigningKeys.Count == 0 ? T("managed here") : T("{0} configured", tokens.Value.SigningKeys.Count), T("managed here"))]),
        new(Marked("Network"), [
            new("App:BaseUrl", Marked("where people reach it"), app.Value.BaseUrl.AbsoluteUri, null),
            new("Proxy:Trusted", Marked("proxies that are believed"), List(proxies.Value.Trusted), T("none"))]),
        new(Marked("Mail"), [
            new("Email:Smtp:Host", Marked("server"), email.Value.Smtp.IsConfigured ? $"{email.Value.Smtp.Host}:{email.Value.Smtp.EffectivePort}" : T("none: the mailbox page"), null),
            new("Email:Smtp:Security", Marked("how the way there is protected"), Text(email.Value.Smtp.EffectiveSecurity), null),
            new("Email:From", Marked("sender"), email.Value.From ?? "–", null),
            .. Lines(email.Value, "Email", ("Concurrency", Marked("messages a node sends at once"), o => o.Concurrency), ("GiveUpHours", Marked("hours a mail is tried"), o => o.GiveUpHours), ("KeepDays", Marked("days a finished mail's row is kept"), o => o.KeepDays))]),
        new(Marked("Audit and alerts"), [
            .. Lines(audit.Value, "Audit", ("KeepDays", Marked("days security events are kept"), o => o.KeepDays), ("CheckpointFile", Marked("where checkpoints go"), o => string.IsNullOrEmpty(o.CheckpointFile) ? T("nowhere") : o.CheckpointFile)),
            .. Lines(alerts.Value, "Alerts",
                ("AccountsPerAddress", Marked("accounts one address may fail on"), o => o.AccountsPerAddress),
                ("AddressesPerAccount", Marked("addresses that may fail on one account"), o => o.AddressesPerAccount),
                ("WindowMinutes", Marked("minutes in which they count together"), o => o.WindowMinutes),
                ("ToUser", Marked("what owners are told"), o => o.ToUser),
                ("ToAdministrators", Marked("what administrators are told"), o => o.ToAdministrators),
                ("ToWebhook", Marked("what the webhook is told"), o => o.ToWebhook)),
            new("Admin:AlertEmails", Marked("who is told"), alerts.Value.AdministratorAddresses.Count == 0 ? T("every administrator") : string.Join(", ", alerts.Value.AdministratorAddresses), T("every administrator")),
            new("Alerts:Webhook:Url", Marked("webhook"), webhook.Value.IsConfigured ? T("set") : T("none"), T("none"))]),
    ];

    private static IEnumerable<PolicyLine> Lines<TOptions>(TOptions options, string section, params (string Name, string Means, Func<TOptions, object> Value)[] settings)
        where TOptions : new()
    {
        var usual = new TOptions();
        return settings.Select(setting => new PolicyLine($"{section}:{setting.Name}", setting.Means, Text(setting.Value(options)), Text(setting.Value(usual))));
    }

    private static string Text(object value) => value switch
    {
        bool yes => yes ? T("yes") : T("no"),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "–",
    };

    private static string List<TItem>(IReadOnlyCollection<TItem> items) => items.Count == 0 ? T("none") : string.Join(", ", items);
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
