using System.Data;
using Npgsql;
using WebApp.Platform.Data;

namespace WebApp.Features.Audit.Chain;

/// <summary>Reads the whole audit trail, in the chain's order and one row at a time, and reports what is not as the application wrote it.</summary>
public sealed class AuditVerification(DirectDatabase database, AuditMacs macs, TimeProvider clock)
{
    /// <summary>An event that is unsealed for longer is a fault: either no node runs, or none can seal.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>Verifies all stored events, in one snapshot, and compares them with checkpoints.</summary>
    /// <param name="checkpointLines">Lines stored outside the database; empty ones are ignored.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<AuditReport> RunAsync(IReadOnlyList<string> checkpointLines, CancellationToken cancel)
    {
        var report = new AuditReport();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        var ends = await AuditChainRow.FindAsync(connection, locked: false, cancel);
        var isGenuine = ends is not null && AuditMacs.Same(macs.Ends(ends), ends.Mac);
        var checkpoints = new CheckpointComparison(checkpointLines, macs, report);
        var walk = new ChainWalk(macs, isGenuine ? ends : null);
        if (isGenuine && ends!.HasKnownAnchor())
        {
            checkpoints.Compare(ends.AnchorSeq, ends.AnchorHash);
        }

        await foreach (var row in ReadAsync(connection, "seq IS NOT NULL ORDER BY seq", cancel))
        {
            var faults = walk.Next(row);
            Add(report, faults);
            if (row.Kind == SecurityEventKind.AuditChainBegun && faults.All(fault => fault.EventId != row.Id))
            {
                report.Beginnings.Add(new(row.Seq!.Value, StoredTime.FromMicroseconds(row.At!.Value), row.Personal.Detail));
            }

            checkpoints.Compare(row.Seq!.Value, row.ChainHash);
        }

        report.Events = walk.Count;
        report.IsSealingStopped = await SealingObstacle.FindAsync(connection, ends, macs, cancel) is not null;
        Add(report, EndFaults(ends, isGenuine, walk, checkpoints.Any));
        checkpoints.Finish(isGenuine ? ends!.AnchorSeq : 0, walk.Last);
        await foreach (var row in ReadAsync(connection, "seq IS NULL ORDER BY id", cancel))
        {
            report.Waiting++;
            if ((row.Fault(macs) ?? WaitFault(row)) is { } fault)
            {
                report.Add(new(null, row.Id, fault));
            }
        }

        return report;
    }

    private static IEnumerable<AuditFault> EndFaults(AuditChain? ends, bool isGenuine, ChainWalk walk, bool isExpected)
    {
        if (ends is null)
        {
            return walk.Count > 0 || isExpected ? [new(null, null, "the row of audit_chain was removed")] : [];
        }

        return !isGenuine ? [new(null, null, "the row of audit_chain was altered")]
            : walk.Last < ends.HeadSeq ? [AuditFault.Removed(walk.Last + 1, ends.HeadSeq)]
            : walk.Last > ends.HeadSeq ? [new(null, null, $"the row of audit_chain was set back: it ends at event {ends.HeadSeq}, the events at {walk.Last}")]
            : !AuditMacs.Same(ends.HeadHash, walk.LastHash) ? [new(walk.Last, null, "is not the one the chain ended with")]
            : [];
    }

    private string? WaitFault(StoredEvent row) =>
        clock.GetUtcNow() - StoredTime.FromMicroseconds(row.At!.Value) > LongestWait ? $"waits for its seal since {StoredTime.FromMicroseconds(row.At.Value):u}" : null;

    private static void Add(AuditReport report, IEnumerable<AuditFault> faults)
    {
        foreach (var fault in faults)
        {
            report.Add(fault);
        }
    }

    private static async IAsyncEnumerable<StoredEvent> ReadAsync(
        NpgsqlConnection connection, string which, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await using var select = new NpgsqlCommand($"SELECT {StoredEvent.Columns} FROM security_events WHERE {which}", connection) { CommandTimeout = 0 };
        await using var row = await select.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
        {
            yield return StoredEvent.Read(row);
        }
    }
}

/// <summary>
/// Reads sealed events in order and reports what is wrong. After a fault it continues from the data it found, so that one fault does not hide the next.
/// </summary>
internal sealed class ChainWalk(AuditMacs macs, AuditChain? ends)
{
    private byte[]? previous = ends?.HasKnownAnchor() == true ? ends.AnchorHash : null;
    private long? last = ends?.AnchorSeq;

    /// <summary>The last event that was read; the anchor before the first.</summary>
    public long Last => last ?? 0;

    /// <summary>The hash of that event, as stored.</summary>
    public byte[]? LastHash => previous;

    /// <summary>The number of events that were read.</summary>
    public long Count { get; private set; }

    /// <summary>The faults of the next event and of missing ones before it; empty if it is genuine and in its position.</summary>
    public IReadOnlyList<AuditFault> Next(StoredEvent row)
    {
        List<AuditFault> faults = [];
        var seq = row.Seq!.Value;
        Count++;
        if (seq <= last)
        {
            // Only if the unique index is missing, or before the anchor.
            return [new(seq, row.Id, "was inserted: its place was taken, or is before what is kept")];
        }

        if (last is { } before && seq > before + 1)
        {
            faults.Add(AuditFault.Removed(before + 1, seq - 1));
            previous = null;
        }

        if (row.Fault(macs) is { } fault)
        {
            faults.Add(new(seq, row.Id, fault));
        }
        else if (row.ChainHash is null || (previous is not null && !AuditMacs.Same(Follows(previous, row), row.ChainHash)))
        {
            faults.Add(new(seq, row.Id, "does not follow the event before it: moved, or its neighbour was replaced"));
        }

        (last, previous) = (seq, row.ChainHash);
        return faults;
    }

    // The kind is signed, so only the application can have created an event that begins a chain.
    private byte[] Follows(byte[] before, StoredEvent row) => row.Kind == SecurityEventKind.AuditChainBegun
        ? macs.Beginning(before, row.Seq!.Value, row.Id, row.Mac)
        : macs.Link(before, row.Seq!.Value, row.Id, row.Mac);
}
