using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace WebApp.Platform.Data;

/// <summary>Transactions that may be part of a larger one.</summary>
public static class Transactions
{
    extension(AppDbContext db)
    {
        /// <summary>
        /// Begins a transaction, or a part of the one that is open: what is committed here then stands once the whole is committed, and what is not
        /// is undone by itself. So several services make one change of theirs, all of it or nothing.
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
                // The connection is gone, and the whole with it. The caller is told what broke it.
            }
        }

        public void Commit() => throw new NotSupportedException();

        public void Rollback() => throw new NotSupportedException();

        public void Dispose() => throw new NotSupportedException();
    }
}
