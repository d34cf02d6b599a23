using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Credentials;
using WebApp.Features.Sessions;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Text;
using WebApp.Platform.Users;

namespace WebApp.Features.Roles;

/// <summary>
/// Lists, creates, changes and deletes roles. Nobody may change a role with more permissions than their own, or one that a user with more permissions has.
/// </summary>
public sealed class RoleDirectory(AppDbContext db, CredentialChanges changes, AuditTrail audit, ChangeFeed feed)
{
    /// <summary>All roles, the built-in ones first, then by name.</summary>
    /// <param name="cancel">Cancels.</param>
    /// <param name="mostCounted">If given, the members of a role are counted up to one more than this; if 0, not at all.</param>
    public async Task<IReadOnlyList<RoleView>> ListAsync(CancellationToken cancel, int? mostCounted = null)
    {
        var rows = await db.Roles.AsNoTracking().Select(role => new
        {
            role.Id,
            role.Name,
            Permissions = db.RoleClaims.Where(c => c.RoleId == role.Id && c.ClaimType == Permission.ClaimType).Select(c => c.ClaimValue!).ToList(),
        }).ToListAsync(cancel);
        var members = mostCounted is { } most
            ? await CountMembersAsync(most == 0 ? [] : rows.Select(row => row.Id), most + 1, cancel)
            : await db.UserRoles.GroupBy(ur => ur.RoleId).Select(all => new { all.Key, Count = all.Count() }).ToDictionaryAsync(all => all.Key, all => all.Count, cancel);
        return [.. rows.Select(row => new RoleView(
                row.Id,
                row.Name!,
                row.Id == Role.AdminId ? Permission.Names : [.. row.Permissions.Distinct().Order(StringComparer.Ordinal)],
                members.GetValueOrDefault(row.Id)))
            .OrderByDescending(role => role.BuiltIn).ThenBy(role => role.Name, StringComparer.Ordinal)];
    }

    /// <summary>The names of all roles, the built-in ones first. Unlike <see cref="ListAsync"/>, it counts no members.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancel) =>
        [.. (await db.Roles.Select(role => new { role.Id, role.Name }).ToListAsync(cancel))
            .OrderByDescending(role => role.Id == Role.AdminId || role.Id == Role.UserId).ThenBy(role => role.Name, StringComparer.Ordinal).Select(role => role.Name!)];

    /// <summary>Creates a role.</summary>
    public async Task<RoleResult> CreateAsync(RoleActor actor, string? name, IReadOnlyCollection<string>? permissions, ClientInfo client, CancellationToken cancel)
    {
        if (Check(name, permissions) is { Count: > 0 } errors)
        {
            return new RoleResult.Invalid(errors);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await Administrators.LockAsync(db, cancel);
        var role = new RoleView(Guid.CreateVersion7(), name!, Sorted(permissions), 0);
        if (Beyond(await HeldPermissions.OfAsync(db, actor, cancel), role) is { } beyond)
        {
            return beyond;
        }

        if ((await NamesAsync(cancel)).Contains(name))
        {
            return Taken(name);
        }

        db.Roles.Add(new() { Id = role.Id, Name = name, NormalizedName = name!.ToUpperInvariant() });
        Add(role.Id, role.Permissions);
        await SaveAsync(actor, SecurityEventKind.RoleCreated, Describe(role), client, cancel);
        await transaction.CommitAsync(cancel);
        return new RoleResult.Saved(role);
    }

    /// <summary>Gives a role this name and exactly these permissions. Applies to the next request of everybody who has it.</summary>
    public Task<RoleResult> UpdateAsync(
        RoleActor actor, Guid id, string? name, IReadOnlyCollection<string>? permissions, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => UpdateOnceAsync(actor, id, name, permissions, client, cancel));

    private async Task<RoleResult> UpdateOnceAsync(
        RoleActor actor, Guid id, string? name, IReadOnlyCollection<string>? permissions, ClientInfo client, CancellationToken cancel)
    {
        if (Check(name, permissions) is { Count: > 0 } errors)
        {
            return new RoleResult.Invalid(errors);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await Administrators.LockAsync(db, cancel);
        var all = await ListAsync(cancel);
        if (all.SingleOrDefault(role => role.Id == id) is not { } old)
        {
            return new RoleResult.NotFound();
        }

        var role = old with { Name = name!, Permissions = Sorted(permissions) };
        var held = await HeldPermissions.OfAsync(db, actor, cancel);
        if (Refusal(held, old, role, all) is { } refusal)
        {
            return refusal;
        }

        if (await MemberBeyondAsync(held, old, cancel) is { } member)
        {
            return member;
        }

        await db.Roles.Where(r => r.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.Name, role.Name).SetProperty(r => r.NormalizedName, role.Name.ToUpperInvariant()), cancel);
        await db.RoleClaims.Where(c => c.RoleId == id && c.ClaimType == Permission.ClaimType).ExecuteDeleteAsync(cancel);
        Add(id, role.Permissions);
        await SaveAsync(actor, SecurityEventKind.RoleChanged, $"{Describe(old)} → {Describe(role)}", client, cancel);
        await transaction.CommitAsync(cancel);
        feed.ApplyHere(Topics.RolesChanged, "");
        return new RoleResult.Saved(role);
    }

    /// <summary>
    /// Deletes a role. If users have it, only with <paramref name="evenFromMembers"/>: then it is removed from them, as <see cref="RoleAssignment"/> does.
    /// </summary>
    public Task<RoleResult> DeleteAsync(RoleActor actor, Guid id, bool evenFromMembers, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => DeleteOnceAsync(actor, id, evenFromMembers, client, cancel));

    private async Task<RoleResult> DeleteOnceAsync(RoleActor actor, Guid id, bool evenFromMembers, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await Administrators.LockAsync(db, cancel);
        if ((await ListAsync(cancel)).SingleOrDefault(role => role.Id == id) is not { } role)
        {
            return new RoleResult.NotFound();
        }

        if (role.BuiltIn || (role.Members > 0 && !evenFromMembers))
        {
            return new RoleResult.Conflict(role.BuiltIn ? T("The role {0} is built in.", role.Name) : Plural(role.Members, "One person has this role.", "{0} people have this role."));
        }

        var held = await HeldPermissions.OfAsync(db, actor, cancel);
        if ((Beyond(held, role) ?? await MemberBeyondAsync(held, role, cancel)) is { } beyond)
        {
            return beyond;
        }

        List<EndedAccess> members = [];
        foreach (var member in await db.UserRoles.Where(ur => ur.RoleId == id).Select(ur => ur.UserId).Order().ToListAsync(cancel))
        {
            if (await AccountLock.TakeAsync(db, member, cancel) is { } user)
            {
                members.Add(await changes.ApplyAsync(CredentialChange.RolesTaken, user, keep: null, ClientInfo.By(actor.UserId), cancel, $"-{role.Name}"));
            }
        }

        await db.Roles.Where(r => r.Id == id).ExecuteDeleteAsync(cancel);
        await SaveAsync(actor, SecurityEventKind.RoleDeleted, Describe(role), client, cancel);
        await transaction.CommitAsync(cancel);
        feed.ApplyHere(Topics.RolesChanged, "");
        members.ForEach(changes.ApplyHere);
        return new RoleResult.Deleted();
    }

    /// <summary>Why the actor may not change these roles; null if they may.</summary>
    internal static RoleResult.Forbidden? Beyond(HeldPermissions held, params IEnumerable<RoleView> roles) =>
        !held.Cover([Permission.RolesWrite]) ? new(T("You are not allowed to change roles."))
        : roles.FirstOrDefault(role => !held.Cover(role.Permissions)) is { } beyond ? new(T("The role {0} has permissions that you do not have.", beyond.Name))
        : null;

    // A change of a role affects the users who have it: their sessions end, or their permissions change.
    private async Task<RoleResult.Forbidden?> MemberBeyondAsync(HeldPermissions held, RoleView role, CancellationToken cancel) =>
        await AccountReach.IsBeyondAsync(db, held, db.UserRoles.Where(ur => ur.RoleId == role.Id).Select(ur => ur.UserId), cancel)
            ? new(T("A user with the role {0} has permissions that you do not have.", role.Name))
            : null;

    private static RoleResult? Refusal(HeldPermissions held, RoleView old, RoleView role, IReadOnlyList<RoleView> all) =>
        old.Id == Role.AdminId ? new RoleResult.Conflict(T("The role admin always has every permission, and its name."))
        : old.BuiltIn && role.Name != old.Name ? new RoleResult.Conflict(T("The role {0} is built in and keeps its name.", old.Name))
        : Beyond(held, old, role) is { } beyond ? beyond
        : all.Any(other => other.Id != role.Id && other.Name == role.Name) ? Taken(role.Name)
        : null;

    private static RoleResult.Invalid Taken(string? name) => new([new("Name", T("There is a role {0} already.", name))]);

    private static string[] Sorted(IReadOnlyCollection<string>? permissions) => [.. (permissions ?? []).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    private static string Describe(RoleView role) => $"{role.Name}: {string.Join(' ', role.Permissions)}";

    private static List<FieldError> Check(string? name, IReadOnlyCollection<string>? permissions)
    {
        List<FieldError> errors = [];
        if (RoleName.Check(name) is { } error)
        {
            errors.Add(error);
        }

        if ((permissions ?? []).Except(Permission.Grantable.Select(permission => permission.Name)).FirstOrDefault() is { } unknown)
        {
            errors.Add(new("Permissions", T("There is no permission {0} that a role could be given.", OneLine.Clean(unknown, 50) ?? T("without a name"))));
        }

        return errors;
    }

    // A statement for each role, in no order: otherwise the database does not know how rare each is, and looks through the whole table for the few members of one.
    private async Task<Dictionary<Guid, int>> CountMembersAsync(IEnumerable<Guid> all, int limit, CancellationToken cancel)
    {
        Dictionary<Guid, int> members = [];
        foreach (var id in all)
        {
            members[id] = await db.UserRoles.Where(ur => ur.RoleId == id).OrderBy(_ => 1).Take(limit).CountAsync(cancel);
        }

        return members;
    }

    private void Add(Guid role, IEnumerable<string> permissions) => db.RoleClaims.AddRange(
        permissions.Select(name => new Microsoft.AspNetCore.Identity.IdentityRoleClaim<Guid> { RoleId = role, ClaimType = Permission.ClaimType, ClaimValue = name }));

    private async Task SaveAsync(RoleActor actor, string kind, string detail, ClientInfo client, CancellationToken cancel)
    {
        audit.Add(db, kind, client, actor.UserId, actor.SessionId, detail);
        await db.SaveChangesAsync(cancel);
    }
}

/// <summary>The rules for names of roles. Names are in tokens and in headers that other services read, so they are plain.</summary>
internal static partial class RoleName
{
    public static FieldError? Check(string? name) => name is not null && Plain().IsMatch(name)
        ? null
        : new("Name", T("Use 1 to 50 lower-case letters, digits, dots, hyphens and underscores, beginning with a letter."));

    [GeneratedRegex(@"\A[a-z][a-z0-9._-]{0,49}\z")]
    private static partial Regex Plain();
}

/// <summary>A role as shown in the list.</summary>
/// <param name="Id">The role.</param>
/// <param name="Name">Its name.</param>
/// <param name="Permissions">Its permissions, sorted.</param>
/// <param name="Members">The number of users who have it, as far as they are counted.</param>
public sealed record RoleView(Guid Id, string Name, IReadOnlyList<string> Permissions, int Members)
{
    /// <summary>Whether it can be neither renamed nor deleted.</summary>
    public bool BuiltIn => Id == Role.UserId || Id == Role.AdminId;
}
