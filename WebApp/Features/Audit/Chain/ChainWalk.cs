namespace WebApp.Features.Audit.Chain;

/// <summary>Walks sealed events in their order and says what is wrong. After a fault it goes on from what it finds, so that one does not hide the next.</summary>
internal sealed class ChainWalk(AuditMacs macs, AuditChain? ends)
{
    private byte[]? previous = ends?.HasKnownAnchor() == true ? ends.AnchorHash : null;
    private long? last = ends?.AnchorSeq;

    /// <summary>The last event walked over; the anchor before the first.</summary>
    public long Last => last ?? 0;

    /// <summary>Its hash, as found.</summary>
    public byte[]? LastHash => previous;

    /// <summary>How many events were walked over.</summary>
    public long Count { get; private set; }

    /// <summary>What is wrong with the next event and with what should have come before it; nothing where it is genuine and in its place.</summary>
    public IReadOnlyList<AuditFault> Next(StoredEvent row)
    {
        List<AuditFault> faults = [];
        var seq = row.Seq!.Value;
        Count++;
        if (seq <= last)
        {
            // Only where the unique index is gone, or before the anchor.
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

    // The kind is signed, so only the application can have made an event that begins a chain.
    private byte[] Follows(byte[] before, StoredEvent row) => row.Kind == SecurityEventKind.AuditChainBegun
        ? macs.Beginning(before, row.Seq!.Value, row.Id, row.Mac)
        : macs.Link(before, row.Seq!.Value, row.Id, row.Mac);
}
