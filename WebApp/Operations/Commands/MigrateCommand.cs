using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;

namespace WebApp.Operations.Commands;

/// <summary>Migrates the schema, as the server does at its start: for operators who do not give the server the right to do it.</summary>
internal sealed class MigrateCommand : ICommand
{
    public string Name => "migrate";

    public string Summary => "brings the database's schema up to date";

    public IReadOnlyDictionary<string, string> Options => new Dictionary<string, string>();

    public async Task<ExitCode> RunAsync(CommandInput input, CancellationToken cancel)
    {
        await using var app = await input.BuildAsync();
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(cancel);
        var pending = (await db.Database.GetPendingMigrationsAsync(cancel)).ToList();
        await app.PrepareDatabaseAsync(cancel);
        foreach (var migration in pending)
        {
            await input.Output.WriteLineAsync($"applied {migration}");
        }

        await input.Output.WriteLineAsync("The schema is up to date.");
        return ExitCode.Good;
    }
}
