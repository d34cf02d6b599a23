using System.Globalization;
using WebApp.Features.Alerts;
using WebApp.Features.Audit;
using WebApp.Features.Audit.Figures;
using WebApp.Platform.Text;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>The dashboard's model: what needs attention, the main figures, charts, and their numbers in one table.</summary>
/// <param name="sheet">The figures.</param>
/// <param name="alerts">The alerts to look at.</param>
/// <param name="permissions">What the user may do, which decides the links.</param>
/// <param name="known">Names and versions of the parts that the page has already; null for the whole page.</param>
public sealed class DashboardPage(FigureSheet sheet, IReadOnlyList<AlertLine> alerts, IReadOnlyCollection<string> permissions, string? known)
{
    private readonly HashSet<string> known = [.. (known ?? "").Split(',')];

    /// <summary>The figures.</summary>
    public FigureSheet Sheet => sheet;

    /// <summary>The alerts of the last days, without routine ones.</summary>
    public IReadOnlyList<AlertLine> Alerts => alerts;

    /// <summary>Changes with the alerts and failed mails.</summary>
    public string AlertsVersion => ContentVersion.From([.. alerts.Select(line => $"{line.Alert.Id}"), $"{sheet.MailFailed}"]);

    /// <summary>Changes with the table.</summary>
    public string NumbersVersion => ContentVersion.From([.. Charts.Select(chart => chart.Version), .. sheet.Points.Select(point => $"{point.MailSent} {point.ApiSessions}")]);

    /// <summary>The link to a part of the outbox; null if the user may not open it.</summary>
    public string? Outbox(string state) => IfMay(Permission.MailRead, $"/admin/outbox?state={state}");

    /// <summary>The main figures.</summary>
    public IReadOnlyList<DashboardTile> Tiles =>
    [
        new("users", T("Users"), Number(sheet.Users.Total), T("{0} signed up in the {1}", Number(sheet.Whole.SignUps), RangeTitle), IfMay(Permission.UsersRead, UsersController.Path)),
        new("protected", T("Second factor or passkey"), ChartUnit.Share.Text(sheet.Users.Total == 0 ? null : (double)sheet.Users.Protected / sheet.Users.Total),
            T("{0} with a second factor, {1} with a passkey", Number(sheet.Users.WithSecondFactor), Number(sheet.Users.WithPasskey)), IfMay(Permission.UsersRead, $"{UsersController.Path}?state=no-second-factor")),
        new("open", T("Active sessions"), Number(sheet.Whole.ActiveSessions), T("{0} in browsers, {1} of programs", Number(sheet.Whole.ActiveSessions - sheet.Whole.ApiSessions), Number(sheet.Whole.ApiSessions)), Audit(SecurityEventKind.SignedIn)),
        new("post", T("Mails sent"), Number(sheet.Whole.MailSent ?? 0), T("{0} failed, {1} waiting", Number(sheet.Whole.MailGivenUp ?? 0), Number(sheet.Whole.MailWaiting)), IfMay(Permission.MailRead, "/admin/outbox")),
    ];

    /// <summary>Why sign-ins, codes and links were refused.</summary>
    public IReadOnlyList<RefusalLine> Refusals
    {
        get
        {
            var all = sheet.Refusals.Sum(refusal => refusal.Count);
            return [.. sheet.Refusals.Select(refusal => new RefusalLine(RefusalText.For(refusal), refusal.Count, (double)refusal.Count / all, Audit(refusal.Kind)))];
        }
    }

    /// <summary>Changes with the refusals.</summary>
    public string RefusalsVersion => ContentVersion.From([.. sheet.Refusals.Select(refusal => $"{refusal}"), $"{sheet.Points[0].At:O}"]);

    /// <summary>The charts about people, the most important first.</summary>
    public IReadOnlyList<Chart> People =>
    [
        Draw("sign-ins", T("Sign-ins"), T("Sessions opened by signing in"), ChartUnit.Count, sheet.Whole.SignIns, (T("Sign-ins"), p => p.SignIns)) with { Link = Audit(SecurityEventKind.SignedIn), PointLink = AuditPoints($"Kind={SecurityEventKind.SignedIn}") },
        Draw("failures", T("Failures"), T("Sign-ins, codes and links refused"), ChartUnit.Count, sheet.Whole.Failures, (T("Failures"), p => p.Failures)) with { Link = AuditLink($"Outcome={EventOutcome.Failure}"), PointLink = AuditPoints($"Outcome={EventOutcome.Failure}") },
        Draw("sign-ups", T("Sign-ups"), T("Accounts created"), ChartUnit.Count, sheet.Whole.SignUps, (T("Sign-ups"), p => p.SignUps)) with { Link = Audit(SecurityEventKind.Registered), PointLink = AuditPoints($"Kind={SecurityEventKind.Registered}") },
        Draw("sessions", T("Active sessions"), T("Browsers and programs signed in"), ChartUnit.Count, sheet.Whole.ActiveSessions, (T("Sessions"), p => p.ActiveSessions), (T("Programs"), p => p.ApiSessions)) with { Link = Audit(SecurityEventKind.SignedIn) },
    ];

    /// <summary>The charts about the service.</summary>
    public IReadOnlyList<Chart> Service =>
    [
        Draw("requests", T("Requests"), T("Pages and API calls answered"), ChartUnit.Count, sheet.Whole.Requests, (T("Requests"), p => p.Requests)),
        Draw("latency", T("Response time"), T("How long pages and calls take"), ChartUnit.Time, sheet.Whole.Latency.P95, ("p50", p => p.Latency.P50), ("p95", p => p.Latency.P95), ("p99", p => p.Latency.P99)),
        Draw("mail", T("Mail queue"), sheet.MailFailed == 0 ? T("Messages waiting") : T("Messages waiting; {0} failed", sheet.MailFailed), ChartUnit.Count, sheet.Whole.MailWaiting, (T("Waiting"), p => p.MailWaiting)) with { Link = Outbox("waiting") },
        Draw("hashing", T("Hashing queue"), T("How long a password waits"), ChartUnit.Time, sheet.Whole.HashingWait.P95, ("p50", p => p.HashingWait.P50), ("p95", p => p.HashingWait.P95)),
        Draw("cache", T("Cache hits"), T("Look-ups answered from memory"), ChartUnit.Share, sheet.Whole.CacheHitRatio, (T("Hits"), p => p.CacheHitRatio)),
        Draw("lag", T("Revocation lag"), T("Until nodes know what was revoked"), ChartUnit.Time, sheet.Whole.ChangeLag.P95, ("p50", p => p.ChangeLag.P50), ("p95", p => p.ChangeLag.P95)),
    ];

    /// <summary>The title of the range in a sentence.</summary>
    public string RangeTitle => sheet.Range.Name switch { "day" => T("last day"), "week" => T("last week"), "month" => T("last month"), _ => T("last hour") };

    /// <summary>The times of the points.</summary>
    public ChartTimes Times => new(RangeTitle, sheet.Points[0].At, sheet.Range.Step, sheet.Points.Count);

    private IEnumerable<Chart> Charts => People.Concat(Service);

    /// <summary>Whether the page does not have this part in this version.</summary>
    public bool IsNew(string part, string version) => !known.Contains($"{part}.{version}");

    /// <summary>Whether only parts are sent that the page does not have; the table, only if it is open there.</summary>
    public bool IsUpdate => known.Count != 1 || !known.Contains("");

    /// <summary>Whether the table is sent.</summary>
    public bool HasNumbers => !IsUpdate || (known.Any(part => part.StartsWith("numbers.", StringComparison.Ordinal)) && IsNew("numbers", NumbersVersion));

    private Chart Draw(string id, string title, string hint, ChartUnit unit, double? whole, params (string Name, Func<FigurePoint, double?> Value)[] lines) => new(
        id, title, hint, unit, unit.Text(whole), [.. lines.Select(line => new ChartLine(line.Name, [.. sheet.Points.Select(line.Value)]))], Times);

    private string Audit(string kind) => AuditLink($"Kind={kind}");

    private string AuditLink(string filter) => $"/admin/audit?{filter}&From={Time(sheet.Points[0].At)}&Until={Time(FigureRange.Floor(sheet.At, TimeSpan.FromMinutes(1)).AddMinutes(1))}";

    private static string AuditPoints(string filter) => $"/admin/audit?{filter}";

    private string? IfMay(string permission, string link) => permissions.Contains(permission) ? link : null;

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    private static string Number(long? value) => value?.ToString("#,0", Language.Current.Culture) ?? "–";
}

/// <summary>A main figure.</summary>
/// <param name="Id">Its id in the page.</param>
/// <param name="Title">The title.</param>
/// <param name="Value">The value as text.</param>
/// <param name="Hint">Its parts.</param>
/// <param name="Link">The list that is counted; null if the user may not open it.</param>
public sealed record DashboardTile(string Id, string Title, string Value, string Hint, string? Link)
{
    /// <summary>Changes with what it shows.</summary>
    public string Version => ContentVersion.From(Value, Hint, Link);
}

/// <summary>A reason for refusals.</summary>
public sealed record RefusalLine(string Reason, long Count, double Share, string Link);

/// <summary>An alert as text.</summary>
public sealed record AlertLine(Alert Alert, string Text)
{
    /// <summary>The event that reports the same.</summary>
    public string Link => $"/admin/audit?Kind={Alert.Kind}{(Alert.UserId is { } user ? $"&Account={user}" : "")}&From={Alert.At.UtcDateTime.AddMinutes(-1):yyyy-MM-dd'T'HH:mm}&Until={Alert.At.UtcDateTime.AddMinutes(2):yyyy-MM-dd'T'HH:mm}";
}

/// <summary>The reasons of refusals as text.</summary>
public static class RefusalText
{
    /// <summary>The text.</summary>
    public static string For(Refusal refusal) => refusal.Kind switch
    {
        SecurityEventKind.SignInFailed when Reason(refusal.Reason) is [var first, .. var rest] => char.ToUpperInvariant(first) + rest,
        SecurityEventKind.SignInFailed => T("Sign-in refused"),
        SecurityEventKind.SecondFactorFailed => T("Wrong second-factor code"),
        SecurityEventKind.ReauthenticationFailed => T("Wrong password while signed in"),
        SecurityEventKind.MailProofFailed => T("Link or code from an email refused"),
        SecurityEventKind.RefreshTokenReused => T("Used refresh token sent again"),
        SecurityEventKind.MasterPasswordFailed => T("Wrong master password"),
        SecurityEventKind.SetupFailed => T("Wrong setup code"),
        _ => refusal.Kind.Replace('_', ' '),
    };

    // Before the colon: who asserted the identity.
    private static string Reason(string reason) => reason switch
    {
        "unknown name" => T("unknown name"),
        "wrong password" => T("wrong password"),
        "passkey refused" => T("passkey refused"),
        "address not confirmed" => T("address not confirmed"),
        "account disabled" => T("account disabled"),
        "account awaits deletion" => T("account awaits deletion"),
        _ => reason.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon ? $"{reason[..colon]}: {Reason(reason[(colon + 2)..])}" : reason,
    };
}
