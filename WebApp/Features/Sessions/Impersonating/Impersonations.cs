using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Features.Sessions.Impersonating;

/// <summary>
/// Finds and ends impersonations. They are rare, so each of their requests queries the database; only the state of the two users comes from memory. The
/// Accounts feature begins them.
/// </summary>
public sealed class Impersonations(IDbContextFactory<AppDbContext> database, UserSnapshots users, AuditTrail audit, TimeProvider clock)
{
    /// <summary>
    /// The live impersonation of a session and the user it shows; null if there is none (any more): it expired or was ended, the actor is no longer an
    /// administrator, the user has become one, or the account is closed.
    /// </summary>
    public async Task<(Impersonation Impersonation, UserSnapshot User)?> FindAsync(Guid id, Guid sessionId, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = await database.CreateDbContextAsync(cancel);
        var found = await db.Set<Impersonation>().AsNoTracking().SingleOrDefaultAsync(
            i => i.Id == id && i.SessionId == sessionId && i.EndedAt == null && i.ExpiresAt > now, cancel);
        return found is not null
            && await users.FindAsync(found.ActorId, cancel) is { Closed: false } actor
            && actor.Permissions.Contains(Permission.UsersImpersonate)
            && await users.FindAsync(found.UserId, cancel) is { Closed: false } user
            && !user.Roles.Contains(Role.AdminName)
                ? (found, user)
                : null;
    }

    /// <summary>Ends an impersonation by hand. Returns the user whose account was viewed; null if there was no such live impersonation.</summary>
    public async Task<Guid?> EndAsync(Guid id, Guid sessionId, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = await database.CreateDbContextAsync(cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var ended = await db.Set<Impersonation>().Where(i => i.Id == id && i.SessionId == sessionId && i.EndedAt == null && i.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.EndedAt, now), cancel);
        var found = await db.Set<Impersonation>().AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancel);
        if (ended == 0 || found is null)
        {
            return null;
        }

        audit.Add(db, SecurityEventKind.ImpersonationEnded, ClientInfo.By(found.ActorId), found.UserId);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return found.UserId;
    }
}

/// <summary>An administrator views an account as its owner sees it, in one browser session of their own, and cannot change anything.</summary>
public sealed class Impersonation
{
    /// <summary>How long it lasts at most.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>UUIDv7; the value of the browser's cookie.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The administrator's session; the impersonation ends with it.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>The administrator.</summary>
    public required Guid ActorId { get; init; }

    /// <summary>The user whose account is viewed.</summary>
    public required Guid UserId { get; init; }

    /// <summary>When it began (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ends by itself (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it ended, by hand, with the session or by itself (UTC). Null while it lasts, and until its end is recorded.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

internal sealed class ImpersonationModel : IEntityTypeConfiguration<Impersonation>
{
    public void Configure(EntityTypeBuilder<Impersonation> impersonation)
    {
        impersonation.ToTable("impersonations");
        impersonation.Property(i => i.Id).ValueGeneratedNever();
        impersonation.HasOne<Session>().WithMany().HasForeignKey(i => i.SessionId);
        impersonation.HasOne<User>().WithMany().HasForeignKey(i => i.ActorId);
        impersonation.HasOne<User>().WithMany().HasForeignKey(i => i.UserId);
    }
}

/// <summary>
/// The cookie that says which impersonation a browser is in. It is not secret: it works only together with the cookie of the administrator's session, and
/// the administrator can begin one anyway.
/// </summary>
public sealed class ImpersonationCookie(IHostEnvironment environment)
{
    private bool Secure => !environment.IsDevelopment();

    private string Name => Secure ? "__Host-impersonation" : "impersonation";

    /// <summary>Whether the browser sent the cookie, valid or not.</summary>
    public bool IsSent(HttpContext context) => context.Request.Cookies.ContainsKey(Name);

    /// <summary>The impersonation in the cookie; null if there is none.</summary>
    public Guid? Read(HttpContext context) => Guid.TryParseExact(context.Request.Cookies[Name], "N", out var id) ? id : null;

    /// <summary>Sets the cookie.</summary>
    public void Write(HttpContext context, Impersonation impersonation) =>
        context.Response.Cookies.Append(Name, impersonation.Id.ToString("N"), Attributes(impersonation.ExpiresAt));

    /// <summary>Deletes the cookie.</summary>
    public void Remove(HttpContext context) => context.Response.Cookies.Delete(Name, Attributes(null));

    // Not Strict: administrators who follow a link from another site would act as themselves again without noticing.
    private CookieOptions Attributes(DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        Secure = Secure,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Expires = expires,
        IsEssential = true,
    };
}
