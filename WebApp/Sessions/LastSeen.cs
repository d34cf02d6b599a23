using Npgsql;
using WebApp.Data;

namespace WebApp.Sessions;

/// <summary>When and from where sessions were last used.</summary>
public sealed class LastSeen(NpgsqlDataSource database, TimeProvider clock, ILogger<LastSeen> logger) : UseBatch(database, clock, logger, Sql)
{
    private const string Sql = """
        UPDATE sessions s SET last_seen_at = seen.at, ip = coalesce(seen.ip, s.ip)
        FROM unnest($1::uuid[], $2::timestamptz[], $3::inet[]) AS seen (id, at, ip)
        WHERE s.id = seen.id AND s.last_seen_at < seen.at
        """;
}
