using System.Security.Cryptography;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.Audit.Chain;

/// <summary>
/// What only the application can make, under keys that follow from <c>MASTER_KEY</c>, which is not in the database (HMAC-SHA256, ASVS 16.4.2).
/// Each purpose has a key of its own, so none passes for another.
/// </summary>
public sealed class AuditMacs(MasterKey master)
{
    /// <summary>Bytes in a MAC, and in a hash of the chain.</summary>
    public const int Size = HMACSHA256.HashSizeInBytes;

    private const int Room = 160;

    private readonly byte[] rows = master.Derive("audit rows");
    private readonly byte[] erasures = master.Derive("audit erasures");
    private readonly byte[] links = master.Derive("audit links");
    private readonly byte[] beginnings = master.Derive("audit chain beginnings");
    private readonly byte[] ends = master.Derive("audit chain");
    private readonly byte[] checkpoints = master.Derive("audit checkpoints");

    /// <summary>Of an event.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="at">Its time, in microseconds since 1970.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="personalDigest">The digest of what is personal.</param>
    public byte[] Row(Guid id, long at, string kind, byte[]? personalDigest) =>
        HMACSHA256.HashData(rows, new FieldWriter(Room).Add(id).Add(at).Add(kind).Add(personalDigest).Written);

    /// <summary>That the application erased what an event held of a person.</summary>
    public byte[] Erasure(Guid id, byte[]? rowMac) => HMACSHA256.HashData(erasures, new FieldWriter(Room).Add(id).Add(rowMac).Written);

    /// <summary>The hash that binds an event to the one before it.</summary>
    public byte[] Link(byte[] previous, long seq, Guid id, byte[]? rowMac) =>
        HMACSHA256.HashData(links, new FieldWriter(Room).Add(previous).Add(seq).Add(id).Add(rowMac).Written);

    /// <summary>The hash of an event that begins a new chain after a damaged one: as a link, and yet none.</summary>
    public byte[] Beginning(byte[] previous, long seq, Guid id, byte[]? rowMac) =>
        HMACSHA256.HashData(beginnings, new FieldWriter(Room).Add(previous).Add(seq).Add(id).Add(rowMac).Written);

    /// <summary>Of where the chain begins and ends.</summary>
    public byte[] Ends(AuditChain chain) => HMACSHA256.HashData(
        ends, new FieldWriter(Room).Add(chain.AnchorSeq).Add(chain.AnchorHash).Add(chain.HeadSeq).Add(chain.HeadHash).Written);

    /// <summary>Of a checkpoint.</summary>
    public byte[] Checkpoint(string at, long seq, byte[] hash) => HMACSHA256.HashData(checkpoints, new FieldWriter(Room).Add(at).Add(seq).Add(hash).Written);

    /// <summary>The same ends with a MAC of their own.</summary>
    public AuditChain Sealed(AuditChain chain) => chain with { Mac = Ends(chain) };

    /// <summary>Whether two MACs are the same, in constant time; an absent one is none.</summary>
    public static bool Same(byte[] made, byte[]? found) => CryptographicOperations.FixedTimeEquals(made, found ?? []);
}
