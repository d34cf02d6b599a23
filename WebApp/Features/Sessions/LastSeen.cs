using WebApp.Platform.Data;
using WebApp.Platform.Workers;

namespace WebApp.Features.Sessions;

/// <summary>When and from where sessions were last used.</summary>
public sealed class LastSeen(DirectDatabase database, TimeProvider clock, ILogger<LastSeen> logger) : UseBatch(database, clock, logger, Sql)
{
    // It never waits for a row, so it is part of no deadlock. A session that somebody holds at this moment is being renewed or ended, or is noted the next time.
    private const string Sql = """
        WITH free AS (SELECT id FROM sessions WHERE id = ANY ($1) FOR NO KEY UPDATE SKIP LOCKED)
        UPDATE sessions s SET last_seen_at = seen.at, ip = coalesce(seen.ip, s.ip)
        FROM unnest($1::uuid[], $2::timestamptz[], $3::inet[]) AS seen (id, at, ip) JOIN free USING (id)
        WHERE s.id = seen.id AND (s.last_seen_at < seen.at OR s.last_seen_at > seen.at + interval '5 minutes') -- The clock was set back.
        """;
}
