using System.Net;
using Npgsql;

namespace WebApp.Features.Audit.Chain;

/// <summary>An event as it is found in the database, where anybody may have written it.</summary>
internal sealed record StoredEvent(
    Guid Id, long? At, string Kind, PersonalFields Personal, bool IpIsNetwork, byte[]? Salt, byte[]? PersonalDigest, byte[]? Mac, byte[]? ErasureMac, long? Seq, byte[]? ChainHash)
{
    /// <summary>What <see cref="Read"/> reads, in this order. A time out of .NET's reach, such as infinity, is read as none.</summary>
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

    /// <summary>What is wrong with the row by itself; null where nothing is.</summary>
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
