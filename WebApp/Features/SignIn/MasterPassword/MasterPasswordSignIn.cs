using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Alerts;
using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Features.Passwords;
using WebApp.Features.Tokens;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Features.SignIn.MasterPassword;

/// <summary>
/// Sign-in for the case that no administrator can sign in. It belongs to no account, so only its own counters limit it: few guesses from one IP
/// prefix, and few from all unknown prefixes together. Prefixes from which the master password was right before, and
/// <c>Admin:TrustedNetworks</c>, do not count as unknown: an attacker who uses up the common guesses blocks only unknown prefixes. The
/// administrators are notified of every use and every lockout.
/// </summary>
public sealed class MasterPasswordSignIn(
    AppDbContext db, PasswordHashing hashing, MasterTokens tokens, Attempts attempts, Suspicion suspicion, AuditTrail audit, IOptions<MasterPasswordOptions> master,
    TimeProvider clock)
{
    /// <summary>Guesses allowed from one IP prefix in a <see cref="Window"/>.</summary>
    public const int PerPrefix = 5;

    /// <summary>Guesses allowed from all unknown prefixes in a <see cref="Window"/>.</summary>
    public const int ByStrangers = 20;

    /// <summary>How long guesses count.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>How long a prefix stays known after the master password was right from there.</summary>
    public static readonly TimeSpan KnownFor = TimeSpan.FromDays(180);

    private const string Key = "master-password";

    /// <summary>Checks the master password.</summary>
    public async Task<MasterPasswordResult> SignInAsync(string password, ClientInfo client, CancellationToken cancel)
    {
        if (!tokens.IsOn)
        {
            return new MasterPasswordResult.Off();
        }

        var prefix = $"{Key}:from:{IpPrefix.Containing(client.Ip)}";
        var refused = await attempts.SpendAsync(prefix, PerPrefix, Window, cancel);
        if (refused is null && !await IsKnownAsync(client.Ip, cancel))
        {
            refused = await attempts.SpendAsync($"{Key}:strangers", ByStrangers, Window, cancel);
        }

        if (refused is { } wait)
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

        // Wrong guesses from other prefixes stay counted.
        await attempts.ClearAsync(prefix, cancel);
        await suspicion.MasterPasswordUsedAsync(db, MasterAdministrator.Id, client, cancel);
        await db.SaveChangesAsync(cancel);
        return new MasterPasswordResult.Admitted(tokens.Issue());
    }

    private async Task<bool> IsKnownAsync(IPAddress? address, CancellationToken cancel)
    {
        if (address is null)
        {
            return false;
        }

        if (master.Value.Networks.Any(network => network is { } trusted && trusted.Contains(address)))
        {
            return true;
        }

        var (prefix, since) = (IpPrefix.Containing(address).ToString(), clock.GetUtcNow() - KnownFor);
        return await db.SecurityEvents.FromSql($"SELECT * FROM security_events WHERE kind = {SecurityEventKind.MasterPasswordUsed} AND ip <<= {prefix}::inet")
            .AnyAsync(used => used.At > since, cancel);
    }
}

/// <summary>The result of a sign-in with the master password.</summary>
public abstract record MasterPasswordResult
{
    private MasterPasswordResult()
    {
    }

    /// <summary>The password is right.</summary>
    public sealed record Admitted(IssuedTokens Tokens) : MasterPasswordResult;

    /// <summary>No master password is configured.</summary>
    public sealed record Off : MasterPasswordResult;

    /// <summary>The password is wrong.</summary>
    public sealed record Wrong : MasterPasswordResult;

    /// <summary>No password is checked before <paramref name="RetryAfter"/> is over.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : MasterPasswordResult;
}
