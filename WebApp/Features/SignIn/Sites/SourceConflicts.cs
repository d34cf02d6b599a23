namespace WebApp.Features.SignIn.Sites;

/// <summary>Logs that a question named two different pages: at most one line a minute, since any client can bring it about.</summary>
public sealed partial class SourceConflicts(TimeProvider clock, ILogger<SourceConflicts> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private long nextAt;
    private int unlogged;

    /// <summary>Counts one, and logs it if the last line is old enough.</summary>
    public void Count()
    {
        var now = clock.GetUtcNow().UtcTicks;
        var due = Interlocked.Read(ref nextAt);
        if ((now < due && due - now <= Interval.Ticks) || Interlocked.CompareExchange(ref nextAt, now + Interval.Ticks, due) != due)
        {
            Interlocked.Increment(ref unlogged);
            return;
        }

        Refused(logger, Interlocked.Exchange(ref unlogged, 0));
    }

    // A warning: either a client tries to pass for a visitor of another site, or the proxy passes on what it should clear.
    [LoggerMessage(Level = LogLevel.Warning, Message = "forward-auth was refused: X-Original-URL and X-Forwarded-* name different pages. "
        + "Set ForwardAuth:AddressFrom to the one that the proxy writes, and have the proxy clear the other (docs/forward-auth.md). {Unlogged} more since the last such line.")]
    private static partial void Refused(ILogger logger, int unlogged);
}
