using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace WebApp.Platform.Data;

/// <summary>Transactions that may be part of a larger one.</summary>
public static class Transactions
{
    extension(AppDbContext db)
    {
        /// <summary>
        /// Begins a transaction, or a savepoint in the transaction that is open. The part takes effect when the outer transaction commits; without a commit
        /// of the part, only the part is rolled back. So several services can make one atomic change.
        /// </summary>
        public async Task<IDbContextTransaction> BeginAsync(CancellationToken cancel) => db.Database.CurrentTransaction is { } whole
            ? await TransactionPart.BeginAsync(whole, cancel)
            : await db.Database.BeginTransactionAsync(cancel);
    }

    private sealed class TransactionPart(IDbContextTransaction whole) : IDbContextTransaction
    {
        private readonly string savepoint = $"part_{Guid.NewGuid():N}";
        private bool isDone;

        public Guid TransactionId => whole.TransactionId;

        public static async Task<TransactionPart> BeginAsync(IDbContextTransaction whole, CancellationToken cancel)
        {
            var part = new TransactionPart(whole);
            await whole.CreateSavepointAsync(part.savepoint, cancel);
            return part;
        }

        public Task CommitAsync(CancellationToken cancellationToken = default)
        {
            isDone = true;
            return whole.ReleaseSavepointAsync(savepoint, cancellationToken);
        }

        public Task RollbackAsync(CancellationToken cancellationToken = default)
        {
            isDone = true;
            return whole.RollbackToSavepointAsync(savepoint, cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            if (isDone)
            {
                return;
            }

            try
            {
                await RollbackAsync();
            }
            catch (Exception fault) when (fault is NpgsqlException or InvalidOperationException)
            {
                // The connection is lost, and the outer transaction with it. The caller gets the original exception.
            }
        }

        public void Commit() => throw new NotSupportedException();

        public void Rollback() => throw new NotSupportedException();

        public void Dispose() => throw new NotSupportedException();
    }
}
