using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using NpgsqlTypes;
using WebApp.Features.SecondFactors.RecoveryCodes;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn.External;
using WebApp.Platform.Data;
using WebApp.Platform.Pages;
using static WebApp.Platform.Data.PreparedDatabase;

namespace WebApp.Features.Accounts;

/// <summary>The start page of the account settings.</summary>
[Authorize, ShownToOthers]
[Route("/account")]
public sealed class AccountController(AccountOverview overview) : Controller
{
    /// <summary>Shows the state of the account, and what to do next.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(CancellationToken cancel) =>
        await overview.ReadAsync(User.UserId, User.SessionId, cancel) is { } page ? View(page) : NotFound();
}

/// <summary>Reads the data of the start page in one statement.</summary>
public sealed class AccountOverview(PreparedDatabase database, TimeProvider clock)
{
    private const string Sql = $"""
        SELECT coalesce(nullif(trim(u.display_name), ''), u.email), u.email, u.email_confirmed, u.created_at,
               (SELECT count(*) FROM sessions WHERE user_id = u.id AND {SessionDirectory.IsLive} $2),
               (SELECT max(created_at) FROM sessions WHERE user_id = u.id AND id IS DISTINCT FROM $3),
               u.two_factor_enabled,
               (SELECT count(*) FROM user_passkeys WHERE user_id = u.id),
               (SELECT count(*) FROM recovery_codes WHERE user_id = u.id AND used_at IS NULL)
        FROM users u WHERE u.id = $1
        """;

    /// <summary>Null if the account does not exist.</summary>
    /// <param name="userId">The account.</param>
    /// <param name="sessionId">The session of the request.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<AccountPage?> ReadAsync(Guid userId, Guid? sessionId, CancellationToken cancel)
    {
        await using var row = await database.ReadAsync(
            Sql, [Parameter(NpgsqlDbType.Uuid, userId), Parameter(NpgsqlDbType.TimestampTz, clock.GetUtcNow()), Parameter(NpgsqlDbType.Uuid, sessionId)], cancel);
        return await row.ReadAsync(cancel)
            ? new(
                row.GetString(0),
                row.GetString(1),
                row.GetBoolean(2),
                row.GetFieldValue<DateTimeOffset>(3),
                (int)row.GetInt64(4),
                row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5),
                row.GetBoolean(6),
                (int)row.GetInt64(7),
                (int)row.GetInt64(8))
            : null;
    }
}

/// <summary>The start page of the account settings.</summary>
/// <param name="Name">The display name, or the address.</param>
/// <param name="Email">The address.</param>
/// <param name="EmailConfirmed">Whether the address is confirmed.</param>
/// <param name="CreatedAt">When the account was created (UTC).</param>
/// <param name="SessionCount">The number of live sessions, including this one.</param>
/// <param name="PreviousSignInAt">When the newest other session was opened (UTC); null if there is none.</param>
/// <param name="HasSecondFactor">Whether signing in by password asks for a second factor.</param>
/// <param name="Passkeys">The number of passkeys.</param>
/// <param name="RecoveryCodes">The number of recovery codes that still work.</param>
public sealed record AccountPage(
    string Name,
    string Email,
    bool EmailConfirmed,
    DateTimeOffset CreatedAt,
    int SessionCount,
    DateTimeOffset? PreviousSignInAt,
    bool HasSecondFactor,
    int Passkeys,
    int RecoveryCodes)
{
    /// <summary>Whether few recovery codes are left.</summary>
    public bool FewRecoveryCodes => HasSecondFactor && RecoveryCodes <= RecoveryCodeSheets.FewLeft;
}

/// <summary>A page of the account settings, as shown in the navigation.</summary>
/// <param name="Path">Its address.</param>
/// <param name="Title">Its title.</param>
/// <param name="Icon">Its icon, see <see cref="Platform.Pages.IconTagHelper"/>.</param>
public sealed record AccountSection(string Path, string Title, string Icon)
{
    /// <summary>Another page of the section, which is not below <see cref="Path"/>; null if there is none.</summary>
    public string? Other { get; init; }

    /// <summary>Whether a page belongs to the section, but is not its own.</summary>
    public bool Contains(string path) =>
        path.StartsWith($"{Path}/", StringComparison.Ordinal) || (Other is not null && (path == Other || path.StartsWith($"{Other}/", StringComparison.Ordinal)));

    /// <summary>Every section, in reading order. The first is the start page.</summary>
    public static IReadOnlyList<AccountSection> All { get; } =
    [
        new("/account", Marked("Overview"), "person"),
        new("/account/profile", Marked("Profile"), "badge"),
        new("/account/email", Marked("Email address"), "mail"),
        new("/account/password", Marked("Password"), "lock"),
        new("/account/mfa", Marked("Two-step sign-in and passkeys"), "shield") { Other = "/account/passkeys" },
        new(ExternalPaths.Settings, Marked("Other providers"), "key"),
        new("/account/sessions", Marked("Sessions"), "devices"),
        new("/account/applications", Marked("Applications"), "browser"),
        new("/account/api-tokens", Marked("API tokens"), "terminal"),
        new("/account/groups", Marked("Groups"), "people"),
        new("/account/activity", Marked("Activity"), "clock"),
        new("/account/data", Marked("Your data"), "archive"),
    ];
}
