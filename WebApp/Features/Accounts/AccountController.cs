using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using NpgsqlTypes;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Pages;
using static WebApp.Platform.Data.PreparedDatabase;

namespace WebApp.Features.Accounts;

/// <summary>The start page of the account settings.</summary>
[Authorize, ShownToOthers]
[Route("/account")]
public sealed class AccountController(AccountOverview overview) : Controller
{
    /// <summary>Shows the user's name and links to the settings.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(CancellationToken cancel) =>
        await overview.OfAsync(User.UserId, cancel) is { } page ? View(page) : NotFound();
}

/// <summary>Reads the data of the start page in one statement.</summary>
public sealed class AccountOverview(PreparedDatabase database, TimeProvider clock)
{
    private const string Sql = $"""
        SELECT coalesce(nullif(trim(u.display_name), ''), u.email), u.email, u.email_confirmed, u.created_at,
               (SELECT count(*) FROM sessions WHERE user_id = u.id AND {SessionDirectory.IsLive} $2)
        FROM users u WHERE u.id = $1
        """;

    /// <summary>Null if the account does not exist.</summary>
    public async Task<AccountPage?> OfAsync(Guid userId, CancellationToken cancel)
    {
        await using var row = await database.ReadAsync(Sql, [Parameter(NpgsqlDbType.Uuid, userId), Parameter(NpgsqlDbType.TimestampTz, clock.GetUtcNow())], cancel);
        return await row.ReadAsync(cancel)
            ? new(row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetFieldValue<DateTimeOffset>(3), (int)row.GetInt64(4))
            : null;
    }
}

/// <summary>The start page of the account settings.</summary>
/// <param name="Name">The display name, or the address.</param>
/// <param name="Email">The address.</param>
/// <param name="EmailConfirmed">Whether the address is confirmed.</param>
/// <param name="CreatedAt">When the account was created (UTC).</param>
/// <param name="SessionCount">The number of live sessions, including this one.</param>
public sealed record AccountPage(string Name, string Email, bool EmailConfirmed, DateTimeOffset CreatedAt, int SessionCount);

/// <summary>A page of the account settings, as shown in the navigation and on the start page.</summary>
/// <param name="Path">Its address.</param>
/// <param name="Title">Its title.</param>
/// <param name="Description">Its purpose, in one sentence.</param>
/// <param name="Icon">Its icon, see <see cref="Platform.Pages.IconTagHelper"/>.</param>
public sealed record AccountSection(string Path, string Title, string Description, string Icon)
{
    /// <summary>Every section, in reading order. The first is the start page.</summary>
    public static IReadOnlyList<AccountSection> All { get; } =
    [
        new("/account", "Overview", "Who you are here.", "person"),
        new("/account/profile", "Profile", "What we call you.", "badge"),
        new("/account/email", "E-mail address", "Where mail goes, and what you sign in with.", "mail"),
        new("/account/password", "Password", "Choose a new one. Everything else that is signed in is signed out.", "lock"),
        new("/account/mfa", "Two-step sign-in", "A code besides the password, so that the password alone opens nothing.", "shield"),
        new("/account/passkeys", "Passkeys", "Sign in with your fingerprint, your face or a security key instead of a password.", "passkey"),
        new("/account/sessions", "Sessions", "Where you are signed in. End what you do not know or no longer use.", "devices"),
        new("/account/applications", "Applications", "Where you sign in with this account, and what each application may see.", "browser"),
        new("/account/api-tokens", "API tokens", "Keys for your own programs and scripts.", "terminal"),
        new("/account/groups", "Groups", "Who you belong together with here, and what you are invited to.", "people"),
        new("/account/activity", "Activity", "What happened to your account, when and from where.", "clock"),
        new("/account/data", "Your data", "Take a copy of it along, or delete your account.", "archive"),
    ];
}
