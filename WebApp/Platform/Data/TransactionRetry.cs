using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace WebApp.Platform.Data;

/// <summary>
/// Repeats a unit of work that PostgreSQL rolled back because of a conflict with another transaction: a deadlock (40P01) or a serialization failure
/// (40001). A fixed lock order prevents most conflicts; the others, such as lock order inside one statement, are repeated and not answered with 503.
/// </summary>
/// <remarks>
/// It repeats only if nothing was committed, the caller has no transaction of its own, and the context had no unsaved changes before, because the
/// context is cleared. Mails, webhooks and events are rows of the transaction, so nothing is sent twice. EF's execution strategies do not
/// allow transactions that the caller begins, and would also repeat after a lost connection, where it is unknown whether the commit succeeded.
/// </remarks>
public static class TransactionRetry
{
    /// <summary>The maximum number of attempts.</summary>
    public const int MaxAttempts = 3;

    extension(AppDbContext db)
    {
        /// <summary>Runs a unit of work that begins its transaction itself, and repeats it if PostgreSQL rolled it back because of a conflict.</summary>
        /// <param name="work">The whole unit: from the beginning of the transaction to the commit.</param>
        public async Task<T> RetryAsync<T>(Func<Task<T>> work)
        {
            var repeatable = db.Database.CurrentTransaction is null && !db.ChangeTracker.HasChanges();
            var commits = db.Commits;
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await work();
                }
                catch (Exception failure) when (repeatable && attempt < MaxAttempts && db.Commits == commits && IsConflict(failure))
                {
                    db.ChangeTracker.Clear();
                }
            }
        }

        /// <summary>The same for a unit of work without a result.</summary>
        public Task RetryAsync(Func<Task> work) => db.RetryAsync(async () =>
        {
            await work();
            return true;
        });
    }

    private static bool IsConflict(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure })
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Counts the commits of each context, for <see cref="TransactionRetry"/>.</summary>
internal sealed class CommitCounter : DbTransactionInterceptor
{
    public static CommitCounter Instance { get; } = new();

    // Counted before the commit: a commit that fails may have succeeded on the server.
    public override ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is AppDbContext db)
        {
            db.Commits++;
        }

        return new(result);
    }
}
