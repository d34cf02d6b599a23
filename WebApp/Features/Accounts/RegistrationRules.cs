using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Features.Groups;
using WebApp.Features.Roles;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts;

/// <summary>
/// Decides who may register: by the setting in the database, which the console changes, or by the configuration if nobody has changed it or if it is pinned.
/// Accounts of imports, of the proxy's users and of administrators' invitations are not registrations.
/// </summary>
public sealed class RegistrationRules : IDisposable
{
    private readonly IDbContextFactory<AppDbContext> contexts;
    private readonly FreshCache<int, RegistrationRule> cache;
    private readonly RegistrationOptions options;
    private readonly TimeProvider clock;

    /// <summary>Subscribes to changes of the setting.</summary>
    public RegistrationRules(IDbContextFactory<AppDbContext> contexts, ChangeFeed feed, IOptions<RegistrationOptions> options, TimeProvider clock)
    {
        (this.contexts, this.options, this.clock) = (contexts, options.Value, clock);
        cache = new(feed, capacity: 1, TimeSpan.FromMinutes(5));
        feed.On(Topics.RegistrationChanged, _ => cache.Clear());
    }

    /// <summary>Whether the configuration decides, and the console cannot change it.</summary>
    public bool IsPinned => options.Pinned;

    /// <summary>The rule of the configuration.</summary>
    public RegistrationRule Configured => new(options.Mode, options.AllowedDomains);

    /// <summary>The present rule, for pages that show it.</summary>
    public async ValueTask<RegistrationRule> FindAsync(CancellationToken cancel) => IsPinned ? Configured : (await cache.GetAsync(RegistrationSetting.OnlyId, LoadAsync, cancel))!;

    /// <summary>Whether pages offer registration; false also if the database is unreachable.</summary>
    public async ValueTask<bool> IsOfferedAsync(CancellationToken cancel)
    {
        try
        {
            return (await FindAsync(cancel)).Mode != RegistrationMode.Closed;
        }
        catch (Exception failure) when (Failures.IsDatabaseGone(failure))
        {
            return false;
        }
    }

    /// <summary>
    /// Whether an address may be registered. The database is asked, so that a change acts on the next request on every node. Whether the address has an
    /// account makes no difference; whether it has an open invitation does, in the mode <see cref="RegistrationMode.Invited"/>.
    /// </summary>
    public async Task<bool> AdmitsAsync(AppDbContext db, string address, CancellationToken cancel)
    {
        var rule = IsPinned ? Configured : await ReadAsync(db, cancel);
        return rule.AllowsDomainOf(address) && rule.Mode switch
        {
            RegistrationMode.Open => true,
            RegistrationMode.Invited => await IsInvitedAsync(db, EmailAddress.Normalize(address), cancel),
            _ => false,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();

    internal async Task<RegistrationRule> ReadAsync(AppDbContext db, CancellationToken cancel) =>
        await db.RegistrationSettings.AsNoTracking().SingleOrDefaultAsync(cancel) is { } set ? new(set.Mode, set.AllowedDomains) : Configured;

    private Task<bool> IsInvitedAsync(AppDbContext db, string normalized, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return db.GroupInvitations.AnyAsync(i => i.NormalizedEmail == normalized && i.ExpiresAt > now, cancel);
    }

    private async Task<RegistrationRule?> LoadAsync(int id, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await ReadAsync(db, cancel);
    }
}

/// <summary>Changes who may register, for administrators.</summary>
public sealed class RegistrationChange(AppDbContext db, RegistrationRules rules, AuditTrail audit, ChangeFeed feed, TimeProvider clock)
{
    /// <summary>The maximum number of allowed domains.</summary>
    public const int MaxDomains = 200;

    /// <summary>Stores the rule for all nodes. Returns what is wrong, or null on success.</summary>
    /// <param name="actor">The administrator.</param>
    /// <param name="mode">Who may register.</param>
    /// <param name="domains">As typed, separated by commas, spaces or lines; empty: all.</param>
    /// <param name="client">The client.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<FieldError?> SaveAsync(RoleActor actor, RegistrationMode mode, string? domains, ClientInfo client, CancellationToken cancel)
    {
        if (rules.IsPinned)
        {
            return new("", T("Registration is set in the configuration (Registration:Pinned) and cannot be changed here."));
        }

        string[] typed = [.. RegistrationRule.Split(domains)];
        if (typed.FirstOrDefault(domain => RegistrationRule.CanonicalDomain(domain) is null) is { } wrong)
        {
            return new("Domains", T("“{0}” is not a domain. Enter domains such as example.org.", wrong));
        }

        if (typed.Length > MaxDomains)
        {
            return new("Domains", T("Enter at most {0} domains.", MaxDomains));
        }

        string[] allowed = [.. typed.Select(domain => RegistrationRule.CanonicalDomain(domain)!).Distinct()];
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO registration_settings (id, mode, allowed_domains, changed_at) VALUES ({RegistrationSetting.OnlyId}, {mode.ToString()}, {allowed}, {clock.GetUtcNow()})
            ON CONFLICT (id) DO UPDATE SET mode = excluded.mode, allowed_domains = excluded.allowed_domains, changed_at = excluded.changed_at
            """,
            cancel);
        audit.Add(db, SecurityEventKind.RegistrationChanged, client, actor.UserId, actor.SessionId, $"{mode}; {(allowed.Length == 0 ? "all domains" : string.Join(' ', allowed))}");
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        feed.ApplyHere(Topics.RegistrationChanged, "");
        return null;
    }
}

/// <summary>Who may register.</summary>
/// <param name="Mode">Everybody, invited people, or nobody.</param>
/// <param name="AllowedDomains">The domains of their addresses, in canonical form; empty: all.</param>
public sealed record RegistrationRule(RegistrationMode Mode, IReadOnlyList<string> AllowedDomains)
{
    /// <summary>Whether the domain of a valid address is allowed.</summary>
    public bool AllowsDomainOf(string address) => AllowedDomains.Count == 0
        || (CanonicalAddress.TrySplit(address, out _, out var domain) && AllowedDomains.Contains(domain.ToLowerInvariant()));

    /// <summary>The parts of a list with commas, spaces or lines.</summary>
    internal static IEnumerable<string> Split(string? text) =>
        (text ?? "").Split([',', ';', ' ', '\t', '\r', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A domain as it is compared: lower case, in ASCII form; null if it is not a domain.</summary>
    internal static string? CanonicalDomain(string domain) =>
        domain.Length <= 253 && !domain.Contains('@') && domain.Contains('.') && CanonicalAddress.TrySplit($"a@{domain}", out _, out var ascii) && EmailAddress.Parse($"a@{ascii}") is not null
            ? ascii.ToLowerInvariant() : null;
}
