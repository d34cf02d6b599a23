using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Lockout;

/// <summary>
/// Records events that anybody can cause without an account. To limit the growth of the audit trail, an IP prefix may record a fixed number per hour of
/// each kind, and all prefixes together a fixed number of all kinds. Beyond that, one event represents as many as there were before it (the 40th, the 80th,
/// the 160th …), and says so. The detection of suspicious patterns does not depend on it and has its own counters.
/// </summary>
public sealed class AnonymousEvents(AuditTrail audit, Attempts attempts, IOptions<ProtectionOptions> options)
{
    /// <summary>Events of one kind per hour from one IP prefix that are recorded one by one.</summary>
    public const int PerPrefix = 20;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Adds the event to the caller's unit of work, or only counts it.</summary>
    /// <param name="db">The unit of work.</param>
    /// <param name="kind">A value of <see cref="SecurityEventKind"/>.</param>
    /// <param name="client">The client.</param>
    /// <param name="detail">Additional text; not secret.</param>
    /// <param name="cancel">Cancels.</param>
    /// <param name="userId">The account concerned, if there is one. Known and unknown accounts cost the same.</param>
    /// <param name="always">Whether the event is always recorded, because something else limits it.</param>
    public async Task AddAsync(
        AppDbContext db, string kind, ClientInfo client, string? detail, CancellationToken cancel, Guid? userId = null, bool always = false)
    {
        var own = await attempts.CountAsync($"event:{kind}:{IpPrefix.Containing(client.Ip)}", Hour, cancel);
        if (!IsWritten(own, PerPrefix) && !always)
        {
            return;
        }

        var all = await attempts.CountAsync("event", Hour, cancel);
        if (IsWritten(all, options.Value.AnonymousEventsPerHour) || always)
        {
            var before = own > PerPrefix ? $"number {own} from this network within an hour" : null;
            audit.Add(db, kind, client, userId, detail: always || before is null ? detail : detail is null ? before : $"{detail}; {before}");
        }
    }

    /// <summary>Whether the event with this number is recorded: all of the first ones, then each that doubles the number.</summary>
    private static bool IsWritten(int number, int all) =>
        number <= all || (number % all == 0 && System.Numerics.BitOperations.IsPow2(number / all));
}
