namespace WebApp.Platform.Mail;

/// <summary>How long a mail waits after a failed attempt.</summary>
public static class BackOff
{
    /// <summary>No wait is longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    // So many tries at least fall into a lifetime: a code that lives ten minutes never waits longer than half a minute.
    private const int TriesInALifetime = 20;

    // 2^12 s is past the hour; more would overflow in the end.
    private const int LastDoubling = 12;

    /// <summary>About 1 s after the first failure, doubling to an hour, or to a twentieth of <paramref name="lifetime"/>.</summary>
    /// <param name="attempts">Failed attempts so far, at least 1.</param>
    /// <param name="chance">From 0 to 1: spreads the wait over 80 to 120 %, so that mails which failed together do not all come back together.</param>
    /// <param name="lifetime">How long the message is worth sending; null where it does not expire.</param>
    public static TimeSpan After(int attempts, double chance, TimeSpan? lifetime = null)
    {
        var longest = lifetime is { } limited && limited / TriesInALifetime < Longest ? limited / TriesInALifetime : Longest;
        var wait = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(attempts - 1, LastDoubling))) * (0.8 + (0.4 * chance));
        return wait < longest ? wait : longest;
    }
}
