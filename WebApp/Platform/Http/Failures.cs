using Npgsql;

namespace WebApp.Platform.Http;

/// <summary>Sorts exceptions into what a client should be told. Whatever is not known here is our own fault: 500.</summary>
public static class Failures
{
    private const int DatabaseRetrySeconds = 5;

    /// <summary>The status, and for 503 when to come back (seconds).</summary>
    public static (int Status, int? RetryAfter) Sort(Exception exception) => exception switch
    {
        BadHttpRequestException bad => (bad.StatusCode, null),
        IUnavailable busy => (StatusCodes.Status503ServiceUnavailable, busy.RetryAfter),
        _ when HasUnusableText(exception) => (StatusCodes.Status400BadRequest, null),
        _ when IsDatabaseGone(exception) => (StatusCodes.Status503ServiceUnavailable, DatabaseRetrySeconds),
        _ => (StatusCodes.Status500InternalServerError, null),
    };

    /// <summary>Whether the database could not be reached, went away or had no room — rather than refusing a statement.</summary>
    public static bool IsDatabaseGone(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is PostgresException refusal)
            {
                // 08: connection, 28 and 3D: it does not let this user in, 40: rolled back for the sake of another transaction, 53: resources,
                // 57P: shut down or starting up, 58: its disk.
                return refusal.SqlState is ['0', '8', ..] or ['2', '8', ..] or ['3', 'D', ..] or ['4', '0', ..] or ['5', '3', ..] or ['5', '7', 'P', ..] or ['5', '8', ..]
                    or PostgresErrorCodes.ReadOnlySqlTransaction // A standby, or a primary that an operator made read-only.
                    or "25P03" // A transaction that waited too long for its next statement.
                    or PostgresErrorCodes.LockNotAvailable
                    or PostgresErrorCodes.QueryCanceled;
            }

            if (exception is NpgsqlException)
            {
                return true;
            }
        }

        return false;
    }

    // U+0000 is a character to JSON and none to PostgreSQL. No honest client sends one, so no field is asked about it.
    private static bool HasUnusableText(Exception exception) =>
        (exception as PostgresException ?? exception.InnerException as PostgresException)?.SqlState == PostgresErrorCodes.CharacterNotInRepertoire;
}

/// <summary>An exception that means “not now”: answered 503 with <c>Retry-After</c>, nothing having been done.</summary>
public interface IUnavailable
{
    /// <summary>Seconds after which trying again makes sense.</summary>
    int RetryAfter { get; }
}
