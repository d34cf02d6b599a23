using Npgsql;

namespace WebApp.Platform.Http;

/// <summary>Maps exceptions to the answer that the client gets. Any other exception is a bug: 500.</summary>
public static class Failures
{
    private const int DatabaseRetrySeconds = 5;

    /// <summary>The status, and for 503 the value of <c>Retry-After</c> (seconds).</summary>
    public static (int Status, int? RetryAfter) Sort(Exception exception) => exception switch
    {
        BadHttpRequestException bad => (bad.StatusCode, null),
        IUnavailable busy => (StatusCodes.Status503ServiceUnavailable, busy.RetryAfter),
        _ when HasUnusableText(exception) => (StatusCodes.Status400BadRequest, null),
        _ when IsDatabaseGone(exception) => (StatusCodes.Status503ServiceUnavailable, DatabaseRetrySeconds),
        _ => (StatusCodes.Status500InternalServerError, null),
    };

    /// <summary>Whether the database was unreachable, disconnected or out of resources, rather than rejecting a statement.</summary>
    public static bool IsDatabaseGone(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is PostgresException refusal)
            {
                // 08: connection, 28 and 3D: login or database refused, 40: rolled back because of another transaction, 53: resources,
                // 57P: shut down or starting up, 58: system error, such as the disk.
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

    // JSON allows U+0000 and PostgreSQL does not. No ordinary client sends it, so it is not validated per field.
    private static bool HasUnusableText(Exception exception) =>
        (exception as PostgresException ?? exception.InnerException as PostgresException)?.SqlState == PostgresErrorCodes.CharacterNotInRepertoire;
}

/// <summary>An exception for a temporary refusal: answered with 503 and <c>Retry-After</c>. Nothing was changed.</summary>
public interface IUnavailable
{
    /// <summary>Seconds after which the client should try again.</summary>
    int RetryAfter { get; }
}
