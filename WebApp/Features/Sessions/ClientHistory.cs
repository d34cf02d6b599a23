using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Sessions;

/// <summary>Checks which clients an account was used with before, without a cookie.</summary>
public sealed class ClientHistory(AppDbContext db, TimeProvider clock)
{
    private static readonly TimeSpan Retention = TimeSpan.FromDays(90);
    private static readonly TimeSpan NewAccountAge = TimeSpan.FromDays(30);

    /// <summary>
    /// Whether this sign-in is an account's first: the account is young, and there is no record of another sign-in. The records of an old account have been
    /// deleted, which is no reason not to notify its owner.
    /// </summary>
    public async Task<bool> IsFirstSignInAsync(User user, CancellationToken cancel) =>
        user.CreatedAt > clock.GetUtcNow() - NewAccountAge
        && !await db.Set<KnownDevice>().AnyAsync(d => d.UserId == user.Id, cancel)
        && !await db.Sessions.AnyAsync(s => s.UserId == user.Id, cancel);

    /// <summary>
    /// Whether an API client of that name (if it gives none, of the same browser or program and system) has signed in to the account before. Clients choose
    /// these values themselves, so they may only prevent an unnecessary mail.
    /// </summary>
    public async Task<bool> KnowsClientAsync(Guid userId, string? deviceName, string? userAgent, CancellationToken cancel)
    {
        var since = clock.GetUtcNow() - Retention;
        var clients = await db.Sessions.Where(s => s.UserId == userId && s.Kind == SessionKind.Api && s.CreatedAt > since)
            .Select(s => new { s.DeviceName, s.UserAgent }).Distinct().ToListAsync(cancel);
        var label = DeviceLabel.FromClient(deviceName, userAgent);
        return clients.Exists(client => DeviceLabel.FromClient(client.DeviceName, client.UserAgent) == label);
    }
}
