using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Text;
using WebApp.Platform.Users;

namespace WebApp.Features.SignIn.Proxy;

/// <summary>
/// Finds the account for a name that the proxy sends. An address means the account with that address. Any other name means the account that was
/// created here for it, and never one that has the address in the second header: a proxy that sets only the first header passes on what a client
/// put into the second.
/// </summary>
public sealed class ProxyAccounts(IDbContextFactory<AppDbContext> contexts, AuditTrail audit, IOptions<ProxySignInOptions> options, TimeProvider clock)
{
    private const string Provider = "proxy";
    private const int MaxKeyLength = 128;

    /// <summary>The account, which is created if provisioning is on; null if there is none.</summary>
    public async Task<User?> FindOrMakeAsync(ProxyIdentity.Named named, ClientInfo client, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        if (await FindAsync(db, named.Name, cancel) is { } known && !await IsAbandonedAsync(db, known, cancel))
        {
            return known;
        }

        var address = EmailAddress.Parse(named.Name) ?? named.Email;
        if (!options.Value.Provision || address is null)
        {
            return null;
        }

        try
        {
            return await MakeAsync(db, named.Name, address, client, cancel);
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Created by a concurrent request; or the address belongs to a user with another name.
            db.ChangeTracker.Clear();
            return await FindAsync(db, named.Name, cancel) is { } made && !await IsAbandonedAsync(db, made, cancel) ? made : null;
        }
    }

    /// <summary>Whether a name means this user. Queries the database only if the name is not an address.</summary>
    public async ValueTask<bool> MeansAsync(string name, UserSnapshot user, CancellationToken cancel)
    {
        if (EmailAddress.Parse(name) is { } address)
        {
            return EmailAddress.Normalize(address) == EmailAddress.Normalize(user.Email);
        }

        return await WasMadeForAsync(name, user.Id, cancel);
    }

    /// <summary>
    /// Whether an account was created for the proxy's user of this name. Such an account is theirs, whether or not its address is confirmed.
    /// Another account that only has the address, such as an imported one, waits for a password reset by its owner.
    /// </summary>
    public async Task<bool> WasMadeForAsync(string name, Guid userId, CancellationToken cancel)
    {
        var key = KeyFor(name);
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.UserLogins.AnyAsync(login => login.LoginProvider == Provider && login.ProviderKey == key && login.UserId == userId, cancel);
    }

    private static async Task<User?> FindAsync(AppDbContext db, string name, CancellationToken cancel)
    {
        if (EmailAddress.Parse(name) is { } address)
        {
            var normalized = EmailAddress.Normalize(address);
            return await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.NormalizedEmail == normalized, cancel);
        }

        var key = KeyFor(name);
        return await db.UserLogins.Where(login => login.LoginProvider == Provider && login.ProviderKey == key)
            .Join(db.Users, login => login.UserId, user => user.Id, (_, user) => user).AsNoTracking().SingleOrDefaultAsync(cancel);
    }

    // The column holds 128 characters.
    private static string KeyFor(string name)
    {
        var key = EmailAddress.Parse(name) is { } address ? EmailAddress.Normalize(address) : name;
        return key.Length <= MaxKeyLength ? key : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }

    // A registration that an earlier version left unfinished is nobody's account, and anybody may have set its password.
    private static async Task<bool> IsAbandonedAsync(AppDbContext db, User user, CancellationToken cancel) =>
        !user.EmailConfirmed
        && await db.Database.SqlQueryRaw<bool>($"""SELECT {UnconfirmedAccounts.AbandonedSql} AS "Value" FROM users u WHERE u.id = @id""", new NpgsqlParameter("id", user.Id))
            .SingleOrDefaultAsync(cancel);

    // Creates the account without a password. The owner can set one by a mailed reset, which also confirms the address if the proxy is not
    // trusted for that.
    private async Task<User> MakeAsync(AppDbContext db, string name, string address, ClientInfo client, CancellationToken cancel)
    {
        var (key, normalized) = (KeyFor(name), EmailAddress.Normalize(address));
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await UnconfirmedAccounts.RemoveAbandonedAsync(db, normalized, cancel);

        // An account that was created for an address and has another address now is found by the new one.
        if (EmailAddress.Parse(name) is not null)
        {
            await db.UserLogins.Where(login => login.LoginProvider == Provider && login.ProviderKey == key).ExecuteDeleteAsync(cancel);
        }

        var user = NewUser.Add(db, address, normalized, options.Value.TrustEmail, clock.GetUtcNow(), language: Language.Current);
        db.UserLogins.Add(new IdentityUserLogin<Guid> { LoginProvider = Provider, ProviderKey = key, UserId = user.Id });
        audit.Add(db, SecurityEventKind.Registered, client, user.Id, detail: "by the proxy");
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return user;
    }
}
