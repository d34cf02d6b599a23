using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Lockout;

/// <summary>
/// Writes the events that anybody can bring about without an account. So that strangers cannot grow the audit trail at will, an IP prefix has so many
/// an hour of each kind, and all prefixes together so many of all kinds; beyond that, one event stands for as many as there were before
/// it (the 40th, the 80th, the 160th …), and says so. The rules of suspicion do not depend on it: they count for themselves.
/// </summary>
public sealed class AnonymousEvents(AuditTrail audit, Attempts attempts, IOptions<ProtectionOptions> options)
{
    /// <summary>Events of one kind that an IP prefix has an hour before they are counted together.</summary>
    public const int PerPrefix = 20;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Adds the event to the caller's unit of work, or only counts it.</summary>
    /// <param name="db">The unit of work.</param>
    /// <param name="kind">A word of <see cref="SecurityEventKind"/>.</param>
    /// <param name="client">Where from.</param>
    /// <param name="detail">What is to be said besides; no secret.</param>
    /// <param name="cancel">Cancels.</param>
    /// <param name="userId">The account that it was about, if there is one. Known and unknown ones cost the same.</param>
    /// <param name="always">Whether it is written in any case, because something else limits it.</param>
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

    /// <summary>Whether the event of this number is written: the first ones all, then each that doubles the number.</summary>
    private static bool IsWritten(int number, int all) =>
        number <= all || (number % all == 0 && System.Numerics.BitOperations.IsPow2(number / all));
}
