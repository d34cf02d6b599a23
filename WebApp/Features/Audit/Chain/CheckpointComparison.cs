namespace WebApp.Features.Audit.Chain;

/// <summary>Holds checkpoints against the chain while it is walked.</summary>
internal sealed class CheckpointComparison
{
    private readonly AuditReport report;
    private readonly Dictionary<long, List<Checkpoint>> open;

    public CheckpointComparison(IReadOnlyList<string> lines, AuditMacs macs, AuditReport report)
    {
        this.report = report;
        var read = lines.Index().Where(line => line.Item.Trim().Length > 0).Select(line => (Number: line.Index + 1, Checkpoint: Checkpoint.TryParse(line.Item, macs))).ToList();
        open = read.Select(line => line.Checkpoint).OfType<Checkpoint>().GroupBy(checkpoint => checkpoint.Seq).ToDictionary(group => group.Key, group => group.ToList());
        Any = read.Count > 0;
        foreach (var (number, _) in read.Where(line => line.Checkpoint is null))
        {
            report.Add(new(null, null, $"line {number} of the checkpoints was not written by the application"));
        }
    }

    /// <summary>Whether there are lines.</summary>
    public bool Any { get; }

    /// <summary>Compares what stands at a place with the checkpoints taken there.</summary>
    public void Compare(long seq, byte[]? hash)
    {
        if (!open.Remove(seq, out var taken))
        {
            return;
        }

        report.Checkpoints += taken.Count;
        foreach (var checkpoint in taken.Where(checkpoint => !AuditMacs.Same(checkpoint.Hash, hash)))
        {
            report.Add(new(seq, null, $"is not the one that the checkpoint of {checkpoint.At} knows"));
        }
    }

    /// <summary>Checks the checkpoints whose event was not met. One that is missing inside the chain was told as removed.</summary>
    public void Finish(long anchor, long last)
    {
        foreach (var checkpoint in open.Values.SelectMany(taken => taken).OrderBy(checkpoint => checkpoint.Seq))
        {
            if (checkpoint.Seq < anchor)
            {
                report.OldCheckpoints++;
                continue;
            }

            report.Checkpoints++;
            if (checkpoint.Seq > last)
            {
                report.Add(AuditFault.Removed(last + 1, checkpoint.Seq, $", as the checkpoint of {checkpoint.At} shows"));
            }
        }
    }
}
