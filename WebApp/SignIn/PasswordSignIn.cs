using Microsoft.EntityFrameworkCore;
using WebApp.Audit;
using WebApp.Data;
using WebApp.Data.Encryption;
using WebApp.Hosting;
using WebApp.Passwords;
using WebApp.Sessions;

namespace WebApp.SignIn;

/// <summary>The one pipeline: every password, from form or API, is judged here.</summary>
public sealed class PasswordSignIn(AppDbContext db, PasswordHashing hashing, KnownDevices devices, AuditTrail audit, TimeProvider clock)
{
    /// <summary>What a password adds to <c>amr</c> (RFC 8176).</summary>
    public const string Amr = "pwd";

    /// <summary>Judges a name and password. Costs one password hash whether or not the account exists.</summary>
    /// <param name="email">As typed.</param>
    /// <param name="password">As typed.</param>
    /// <param name="device">The key in the browser's device cookie: a trusted device skips the second factor. Null for API clients.</param>
    /// <param name="client">Where from.</param>
    /// <param name="cancel">Cancels.</param>
    /// <param name="restores">Whether the caller keeps an account that awaits deletion, as a browser's sign-in does (<see cref="Restoration"/>); elsewhere it is closed.</param>
    public async Task<SignInResult> SignInAsync(
        string? email, string? password, RowKey? device, ClientInfo client, CancellationToken cancel, bool restores = false)
    {
        var normalized = email?.Trim().ToUpperInvariant() ?? "";
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.NormalizedEmail == normalized, cancel);
        var verdict = await hashing.VerifyAsync(user?.PasswordHash, password ?? "", cancel);
        if (user is null || verdict == PasswordVerdict.Wrong || Obstacle(user, restores) is not null)
        {
            var reason = user is null ? "unknown name" : verdict == PasswordVerdict.Wrong ? "wrong password" : Obstacle(user, restores);
            audit.Add(db, SecurityEventKind.SignInFailed, client, user?.Id, detail: reason);
            await db.SaveChangesAsync(cancel);
            return new SignInResult.Refused();
        }

        if (verdict == PasswordVerdict.RightButOutdated)
        {
            await StoreAnewAsync(user, password!, cancel);
        }

        if (!user.TwoFactorEnabled)
        {
            return new SignInResult.Authenticated(user, [Amr]);
        }

        if (device is { } key && await devices.UseAsync(key, user.Id, client, cancel) is { } shownAt)
        {
            return new SignInResult.Authenticated(user, [Amr]) { AuthenticatedAt = shownAt };
        }

        // Saved with the pending sign-in. Where the second factor never follows, somebody else knows the password.
        audit.Add(db, SecurityEventKind.SecondFactorAwaited, client, user.Id);
        return new SignInResult.SecondFactorRequired(user, [Amr]);
    }

    private string? Obstacle(User user, bool restores) => Admission.Obstacle(user, clock.GetUtcNow(), restores);

    // Only over the hash that was just verified: a password changed in between stays changed.
    private async Task StoreAnewAsync(User user, string password, CancellationToken cancel)
    {
        var hash = await hashing.HashAsync(password, cancel);
        await db.Users.Where(u => u.Id == user.Id && u.PasswordHash == user.PasswordHash)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, hash), cancel);
    }
}
