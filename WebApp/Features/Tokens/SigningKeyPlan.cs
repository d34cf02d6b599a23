namespace WebApp.Features.Tokens;

/// <summary>What is to be done to the managed keys.</summary>
/// <param name="Announce">When the key to be made becomes active (UTC); null for none.</param>
/// <param name="Retire">Keys whose retirement is decided, or put off, and when it comes (UTC).</param>
/// <param name="Forget">Keys retired so long that their rows can go.</param>
public sealed record SigningKeyPlan(
    DateTimeOffset? Announce, IReadOnlyList<(string Id, DateTimeOffset RetiresAt)> Retire, IReadOnlyList<string> Forget)
{
    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Announce is null && Retire.Count == 0 && Forget.Count == 0;
}
