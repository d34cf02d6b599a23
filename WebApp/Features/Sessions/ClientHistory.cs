using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Sessions;

/// <summary>What an account has been used with before, where no cookie tells.</summary>
public sealed class ClientHistory(AppDbContext db, TimeProvider clock)
{
    private static readonly TimeSpan Memory = TimeSpan.FromDays(90);
    private static readonly TimeSpan Youth = TimeSpan.FromDays(30);

    /// <summary>
    /// Whether the sign-in under way is an account's first: it is young, and there is no trace of another. What an old account was used with
    /// has been forgotten, which is no reason not to tell its owner.
    /// </summary>
    public async Task<bool> IsFirstSignInAsync(User user, CancellationToken cancel) =>
        user.CreatedAt > clock.GetUtcNow() - Youth
        && !await db.Set<KnownDevice>().AnyAsync(d => d.UserId == user.Id, cancel)
        && !await db.Sessions.AnyAsync(s => s.UserId == user.Id, cancel);

    /// <summary>
    /// Whether an API client of that name, or of the same browser or program and system where it gives none, has signed in to the account
    /// before. A client says these of itself: good enough to spare its owner a mail, and for nothing else.
    /// </summary>
    public async Task<bool> KnowsClientAsync(Guid userId, string? deviceName, string? userAgent, CancellationToken cancel)
    {
        var since = clock.GetUtcNow() - Memory;
        var clients = await db.Sessions.Where(s => s.UserId == userId && s.Kind == SessionKind.Api && s.CreatedAt > since)
            .Select(s => new { s.DeviceName, s.UserAgent }).Distinct().ToListAsync(cancel);
        var label = DeviceLabel.Describe(deviceName, userAgent);
        return clients.Exists(client => DeviceLabel.Describe(client.DeviceName, client.UserAgent) == label);
    }
}
