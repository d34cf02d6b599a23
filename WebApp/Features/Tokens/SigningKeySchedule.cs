using Microsoft.Extensions.Options;

namespace WebApp.Features.Tokens;

/// <summary>
/// Decides which managed keys exist at which time. A key signs for one rotation period. Its successor is announced before the end, so that every node knows
/// it in time. The old key still verifies until the last token that it signed has expired.
/// </summary>
public sealed class SigningKeySchedule(IOptions<TokenOptions> options)
{
    /// <summary>The time from announcement to first use if a rotation is requested: minutes, because nodes are notified.</summary>
    public static readonly TimeSpan ShortNotice = TimeSpan.FromMinutes(5);

    /// <summary>How often nodes check the keys without a notification.</summary>
    public static readonly TimeSpan MaintenanceInterval = TimeSpan.FromHours(1);

    /// <summary>How long a retired key's row is kept for the console.</summary>
    private static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    private readonly TimeSpan rotation = TimeSpan.FromDays(options.Value.KeyRotationDays);

    /// <summary>The time from announcement to first use: a day, or half the period if that is shorter.</summary>
    public TimeSpan Notice => rotation < TimeSpan.FromDays(2) ? rotation / 2 : TimeSpan.FromDays(1);

    /// <summary>
    /// How long a key verifies after its successor has become active: the longest lifetime of a token, the skew allowed for its expiry, and one maintenance
    /// interval for a node that signs with it a little longer because it missed the notification.
    /// </summary>
    public TimeSpan Overlap { get; } =
        TimeSpan.FromTicks(Math.Max(options.Value.RefreshTokenLifetime.Ticks, options.Value.AccessTokenLifetime.Ticks))
        + options.Value.ClockSkew + MaintenanceInterval;

    /// <summary>What to do at <paramref name="now"/>, for the given rows in any order; with <paramref name="rotate"/>, also activate a new key soon.</summary>
    public SigningKeyPlan Plan(IReadOnlyCollection<SigningKeyRow> rows, DateTimeOffset now, bool rotate = false)
    {
        var live = rows.Where(row => row.RetiresAt is null || row.RetiresAt > now).OrderBy(row => row.ActivatesAt).ThenBy(row => row.Id, StringComparer.Ordinal).ToList();
        var announce = Announce(live, now, rotate);
        return new(announce, [.. Retire(live, announce)], [.. rows.Where(row => row.RetiresAt + Retention < now).Select(row => row.Id)]);
    }

    private DateTimeOffset? Announce(List<SigningKeyRow> live, DateTimeOffset now, bool rotate)
    {
        if (live.Count == 0)
        {
            return Second(now);
        }

        if (rotate)
        {
            // Asked twice, or shortly before a scheduled rotation: the announced key is used.
            var soon = live.Any(row => row.ActivatesAt > now && row.ActivatesAt <= now + ShortNotice);
            return soon ? null : Second(now + ShortNotice);
        }

        // One check early, so that the notice is kept and the rotation still happens on its day.
        var due = live[^1].ActivatesAt + rotation;
        if (due - Notice - MaintenanceInterval > now)
        {
            return null;
        }

        // Overdue after a long stop: the notice is kept all the same.
        return due < now + Notice ? Second(now + Notice) : due;
    }

    private IEnumerable<(string Id, DateTimeOffset RetiresAt)> Retire(List<SigningKeyRow> live, DateTimeOffset? announce)
    {
        foreach (var row in live)
        {
            var successor = live.Where(other => other.ActivatesAt > row.ActivatesAt).Select(other => (DateTimeOffset?)other.ActivatesAt)
                .Append(announce > row.ActivatesAt ? announce : null).Min();

            // Never earlier than decided before: a token from the time of that decision may still be in use.
            if (successor + Overlap is { } retires && !(row.RetiresAt >= retires))
            {
                yield return (row.Id, retires);
            }
        }
    }

    /// <summary>Times in tokens are whole seconds, so keys change on a whole second.</summary>
    private static DateTimeOffset Second(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
