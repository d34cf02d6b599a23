using System.Collections.Frozen;
using static WebApp.Features.Audit.SecurityEventKind;

namespace WebApp.Features.Audit;

/// <summary>Whether what an event reports was done or refused. It follows from the kind, so the two cannot disagree.</summary>
public static class EventOutcome
{
    /// <summary>It was done.</summary>
    public const string Success = "success";

    /// <summary>It was refused.</summary>
    public const string Failure = "failure";

    private const string FailureSuffix = "_failed";

    private static readonly FrozenSet<string> Refusals = new[] { RefreshTokenReused }.ToFrozenSet();

    /// <summary>The outcome of a kind. Kinds that end in <c>_failed</c> are refusals.</summary>
    public static string Of(string kind) => kind.EndsWith(FailureSuffix, StringComparison.Ordinal) || Refusals.Contains(kind) ? Failure : Success;
}
