using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.Audit.Chain;

/// <summary>
/// MACs that only the application can create, with keys derived from <c>MASTER_KEY</c>, which is not in the database (HMAC-SHA256, ASVS 16.4.2). Each
/// purpose has its own key, so that a MAC of one purpose is not valid for another.
/// </summary>
public sealed class AuditMacs(MasterKey master)
{
    /// <summary>Number of bytes in a MAC, and in a hash of the chain.</summary>
    public const int Size = HMACSHA256.HashSizeInBytes;

    private const int InitialCapacity = 160;

    private readonly byte[] rows = master.Derive("audit rows");
    private readonly byte[] erasures = master.Derive("audit erasures");
    private readonly byte[] links = master.Derive("audit links");
    private readonly byte[] beginnings = master.Derive("audit chain beginnings");
    private readonly byte[] ends = master.Derive("audit chain");
    private readonly byte[] checkpoints = master.Derive("audit checkpoints");

    /// <summary>The MAC of an event.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="at">Its time, in microseconds since 1970.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="personalDigest">The digest of the personal data.</param>
    public byte[] Row(Guid id, long at, string kind, byte[]? personalDigest) =>
        HMACSHA256.HashData(rows, new FieldWriter(InitialCapacity).Add(id).Add(at).Add(kind).Add(personalDigest).Written);

    /// <summary>The MAC that proves that the application erased an event's personal data.</summary>
    public byte[] Erasure(Guid id, byte[]? rowMac) => HMACSHA256.HashData(erasures, new FieldWriter(InitialCapacity).Add(id).Add(rowMac).Written);

    /// <summary>The hash that binds an event to the one before it.</summary>
    public byte[] Link(byte[] previous, long seq, Guid id, byte[]? rowMac) =>
        HMACSHA256.HashData(links, new FieldWriter(InitialCapacity).Add(previous).Add(seq).Add(id).Add(rowMac).Written);

    /// <summary>The hash of an event that begins a new chain after a damaged one. Like a link, but with another key.</summary>
    public byte[] Beginning(byte[] previous, long seq, Guid id, byte[]? rowMac) =>
        HMACSHA256.HashData(beginnings, new FieldWriter(InitialCapacity).Add(previous).Add(seq).Add(id).Add(rowMac).Written);

    /// <summary>The MAC of the chain's beginning and end.</summary>
    public byte[] Ends(AuditChain chain) => HMACSHA256.HashData(
        ends, new FieldWriter(InitialCapacity).Add(chain.AnchorSeq).Add(chain.AnchorHash).Add(chain.HeadSeq).Add(chain.HeadHash).Written);

    /// <summary>The MAC of a checkpoint.</summary>
    public byte[] Checkpoint(string at, long seq, byte[] hash) => HMACSHA256.HashData(checkpoints, new FieldWriter(InitialCapacity).Add(at).Add(seq).Add(hash).Written);

    /// <summary>The same ends with their MAC.</summary>
    public AuditChain Sealed(AuditChain chain) => chain with { Mac = Ends(chain) };

    /// <summary>Whether two MACs are equal, in constant time; an absent MAC equals none.</summary>
    public static bool Same(byte[] made, byte[]? found) => CryptographicOperations.FixedTimeEquals(made, found ?? []);
}

/// <summary>Writes fields so that two different rows never give the same bytes: the length of each field comes before it, −1 for an absent one.</summary>
internal readonly struct FieldWriter(int capacity)
{
    private const int Absent = -1;

    private readonly ArrayBufferWriter<byte> bytes = new(capacity);

    public ReadOnlySpan<byte> Written => bytes.WrittenSpan;

    public FieldWriter Add(ReadOnlySpan<byte> field)
    {
        AddLength(field.Length);
        bytes.Write(field);
        return this;
    }

    public FieldWriter Add(byte[]? field) => field is null ? AddLength(Absent) : Add(field.AsSpan());

    public FieldWriter Add(string? field)
    {
        if (field is null)
        {
            return AddLength(Absent);
        }

        var length = Encoding.UTF8.GetByteCount(field);
        AddLength(length);
        Encoding.UTF8.GetBytes(field, bytes.GetSpan(length));
        bytes.Advance(length);
        return this;
    }

    public FieldWriter Add(long field)
    {
        Span<byte> span = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(span, field);
        return Add(span);
    }

    public FieldWriter Add(Guid? field)
    {
        if (field is not { } id)
        {
            return AddLength(Absent);
        }

        Span<byte> span = stackalloc byte[16];
        id.TryWriteBytes(span, bigEndian: true, out _);
        return Add(span);
    }

    private FieldWriter AddLength(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(bytes.GetSpan(sizeof(int)), length);
        bytes.Advance(sizeof(int));
        return this;
    }
}
