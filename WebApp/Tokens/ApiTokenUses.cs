using Npgsql;
using WebApp.Data;

namespace WebApp.Tokens;

/// <summary>When API tokens were last used.</summary>
public sealed class ApiTokenUses(NpgsqlDataSource database, TimeProvider clock, ILogger<ApiTokenUses> logger) : UseBatch(database, clock, logger, Sql)
{
    private const string Sql = """
        UPDATE api_tokens t SET last_used_at = used.at
        FROM unnest($1::uuid[], $2::timestamptz[], $3::inet[]) AS used (id, at, ip)
        WHERE t.id = used.id AND (t.last_used_at IS NULL OR t.last_used_at < used.at)
        """;
}
