using Microsoft.Extensions.Options;

namespace WebApp.Features.Tokens;

/// <summary>
/// Which managed keys there should be when. A key signs for one rotation period; its successor is announced before that, so that
/// every node knows it in time, and it still verifies until the last token it signed has run out.
/// </summary>
public sealed class SigningKeySchedule(IOptions<TokenOptions> options)
{
    /// <summary>From announcement to first use when someone asks for a rotation: minutes, because nodes learn of it by notification.</summary>
    public static readonly TimeSpan ShortNotice = TimeSpan.FromMinutes(5);

    /// <summary>How often nodes look at the keys unasked.</summary>
    public static readonly TimeSpan MaintenanceInterval = TimeSpan.FromHours(1);

    /// <summary>How long a retired key's row is kept to be seen in the console.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    private readonly TimeSpan rotation = TimeSpan.FromDays(options.Value.KeyRotationDays);

    /// <summary>From announcement to first use: a day, or half the period where that is shorter.</summary>
    public TimeSpan Notice => rotation < TimeSpan.FromDays(2) ? rotation / 2 : TimeSpan.FromDays(1);

    /// <summary>
    /// How long a key verifies after its successor has taken over: the longest a token lives, the skew allowed its expiry, and one
    /// maintenance interval for a node that signs with it a little longer because it missed the news.
    /// </summary>
    public TimeSpan Overlap { get; } =
        TimeSpan.FromTicks(Math.Max(options.Value.RefreshTokenLifetime.Ticks, options.Value.AccessTokenLifetime.Ticks))
        + options.Value.ClockSkew + MaintenanceInterval;

    /// <summary>What to do at <paramref name="now"/>, given the rows there are, in any order; with <paramref name="rotate"/>, also take a new key soon.</summary>
    public SigningKeyPlan Plan(IReadOnlyCollection<SigningKeyRow> rows, DateTimeOffset now, bool rotate = false)
    {
        var live = rows.Where(row => row.RetiresAt is null || row.RetiresAt > now).OrderBy(row => row.ActivatesAt).ThenBy(row => row.Id, StringComparer.Ordinal).ToList();
        var announce = Announce(live, now, rotate);
        return new(announce, [.. Retire(live, announce)], [.. rows.Where(row => row.RetiresAt + Remembered < now).Select(row => row.Id)]);
    }

    private DateTimeOffset? Announce(List<SigningKeyRow> live, DateTimeOffset now, bool rotate)
    {
        if (live.Count == 0)
        {
            return Second(now);
        }

        if (rotate)
        {
            // Asked twice, or just before a rotation that was coming anyway: that one will do.
            var soon = live.Any(row => row.ActivatesAt > now && row.ActivatesAt <= now + ShortNotice);
            return soon ? null : Second(now + ShortNotice);
        }

        // One look early, so that the notice is kept and the rotation still falls on its day.
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

            // Never brought forward: a token made under the earlier decision may still be about.
            if (successor + Overlap is { } retires && !(row.RetiresAt >= retires))
            {
                yield return (row.Id, retires);
            }
        }
    }

    /// <summary>Tokens tell time in whole seconds, so keys change on one.</summary>
    private static DateTimeOffset Second(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
