using WebApp.Platform.Data;
using WebApp.Platform.Workers;

namespace WebApp.Features.Tokens;

/// <summary>When API tokens were last used.</summary>
public sealed class ApiTokenUses(DirectDatabase database, TimeProvider clock, ILogger<ApiTokenUses> logger) : UseBatch(database, clock, logger, Sql)
{
    // It never waits for a row, so it is part of no deadlock.
    private const string Sql = """
        WITH free AS (SELECT id FROM api_tokens WHERE id = ANY ($1) FOR NO KEY UPDATE SKIP LOCKED)
        UPDATE api_tokens t SET last_used_at = used.at
        FROM unnest($1::uuid[], $2::timestamptz[], $3::inet[]) AS used (id, at, ip) JOIN free USING (id)
        WHERE t.id = used.id AND (t.last_used_at IS NULL OR t.last_used_at < used.at OR t.last_used_at > used.at + interval '5 minutes')
        """;
}
