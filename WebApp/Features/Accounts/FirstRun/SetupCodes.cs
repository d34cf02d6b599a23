using Npgsql;

namespace WebApp.Features.Accounts.FirstRun;

/// <summary>The codes that open <c>/setup</c>, whichever node printed them.</summary>
public sealed class SetupCodes(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>How long a printed code is good; a restart prints another.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>Makes one, and keeps its hash.</summary>
    public async Task<string> AddAsync(CancellationToken cancel)
    {
        var code = SetupCode.New();
        await using var command = database.CreateCommand("INSERT INTO setup_codes (code_hash, created_at) VALUES ($1, $2)");
        command.Parameters.Add(new() { Value = SetupCode.HashOf(code) });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        await command.ExecuteNonQueryAsync(cancel);
        return code;
    }

    /// <summary>Whether a code is one that was printed, and is still good.</summary>
    public async Task<bool> KnowsAsync(string code, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("SELECT EXISTS (SELECT 1 FROM setup_codes WHERE code_hash = $1 AND created_at > $2)");
        command.Parameters.Add(new() { Value = SetupCode.HashOf(code) });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() - Lifetime });
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }
}
