using System.Diagnostics;
using Npgsql;

namespace WebApp.Tests.Support;

/// <summary>PostgreSQL's own programs for backups, of the same installation as the server.</summary>
internal static class PostgresProgram
{
    /// <summary>Runs one at a server; how to reach it is in the environment. Fails the test where the program does.</summary>
    public static async Task RunAsync(string program, string connectionString, params string[] arguments)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo(Path.Combine(await BinariesAsync(connectionString), program), arguments) { RedirectStandardError = true };
        start.Environment["PGHOST"] = server.Host;
        start.Environment["PGPORT"] = $"{server.Port}";
        start.Environment["PGUSER"] = server.Username;
        start.Environment["PGPASSWORD"] = server.Password;
        start.Environment["PGDATABASE"] = server.Database;
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, errors);
    }

    private static async Task<string> BinariesAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var find = source.CreateCommand("SELECT setting FROM pg_config WHERE name = 'BINDIR'");
        return (string)(await find.ExecuteScalarAsync())!;
    }
}
