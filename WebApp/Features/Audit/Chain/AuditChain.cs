using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;

namespace WebApp.Features.Audit.Chain;

/// <summary>The beginning and end of the chain: the one row of <c>audit_chain</c>. Its lock is required to extend or cut the chain.</summary>
public sealed record AuditChain
{
    /// <summary>The only id of the table.</summary>
    public const short OnlyId = 1;

    /// <summary>Always <see cref="OnlyId"/>.</summary>
    public short Id { get; init; } = OnlyId;

    /// <summary>The last event that retention removed; 0 if none.</summary>
    public long AnchorSeq { get; init; }

    /// <summary>
    /// The hash of that event, on which the first stored event builds. All zero before the first event ever, and if <see cref="HasKnownAnchor"/> is false.
    /// </summary>
    public required byte[] AnchorHash { get; init; }

    /// <summary>The newest sealed event.</summary>
    public long HeadSeq { get; init; }

    /// <summary>The hash of that event.</summary>
    public required byte[] HeadHash { get; init; }

    /// <summary>MAC over the other fields; only the application can create it.</summary>
    public byte[] Mac { get; init; } = [];

    /// <summary>Whether the hash is known on which the first event builds. It is not if the row was lost and a new chain was begun after the existing events.</summary>
    public bool HasKnownAnchor() => AnchorSeq == 0 || AnchorHash.AsSpan().ContainsAnyExcept((byte)0);
}

internal sealed class AuditChainModel : IEntityTypeConfiguration<AuditChain>
{
    public void Configure(EntityTypeBuilder<AuditChain> chain)
    {
        chain.ToTable("audit_chain");
        chain.Property(c => c.Id).ValueGeneratedNever();
    }
}

/// <summary>Reads and writes the row of <c>audit_chain</c>.</summary>
internal static class AuditChainRow
{
    private const string Select = "SELECT anchor_seq, anchor_hash, head_seq, head_hash, mac FROM audit_chain WHERE id = 1";

    private const string Update = "UPDATE audit_chain SET anchor_seq = $1, anchor_hash = $2, head_seq = $3, head_hash = $4, mac = $5 WHERE id = 1";

    private const string Insert = "INSERT INTO audit_chain (id, anchor_seq, anchor_hash, head_seq, head_hash, mac) VALUES (1, $1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";

    /// <summary>The row as stored; null if there is none.</summary>
    public static async Task<AuditChain?> FindAsync(NpgsqlConnection connection, bool locked, CancellationToken cancel)
    {
        await using var select = new NpgsqlCommand(locked ? $"{Select} FOR UPDATE" : Select, connection);
        await using var row = await select.ExecuteReaderAsync(cancel);
        return !await row.ReadAsync(cancel) ? null : new()
        {
            AnchorSeq = row.GetInt64(0),
            AnchorHash = row.GetFieldValue<byte[]>(1),
            HeadSeq = row.GetInt64(2),
            HeadHash = row.GetFieldValue<byte[]>(3),
            Mac = row.GetFieldValue<byte[]>(4),
        };
    }

    /// <exception cref="AuditChainException">The row was not written by the application.</exception>
    public static AuditChain Proven(this AuditChain chain, AuditMacs macs) =>
        AuditMacs.Same(macs.Ends(chain), chain.Mac) ? chain : throw new AuditChainException(SealingObstacle.Altered);

    public static Task WriteAsync(NpgsqlConnection connection, AuditChain chain, CancellationToken cancel) => ExecuteAsync(connection, Update, chain, cancel);

    /// <summary>Returns false if another node added it first.</summary>
    public static async Task<bool> AddAsync(NpgsqlConnection connection, AuditChain chain, CancellationToken cancel) =>
        await ExecuteAsync(connection, Insert, chain, cancel) == 1;

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, AuditChain chain, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection)
        {
            Parameters = { new() { Value = chain.AnchorSeq }, new() { Value = chain.AnchorHash }, new() { Value = chain.HeadSeq }, new() { Value = chain.HeadHash }, new() { Value = chain.Mac } },
        };
        return await command.ExecuteNonQueryAsync(cancel);
    }
}

/// <summary>The chain's ends are not as the application wrote them: nothing is added or cut until an administrator has checked it.</summary>
public sealed class AuditChainException(string message) : Exception(message);

/// <summary>An event as stored in the database, where it may have been changed by hand.</summary>
internal sealed record StoredEvent(
    Guid Id, long? At, string Kind, PersonalFields Personal, bool IpIsNetwork, byte[]? Salt, byte[]? PersonalDigest, byte[]? Mac, byte[]? ErasureMac, long? Seq, byte[]? ChainHash)
{
    /// <summary>The columns for <see cref="Read"/>, in this order. A time outside the range of .NET, such as infinity, is read as null.</summary>
    public const string Columns = """
        id, CASE WHEN at BETWEEN '1970-01-01Z' AND '9000-01-01Z' THEN (extract(epoch FROM at) * 1000000)::bigint END, kind,
        user_id, session_id, host(ip), ip IS NOT NULL AND masklen(ip) < CASE family(ip) WHEN 4 THEN 32 ELSE 128 END, user_agent, detail,
        salt, personal_digest, mac, erasure_mac, seq, chain_hash, actor_id
        """;

    public static StoredEvent Read(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        row.IsDBNull(1) ? null : row.GetInt64(1),
        row.GetString(2),
        new(Value<Guid>(row, 3), Value<Guid>(row, 4), row.IsDBNull(5) ? null : IPAddress.Parse(row.GetString(5)), Text(row, 7), Text(row, 8), Value<Guid>(row, 15)),
        row.GetBoolean(6),
        Bytes(row, 9),
        Bytes(row, 10),
        Bytes(row, 11),
        Bytes(row, 12),
        Value<long>(row, 13),
        Bytes(row, 14));

    /// <summary>What is wrong with the row by itself; null if nothing is.</summary>
    public string? Fault(AuditMacs macs)
    {
        if (Mac is null)
        {
            return "was not written by the application";
        }

        if (At is not { } at || !AuditMacs.Same(macs.Row(Id, at, Kind, PersonalDigest), Mac))
        {
            return "was altered, or was not written by the application";
        }

        if (Salt is null || ErasureMac is not null)
        {
            return Salt is null && Personal.AreErased && AuditMacs.Same(macs.Erasure(Id, Mac), ErasureMac) ? null : "was erased, but not by the application";
        }

        return IpIsNetwork || !AuditMacs.Same(Personal.Digest(Salt), PersonalDigest) ? "was altered" : null;
    }

    private static T? Value<T>(NpgsqlDataReader row, int column)
        where T : struct => row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static byte[]? Bytes(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);
}

/// <summary>Times as PostgreSQL stores them: in whole microseconds since 1970.</summary>
internal static class StoredTime
{
    public static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicroseconds(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
