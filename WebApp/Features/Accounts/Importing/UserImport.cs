using Microsoft.EntityFrameworkCore;
using Npgsql;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Accounts.Importing;

/// <summary>
/// Imports accounts from another system, in bounded memory. A file is identified by its digest: a finished one is not imported again, and an interrupted
/// one continues after its last committed batch.
/// </summary>
public sealed class UserImport(DirectDatabase database, IDbContextFactory<AppDbContext> contexts, AuditTrail audit, TimeProvider clock)
{
    /// <summary>The connection of a killed process, and its lock, may exist for a moment longer.</summary>
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Imports a file and returns the result. Every refused line is given to <paramref name="refused"/> at the end, in order.</summary>
    /// <exception cref="ImportException">It cannot be imported; the message says why.</exception>
    public async Task<ImportProgress> RunAsync(
        ImportOrder order, Func<ImportProgress, Task> moved, Func<long, string, Task> refused, CancellationToken cancel)
    {
        using var file = await ImportFile.OpenAsync(order.Path, cancel);
        await using var turn = await AcquireLockAsync(file.Digest, cancel);
        var known = await FindAsync(file.Digest, cancel);
        if (known is { FinishedAt: null } && !order.Resumes && !order.IsRehearsal)
        {
            throw new ImportException($"This file's import was begun at {known.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC and is through with {known.Lines} lines. --resume goes on with it.");
        }

        var import = order.IsRehearsal || known is null ? new Import { Digest = file.Digest, StartedAt = clock.GetUtcNow() } : known;
        await using IImportTarget target = order.IsRehearsal ? await ImportRehearsal.BeginAsync(database, cancel) : new ImportWriter(contexts, audit, import.Id);
        var progress = new ImportProgress(1, import.Imported, import.Refused);
        if (import.FinishedAt is null)
        {
            progress = await ReadAsync(file, import, isNew: known is null && !order.IsRehearsal, target, moved, cancel);
            await (order.IsRehearsal ? Task.CompletedTask : FinishAsync(import, progress, cancel));
        }

        await foreach (var (line, reason) in target.RefusalsAsync(cancel))
        {
            await refused(line, reason);
        }

        return progress;
    }

    private async Task<ImportProgress> ReadAsync(
        ImportFile file, Import import, bool isNew, IImportTarget target, Func<ImportProgress, Task> moved, CancellationToken cancel)
    {
        var check = new ImportCheck(await RolesAsync(cancel), clock.GetUtcNow());
        var progress = new ImportProgress(0, import.Imported, import.Refused);
        var batch = new ImportBatch(import.Lines);
        using var records = file.Read().Where(record => record.Line > import.Lines).GetEnumerator();
        var more = records.MoveNext();

        // Only now, because the first line was valid.
        await (isNew ? AddAsync(import, cancel) : Task.CompletedTask);
        for (; more; more = records.MoveNext())
        {
            batch.Add(records.Current, check);
            if (batch.IsFull)
            {
                await TakeAsync();
            }
        }

        await TakeAsync();
        await moved(progress = progress with { Share = 1 });
        return progress;

        async Task TakeAsync()
        {
            await target.TakeAsync(batch, cancel);
            progress = new(file.Share, progress.Imported + batch.Rows.Count, progress.Refused + batch.Refused.Count);
            await moved(progress);
            batch = new(batch.LastLine);
        }
    }

    private async Task AddAsync(Import import, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.Add(import);
        await db.SaveChangesAsync(cancel);
    }

    private async Task FinishAsync(Import import, ImportProgress progress, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Set<Import>().Where(i => i.Id == import.Id).ExecuteUpdateAsync(set => set.SetProperty(i => i.FinishedAt, now), cancel);
        audit.Add(db, SecurityEventKind.UsersImported, new ClientInfo(null, "WebApp import"), detail:
            $"sha256 {Convert.ToHexStringLower(import.Digest)}: {progress.Imported} imported, {progress.Refused} refused");
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    private async Task<Import?> FindAsync(byte[] digest, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.Set<Import>().AsNoTracking().SingleOrDefaultAsync(import => import.Digest == digest, cancel);
    }

    private async Task<IReadOnlyDictionary<string, Guid>> RolesAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return (await db.Roles.AsNoTracking().ToListAsync(cancel)).ToDictionary(role => role.Name!, role => role.Id, StringComparer.OrdinalIgnoreCase);
    }

    // Held for as long as the connection: a killed process releases it.
    private async Task<NpgsqlConnection> AcquireLockAsync(byte[] digest, CancellationToken cancel)
    {
        var connection = await database.OpenConnectionAsync(cancel);
        for (var since = clock.GetTimestamp(); ; await Task.Delay(100, cancel))
        {
            await using var take = new NpgsqlCommand("SELECT pg_try_advisory_lock($1)", connection) { Parameters = { new() { Value = BitConverter.ToInt64(digest) } } };
            if ((bool)(await take.ExecuteScalarAsync(cancel))!)
            {
                return connection;
            }

            if (clock.GetElapsedTime(since) > LockTimeout)
            {
                await connection.DisposeAsync();
                throw new ImportException("This file is being imported by another process.");
            }
        }
    }
}
