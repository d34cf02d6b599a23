using Microsoft.Extensions.Options;
using WebApp.Audit;
using WebApp.Data;
using WebApp.Data.Users;
using WebApp.Hosting;
using WebApp.Passwords;
using WebApp.Protection;
using WebApp.Tokens;

namespace WebApp.SignIn.MasterPasswords;

/// <summary>
/// The door for when no administrator can sign in. It belongs to no account, so nothing but its own counters stands before it: few guesses from one
/// place, and few from everywhere together. Every use and every lockout is told to the administrators.
/// </summary>
public sealed class MasterPasswordSignIn(
    AppDbContext db, PasswordHashing hashing, MasterTokens tokens, Attempts attempts, Suspicion suspicion, AuditTrail audit, IOptions<MasterPasswordOptions> master)
{
    /// <summary>Guesses from one IP prefix in a <see cref="Window"/>.</summary>
    public const int PerPrefix = 5;

    /// <summary>Guesses from everywhere in a <see cref="Window"/>.</summary>
    public const int InTotal = 20;

    /// <summary>How long guesses count.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private const string Total = "master-password";

    /// <summary>Judges it.</summary>
    public async Task<MasterPasswordResult> SignInAsync(string password, ClientInfo client, CancellationToken cancel)
    {
        if (!tokens.IsOn)
        {
            return new MasterPasswordResult.Off();
        }

        var prefix = $"{Total}:from:{IpPrefix.Of(client.Ip)}";
        if ((await attempts.SpendAsync(prefix, PerPrefix, Window, cancel) ?? await attempts.SpendAsync(Total, InTotal, Window, cancel)) is { } wait)
        {
            await suspicion.MasterPasswordLockedAsync(client, Window, cancel);
            return new MasterPasswordResult.TooMany(wait);
        }

        if (await hashing.VerifyAsync(master.Value.MasterPasswordHash, password, cancel) == PasswordVerdict.Wrong)
        {
            audit.Add(db, SecurityEventKind.MasterPasswordFailed, client);
            await db.SaveChangesAsync(cancel);
            return new MasterPasswordResult.Wrong();
        }

        // What others guessed stays counted.
        await attempts.ClearAsync(prefix, cancel);
        await suspicion.MasterPasswordUsedAsync(db, MasterAdministrator.Id, client, cancel);
        await db.SaveChangesAsync(cancel);
        return new MasterPasswordResult.Admitted(tokens.Issue());
    }
}
