using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebApp.Features.Accounts;
using WebApp.Features.Alerts;
using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Features.Passwords;
using WebApp.Features.Roles;
using WebApp.Features.SecondFactors;
using WebApp.Features.SignIn.External;
using WebApp.Features.SignIn.Proxy;
using WebApp.Features.SignIn.Sites;
using WebApp.Features.Tokens;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
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
public sealed class EffectivePolicy(IServiceProvider services)
{
    /// <summary>All settings.</summary>
    public IReadOnlyList<PolicySection> Sections =>
    [
        new(Marked("Passwords"), [
            .. Lines<PasswordOptions>("Password",
                ("WorkFactor", Marked("bcrypt work factor; each step doubles the time"), o => o.WorkFactor),
                ("MinLength", Marked("characters, with all four kinds"), o => o.MinLength),
                ("PassphraseLength", Marked("characters from which nothing is asked about kinds"), o => o.PassphraseLength),
                ("MinScore", Marked("least score against guessing, 0 to 4"), o => o.MinScore),
                ("QueueLength", Marked("hashes that may wait"), o => o.QueueLength))]),
        new(Marked("Registration"), [
            .. Lines<RegistrationOptions>("Registration",
                ("Mode", Marked("who may register, unless the console has changed it"), o => o.Mode),
                ("AllowedDomains", Marked("domains of addresses that may register"), o => o.AllowedDomains.Count == 0 ? T("all") : string.Join(", ", o.AllowedDomains)),
                ("Pinned", Marked("whether the console cannot change it"), o => o.Pinned))]),
        new(Marked("Ways to sign in"), [
            new("ExternalLogins", Marked("outside providers"), List([.. The<ExternalLoginOptions>().Providers.Select(provider => provider.Name)]), T("none")),
            .. Lines<ProxySignInOptions>("ProxyAuth",
                ("Enabled", Marked("whether a proxy's header signs users in"), o => o.Enabled),
                ("UserHeader", Marked("the header that names the user"), o => o.UserHeader),
                ("EmailHeader", Marked("the header with the user's address"), o => o.EmailHeader),
                ("Provision", Marked("whether a new user of the proxy gets an account"), o => o.Provision),
                ("TrustEmail", Marked("whether the proxy has verified the address"), o => o.TrustEmail)),
            .. Lines<MasterPasswordOptions>("Admin",
                ("MasterPasswordHash", Marked("the master password"), o => string.IsNullOrEmpty(o.MasterPasswordHash) ? T("none") : T("set")),
                ("TrustedNetworks", Marked("networks whose guesses at it are counted apart"), o => string.IsNullOrEmpty(o.TrustedNetworks) ? T("none") : o.TrustedNetworks))]),
        new(Marked("Second factors"), [
            .. Lines<MfaOptions>("Mfa", ("Required", Marked("who must have one"), o => o.Required), ("EmailCodes", Marked("whether codes by mail are offered"), o => o.EmailCodes))]),
        new(Marked("Guessing"), [
            .. Lines<ProtectionOptions>("Protection",
                ("MaxFailures", Marked("wrong passwords that lock out unknown devices"), o => o.MaxFailures),
                ("WindowMinutes", Marked("minutes in which they count together"), o => o.WindowMinutes),
                ("LockoutMinutes", Marked("minutes of the first lockout"), o => o.LockoutMinutes),
                ("AnonymousEventsPerHour", Marked("events an hour of people without an account that are stored one by one"), o => o.AnonymousEventsPerHour)),
            .. Lines<IpLimitOptions>("Protection", ("IpPermitsPerMinute", Marked("requests without sign-in an address has a minute"), o => o.IpPermitsPerMinute))]),
        new(Marked("Browsers"), [
            .. Lines<WebApp.Features.Sessions.SessionOptions>("Sessions",
                ("IdleMinutes", Marked("minutes unused that end a session"), o => o.IdleMinutes),
                ("AbsoluteHours", Marked("hours that end it however it is used"), o => o.AbsoluteHours),
                ("RememberIdleDays", Marked("days unused that end a remembered one"), o => o.RememberIdleDays),
                ("RememberAbsoluteDays", Marked("days that end it however it is used"), o => o.RememberAbsoluteDays),
                ("MaxPerUser", Marked("sessions of each kind that a user may have"), o => o.MaxPerUser),
                ("Binding", Marked("what a changed client means"), o => o.Binding))]),
        new(Marked("Tokens"), [
            .. Lines<TokenOptions>("Tokens",
                ("AccessTokenMinutes", Marked("minutes an access token is good"), o => o.AccessTokenMinutes),
                ("RefreshTokenDays", Marked("days a refresh token may lie unused"), o => o.RefreshTokenDays),
                ("SessionDays", Marked("days after which a program signs in again"), o => o.SessionDays),
                ("RefreshGraceSeconds", Marked("seconds in which a spent refresh token gets the same successor"), o => o.RefreshGraceSeconds),
                ("KeyRotationDays", Marked("days a managed key signs"), o => o.KeyRotationDays),
                ("ClockSkewSeconds", Marked("seconds that clocks may differ"), o => o.ClockSkewSeconds),
                ("Audience", "aud", o => o.Audience),
                ("Binding", Marked("what a changed client means"), o => o.Binding)),
            new("Tokens:Issuer", "iss", The<TokenOptions>().Issuer, The<AppOptions>().BaseUrl.AbsoluteUri.TrimEnd('/')),
            new("Tokens:SigningKeys", Marked("where signing keys come from"), The<TokenOptions>().SigningKeys.Count == 0 ? T("managed here") : T("{0} configured", The<TokenOptions>().SigningKeys.Count), T("managed here"))]),
        new(Marked("Network"), [
            new("App:BaseUrl", Marked("where people reach it"), The<AppOptions>().BaseUrl.AbsoluteUri, null),
            .. Lines<CrossOriginOptions>("Cors", ("AllowedOrigins", Marked("sites whose scripts may use the API"), o => List(o.AllowedOrigins))),
            .. Lines<SiteOptions>("ForwardAuth",
                ("Sites", Marked("sites that ask here whom to let in"), o => List([.. o.Sites])),
                ("AddressFrom", Marked("which headers name the page that is asked for"), o => o.AddressFrom)),
            .. Lines<PlaceOptions>("Places", ("DatabasePath", Marked("file with places of addresses"), o => string.IsNullOrEmpty(o.DatabasePath) ? T("none") : o.DatabasePath)),
            new("Proxy:Trusted", Marked("proxies that are believed"), List(The<ProxyOptions>().Trusted), T("none"))]),
        new(Marked("Mail"), [
            new("Email:Smtp:Host", Marked("server"), The<EmailOptions>().Smtp.IsConfigured ? $"{The<EmailOptions>().Smtp.Host}:{The<EmailOptions>().Smtp.EffectivePort}" : T("none: the mailbox page"), null),
            new("Email:Smtp:Security", Marked("how the way there is protected"), Text(The<EmailOptions>().Smtp.EffectiveSecurity), null),
            new("Email:From", Marked("sender"), The<EmailOptions>().From ?? "–", null),
            .. Lines<EmailOptions>("Email", ("Concurrency", Marked("messages a node sends at once"), o => o.Concurrency), ("GiveUpHours", Marked("hours a mail is tried"), o => o.GiveUpHours), ("KeepDays", Marked("days a finished mail's row is kept"), o => o.KeepDays))]),
        new(Marked("Audit and alerts"), [
            .. Lines<AuditOptions>("Audit", ("KeepDays", Marked("days security events are kept"), o => o.KeepDays), ("CheckpointFile", Marked("where checkpoints go"), o => string.IsNullOrEmpty(o.CheckpointFile) ? T("nowhere") : o.CheckpointFile),
                ("CheckpointMinutes", Marked("minutes between checkpoints"), o => o.CheckpointMinutes)),
            .. Lines<AlertOptions>("Alerts",
                ("AccountsPerAddress", Marked("accounts one address may fail on"), o => o.AccountsPerAddress),
                ("AddressesPerAccount", Marked("addresses that may fail on one account"), o => o.AddressesPerAccount),
                ("WindowMinutes", Marked("minutes in which they count together"), o => o.WindowMinutes),
                ("DigestMinutes", Marked("minutes whose alerts go out in one mail"), o => o.DigestMinutes),
                ("ToUser", Marked("what owners are told"), o => o.ToUser),
                ("ToAdministrators", Marked("what administrators are told"), o => o.ToAdministrators),
                ("ToWebhook", Marked("what the webhook is told"), o => o.ToWebhook)),
            new("Admin:AlertEmails", Marked("who is told"), The<AlertOptions>().AdministratorAddresses.Count == 0 ? T("every administrator") : string.Join(", ", The<AlertOptions>().AdministratorAddresses), T("every administrator")),
            new("Alerts:Webhook:Url", Marked("webhook"), The<WebhookOptions>().IsConfigured ? T("set") : T("none"), T("none"))]),
    ];

    private TOptions The<TOptions>()
        where TOptions : class => services.GetRequiredService<IOptions<TOptions>>().Value;

    private IEnumerable<PolicyLine> Lines<TOptions>(string section, params (string Name, string Means, Func<TOptions, object> Value)[] settings)
        where TOptions : class, new()
    {
        var (set, usual) = (The<TOptions>(), new TOptions());
        return settings.Select(setting => new PolicyLine($"{section}:{setting.Name}", setting.Means, Text(setting.Value(set)), Text(setting.Value(usual))));
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
