using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace WebApp.Platform.Data;

/// <summary>
/// Repeats a unit of work that PostgreSQL rolled back for the sake of another transaction: a deadlock (40P01) or a conflict of serializable transactions
/// (40001). One order of locks leaves little of that; what is left, such as an order inside one statement, ends here and not in an answer 503.
/// </summary>
/// <remarks>
/// It repeats only where nothing was committed, where the caller has no transaction of its own, and where nothing unsaved was tracked before, which
/// clearing the context would lose. Mails, webhooks and events are rows of the transaction, so nothing is sent twice. EF's execution strategies do not
/// allow transactions that the caller begins, and would repeat for lost connections too, where nobody knows whether the commit came through.
/// </remarks>
public static class TransactionRetry
{
    /// <summary>How often a unit of work is begun at most.</summary>
    public const int MaxAttempts = 3;

    extension(AppDbContext db)
    {
        /// <summary>Runs a unit of work that begins its transaction itself, and again where PostgreSQL rolled it back for another's sake.</summary>
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
                catch (Exception failure) when (repeatable && attempt < MaxAttempts && db.Commits == commits && IsForAnothersSake(failure))
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

    private static bool IsForAnothersSake(Exception? failure)
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

    // Before the commit: one that fails may have come through.
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
