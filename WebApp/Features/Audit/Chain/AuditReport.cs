using Npgsql;

namespace WebApp.Features.Audit.Chain;

/// <summary>The result of a verification.</summary>
public sealed class AuditReport
{
    /// <summary>How many faults are stored; further ones are only counted.</summary>
    public const int MaxFaults = 50;

    private readonly List<AuditFault> faults = [];

    /// <summary>The first faults, in the order of the chain.</summary>
    public IReadOnlyList<AuditFault> Faults => faults;

    /// <summary>The number of faults.</summary>
    public long FaultCount { get; private set; }

    /// <summary>The number of sealed events that were checked.</summary>
    public long Events { get; set; }

    /// <summary>The number of events that are not sealed yet.</summary>
    public long Waiting { get; set; }

    /// <summary>The number of checkpoints that were compared.</summary>
    public int Checkpoints { get; set; }

    /// <summary>The number of checkpoints that are older than the stored events and cannot be compared any more.</summary>
    public int OldCheckpoints { get; set; }

    /// <summary>Where new chains begin after damaged ones, oldest first. The application itself began them, so they are not faults.</summary>
    public IList<ChainBeginning> Beginnings { get; } = [];

    /// <summary>Whether nothing can be sealed before a new chain is begun.</summary>
    public bool IsSealingStopped { get; set; }

    /// <summary>Whether there are no faults.</summary>
    public bool IsWhole => FaultCount == 0;

    /// <summary>Adds a fault.</summary>
    public void Add(AuditFault fault)
    {
        FaultCount++;
        if (faults.Count < MaxFaults)
        {
            faults.Add(fault);
        }
    }
}

/// <summary>An event that begins a new chain.</summary>
/// <param name="Seq">Its position.</param>
/// <param name="At">When (UTC).</param>
/// <param name="Why">The reason, where the old chain ended, and who began the new one.</param>
public sealed record ChainBeginning(long Seq, DateTimeOffset At, string? Why)
{
    /// <summary>The beginning as one line.</summary>
    public override string ToString() => $"event {Seq} begins a new chain ({At:u}): {Why}";
}

/// <summary>Something that is not as the application wrote it.</summary>
/// <param name="Seq">The event's position; null if it has none, or if the fault is not about one event.</param>
/// <param name="EventId">The event; null if it was removed, or if the fault is not about one event.</param>
/// <param name="What">What is wrong, as the rest of a sentence.</param>
public sealed record AuditFault(long? Seq, Guid? EventId, string What)
{
    /// <summary>The fault for events that were removed.</summary>
    public static AuditFault Removed(long first, long last, string how = "") => new(first, null, first == last ? $"was removed{how}" : $"to {last} were removed{how}");

    /// <summary>The fault as one line.</summary>
    public override string ToString() => (Seq, EventId) switch
    {
        ({ } seq, { } id) => $"event {seq} ({id}) {What}",
        ({ } seq, null) when What.StartsWith("to ", StringComparison.Ordinal) => $"events {seq} {What}",
        ({ } seq, null) => $"event {seq} {What}",
        (null, { } id) => $"event {id} {What}",
        _ => What,
    };
}

/// <summary>The reasons why nothing can be sealed: the row of <c>audit_chain</c> is not as the application wrote it.</summary>
internal static class SealingObstacle
{
    /// <summary>The row was removed.</summary>
    public const string Removed = "The row of audit_chain was removed.";

    /// <summary>The row was not written by the application.</summary>
    public const string Altered = "The row of audit_chain was altered.";

    /// <summary>The row is an old one.</summary>
    public const string SetBack = "The row of audit_chain was set back: there are sealed events beyond the head it names.";

    /// <summary>The obstacle; null if there is none.</summary>
    /// <param name="connection">The database connection.</param>
    /// <param name="chain">The row as stored; null if there is none.</param>
    /// <param name="macs">Used to verify the row.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task<string?> FindAsync(NpgsqlConnection connection, AuditChain? chain, AuditMacs macs, CancellationToken cancel) =>
        chain is null ? await LastAsync(connection, cancel) > 0 ? Removed : null
        : !AuditMacs.Same(macs.Ends(chain), chain.Mac) ? Altered
        : await LastAsync(connection, cancel) > chain.HeadSeq ? SetBack
        : null;

    private static async Task<long> LastAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var last = new NpgsqlCommand("SELECT max(seq) FROM security_events", connection);
        return await last.ExecuteScalarAsync(cancel) as long? ?? 0;
    }
}
