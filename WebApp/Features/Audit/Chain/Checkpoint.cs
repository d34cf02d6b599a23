using System.Globalization;

namespace WebApp.Features.Audit.Chain;

/// <summary>Where the chain stood at a time: a line to keep outside the database.</summary>
/// <param name="At">The time as written (UTC, ISO 8601).</param>
/// <param name="Seq">The newest event.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Mac">Made by the application alone, over the rest.</param>
public sealed record Checkpoint(string At, long Seq, byte[] Hash, byte[] Mac)
{
    /// <summary>Makes one.</summary>
    public static Checkpoint Of(DateTimeOffset now, AuditChain chain, AuditMacs macs)
    {
        var at = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return new(at, chain.HeadSeq, chain.HeadHash, macs.Checkpoint(at, chain.HeadSeq, chain.HeadHash));
    }

    /// <summary>Reads a line; null where the application did not write it.</summary>
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

    /// <summary>The line.</summary>
    public override string ToString() => $"{At} {Seq.ToString(CultureInfo.InvariantCulture)} {Convert.ToHexStringLower(Hash)} {Convert.ToHexStringLower(Mac)}";

    private static byte[]? Bytes(string hex)
    {
        var bytes = new byte[AuditMacs.Size];
        return Convert.FromHexString(hex, bytes, out var read, out var written) == System.Buffers.OperationStatus.Done && read == hex.Length && written == bytes.Length ? bytes : null;
    }
}
