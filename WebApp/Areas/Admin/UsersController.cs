using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Accounts.Administration;
using WebApp.Features.Audit;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Text;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>The search for accounts, its export, and their detail pages.</summary>
[Area("Admin"), Console, RequirePermission(Permission.UsersRead)]
[Route(Path)]
public sealed class UsersController(UserSearch users, UserDetails details, RoleDirectory roles, AuditTrail audit, AppDbContext db) : Controller
{
    /// <summary>The path of the list.</summary>
    public const string Path = "/admin/users";

    /// <summary>A page of the search result.</summary>
    [HttpGet]
    public async Task<ViewResult> Index(UserFilterForm form, int page = 1, CancellationToken cancel = default)
    {
        var found = await users.ListAsync(form.ForPage(Math.Max(1, page)), cancel, UsersPage.MostCounted);
        return View(new UsersPage(found, form, Math.Max(1, page), await roles.NamesAsync(cancel)));
    }

    /// <summary>All accounts of the search result as CSV. The export is recorded first.</summary>
    [HttpPost("export"), RequireRecentAuthentication(Page = Path)]
    public async Task<IActionResult> Export(UserFilterForm form, CancellationToken cancel)
    {
        audit.Add(db, SecurityEventKind.UsersExported, ClientInfo.FromRequest(HttpContext), User.UserId, User.SessionId, form.Link(1));
        await db.SaveChangesAsync(cancel);
        return new UserFile(form.ForPage(1));
    }

    /// <summary>One account. <paramref name="before"/> selects the page of its sessions.</summary>
    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Show(Guid id, Guid? before, CancellationToken cancel) =>
        await details.FindAsync(id, before, cancel) is { } detail ? View(detail) : NotFound();
}

/// <summary>The search form of the list.</summary>
public sealed class UserFilterForm
{
    /// <summary>A part of an address or name, or a whole id or IP address.</summary>
    public string? Query { get; init; }

    /// <summary>A role's name.</summary>
    public string? Role { get; init; }

    /// <summary>A value of <see cref="UserState"/>.</summary>
    public string? State { get; init; }

    /// <summary>A value of <see cref="UserQuery.Sorts"/>.</summary>
    public string? Sort { get; init; }

    /// <summary>Whether something is searched for.</summary>
    public bool IsNarrowed => !string.IsNullOrEmpty(Query) || !string.IsNullOrEmpty(Role) || !string.IsNullOrEmpty(State);

    /// <summary>The fields that are set.</summary>
    public IEnumerable<(string Name, string Value)> Fields => new (string Name, string? Value)[] { ("query", Query), ("role", Role), ("state", State), ("sort", Sort) }
        .Where(part => !string.IsNullOrEmpty(part.Value)).Select(part => (part.Name, part.Value!));

    /// <summary>What is searched for.</summary>
    public UserQuery ForPage(int page) => new(Query, Role, State, Sort, page);

    /// <summary>The link to a page of the search, in another order if <paramref name="sort"/> is given.</summary>
    public string Link(int page, string? sort = null)
    {
        var query = new QueryBuilder();
        foreach (var (name, value) in Fields.Where(field => sort is null || field.Name != "sort").Concat(sort is null ? [] : [("sort", sort)]))
        {
            query.Add(name, value);
        }

        if (page > 1)
        {
            query.Add("page", page.ToString(CultureInfo.InvariantCulture));
        }

        return $"{UsersController.Path}{query}";
    }
}

/// <summary>A page of accounts.</summary>
/// <param name="Found">The accounts, and how many there are, counted up to one more than <see cref="MostCounted"/>.</param>
/// <param name="Form">What is searched for.</param>
/// <param name="Number">The page's number, from 1.</param>
/// <param name="Roles">The names of all roles.</param>
public sealed record UsersPage(UserList Found, UserFilterForm Form, int Number, IReadOnlyList<string> Roles)
{
    /// <summary>More accounts than this are not counted.</summary>
    public const int MostCounted = DatabaseSettings.MostCounted;

    /// <summary>The number of the last page, at least 1; null if there are too many accounts to count.</summary>
    public int? Last => Found.Total > MostCounted ? null : (int)Math.Max(1, (Found.Total + UserSearch.PageSize - 1) / UserSearch.PageSize);

    /// <summary>Whether there is a page before this one or after it.</summary>
    public bool IsOneOfMany => Number > 1 || Last is not 1;

    /// <summary>The number of the page before this one, or of the last if this one is after it.</summary>
    public int Previous => Math.Min(Number - 1, Last ?? int.MaxValue);

    /// <summary>Whether there is a page after this one. Where not all are counted, it may be empty.</summary>
    public bool HasNext => Last is { } last ? Number < last : Found.Users.Count == UserSearch.PageSize;

    /// <summary>The link that sorts by a column, or reverses its order, and the value of <c>aria-sort</c>.</summary>
    public (string Link, string? Order) SortBy(string column)
    {
        var current = string.IsNullOrEmpty(Form.Sort) ? "email" : Form.Sort;
        return (Form.Link(1, current == column ? $"-{column}" : column), current == column ? "ascending" : current == $"-{column}" ? "descending" : null);
    }
}

/// <summary>The accounts of a search as CSV, sent while they are read.</summary>
public sealed class UserFile(UserQuery query) : IActionResult
{
    private const string Header = "id,email,email_verified,display_name,state,mfa_enabled,roles,created_at,last_seen_at\r\n";

    /// <inheritdoc/>
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        http.Response.ContentType = "text/csv; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"users-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}.csv\"";
        await using var writer = new StreamWriter(http.Response.Body, new UTF8Encoding(false), 32 * 1024);
        await writer.WriteAsync(Header);
        await foreach (var user in (await http.RequestServices.GetRequiredService<UserSearch>().StreamAsync(query, http.RequestAborted)).WithCancellation(http.RequestAborted))
        {
            var state = user.DeletionRequestedAt is not null ? "deleted" : user.Locked ? "locked" : user.EmailConfirmed ? "active" : "unconfirmed";
            await writer.WriteAsync(CsvLine.Write(
                user.Id.ToString(), user.Email, user.EmailConfirmed ? "true" : "false", user.DisplayName, state, user.MfaEnabled ? "true" : "false", string.Join(' ', user.Roles), Time(user.CreatedAt), Time(user.LastSeenAt)));
        }
    }

    private static string? Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
