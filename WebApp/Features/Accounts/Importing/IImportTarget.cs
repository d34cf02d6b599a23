namespace WebApp.Features.Accounts.Importing;

/// <summary>Where batches go: into the database, or nowhere.</summary>
internal interface IImportTarget : IAsyncDisposable
{
    /// <summary>Takes a batch, whole or not at all. Adds to its refusals what only the database can tell.</summary>
    Task TakeAsync(ImportBatch batch, CancellationToken cancel);

    /// <summary>All lines refused, those of earlier runs included, by line.</summary>
    IAsyncEnumerable<(long Line, string Reason)> RefusalsAsync(CancellationToken cancel);
}
