using Npgsql;

namespace WebApp.Hosting;

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
                // 08: connection, 53: resources, 57P: shut down or starting up, 25006: a standby, 40: rolled back for the sake of another transaction.
                return refusal.SqlState is ['0', '8', ..] or ['5', '3', ..] or ['5', '7', 'P', ..] or ['4', '0', ..] or "25006";
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
