using System.Globalization;
using Microsoft.Extensions.Options;
using WebApp.Platform.Data;

namespace WebApp.Features.Audit.Chain;

/// <summary>Creates checkpoints, and writes them where the database's owner may have no access.</summary>
public sealed class AuditCheckpoints(DirectDatabase database, AuditMacs macs, IOptions<AuditOptions> options, TimeProvider clock, ILogger<AuditCheckpoints> logger)
{
    private DateTimeOffset nextAt;
    private long lastSeq;

    // If the next time is further away than the interval, it was set before the clock was set back.
    private bool IsEarly(DateTimeOffset now) => now < nextAt && nextAt - now <= TimeSpan.FromMinutes(options.Value.CheckpointMinutes);

    /// <summary>The current state of the chain; null if nothing is sealed yet.</summary>
    /// <exception cref="AuditChainException">The row of the chain was changed by hand.</exception>
    public async Task<Checkpoint?> TakeAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var chain = (await AuditChainRow.FindAsync(connection, locked: false, cancel))?.Proven(macs);
        return chain is { HeadSeq: > 0 } ? Checkpoint.Create(clock.GetUtcNow(), chain, macs) : null;
    }

    /// <summary>Appends a line to <c>Audit:CheckpointFile</c>, if it is set, the last line is old enough, and the chain has grown.</summary>
    /// <exception cref="AuditChainException">The chain is shorter than it was.</exception>
    public async Task WriteIfDueAsync(CancellationToken cancel)
    {
        if (options.Value.CheckpointFile is not { Length: > 0 } file || clock.GetUtcNow() is var now && IsEarly(now) || await TakeAsync(cancel) is not { } checkpoint)
        {
            return;
        }

        if (checkpoint.Seq < lastSeq)
        {
            throw new AuditChainException($"The chain ends at event {checkpoint.Seq}, and this node has seen event {lastSeq}.");
        }

        if (checkpoint.Seq == lastSeq)
        {
            return;
        }

        try
        {
            await File.AppendAllTextAsync(file, $"{checkpoint}\n", cancel);
            (nextAt, lastSeq) = (now.AddMinutes(options.Value.CheckpointMinutes), checkpoint.Seq);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            nextAt = now.AddMinutes(1);
            logger.CheckpointPutOff(file, failure.Message);
        }
    }
}

/// <summary>The state of the chain at a time: a line to store outside the database.</summary>
/// <param name="At">The time in text form (UTC, ISO 8601).</param>
/// <param name="Seq">The newest event.</param>
/// <param name="Hash">The hash of that event.</param>
/// <param name="Mac">MAC over the other fields; only the application can create it.</param>
public sealed record Checkpoint(string At, long Seq, byte[] Hash, byte[] Mac)
{
    /// <summary>Creates a checkpoint.</summary>
    public static Checkpoint Create(DateTimeOffset now, AuditChain chain, AuditMacs macs)
    {
        var at = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return new(at, chain.HeadSeq, chain.HeadHash, macs.Checkpoint(at, chain.HeadSeq, chain.HeadHash));
    }

    /// <summary>Reads a line; null if the application did not write it.</summary>
    public static Checkpoint? TryParse(string line, AuditMacs macs)
    {
        if (line.Trim().Split(' ') is not [var at, var number, var hash, var mac]
            || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            || Bytes(hash) is not { } hashBytes
            || Bytes(mac) is not { } macBytes
            || !AuditMacs.Same(macs.Checkpoint(at, seq, hashBytes), macBytes))
        {
            return null;
        }

        return new(at, seq, hashBytes, macBytes);
    }

    /// <summary>The checkpoint as a line of text.</summary>
    public override string ToString() => $"{At} {Seq.ToString(CultureInfo.InvariantCulture)} {Convert.ToHexStringLower(Hash)} {Convert.ToHexStringLower(Mac)}";

    private static byte[]? Bytes(string hex)
    {
        var bytes = new byte[AuditMacs.Size];
        return Convert.FromHexString(hex, bytes, out var read, out var written) == System.Buffers.OperationStatus.Done && read == hex.Length && written == bytes.Length ? bytes : null;
    }
}

/// <summary>Compares checkpoints with the chain while it is read.</summary>
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

    /// <summary>Compares the hash at a position with the checkpoints taken there.</summary>
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

    /// <summary>Checks the checkpoints whose event was not found. A missing event inside the chain was reported as removed already.</summary>
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
