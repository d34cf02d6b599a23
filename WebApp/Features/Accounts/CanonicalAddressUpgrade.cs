using Npgsql;
using WebApp.Platform.Data;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts;

/// <summary>
/// Converts addresses that an earlier version stored in another normalized form to <see cref="CanonicalAddress"/>, at every start: an older node may have
/// written some meanwhile. If two accounts turn out to have the same address, both stay unchanged, and the log names them so that an administrator can
/// decide.
/// </summary>
public sealed class CanonicalAddressUpgrade(DirectDatabase database, ILogger<CanonicalAddressUpgrade> logger) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (id, email, normalized) in await ReadAsync("SELECT id, email, normalized_email FROM users WHERE normalized_email ~ '[^ -~]'", cancellationToken))
        {
            var canonical = CanonicalAddress.From(email);
            if (canonical != normalized && !await SaveAsync("UPDATE users SET normalized_email = $2, normalized_user_name = $2 WHERE id = $1", id, canonical, cancellationToken))
            {
                logger.AddressClashes(id, await OwnerAsync(canonical, cancellationToken));
            }
        }

        foreach (var (id, email, normalized) in await ReadAsync("SELECT id, email, normalized_email FROM group_invitations WHERE normalized_email ~ '[^ -~]'", cancellationToken))
        {
            var canonical = CanonicalAddress.From(email);
            if (canonical != normalized && !await SaveAsync("UPDATE group_invitations SET normalized_email = $2 WHERE id = $1", id, canonical, cancellationToken))
            {
                // The group has invited the same address in its other form.
                await SaveAsync("DELETE FROM group_invitations WHERE id = $1 AND $2::text IS NOT NULL", id, canonical, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<List<(Guid Id, string Email, string Normalized)>> ReadAsync(string sql, CancellationToken cancel)
    {
        List<(Guid, string, string)> rows = [];
        await using var command = database.CreateCommand(sql);
        await using var row = await command.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
        {
            rows.Add((row.GetGuid(0), row.GetString(1), row.GetString(2)));
        }

        return rows;
    }

    private async Task<bool> SaveAsync(string sql, Guid id, string canonical, CancellationToken cancel)
    {
        try
        {
            await using var command = database.CreateCommand(sql);
            command.Parameters.Add(new() { Value = id });
            command.Parameters.Add(new() { Value = canonical });
            await command.ExecuteNonQueryAsync(cancel);
            return true;
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }
    }

    private async Task<Guid> OwnerAsync(string canonical, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("SELECT id FROM users WHERE normalized_email = $1");
        command.Parameters.Add(new() { Value = canonical });
        return await command.ExecuteScalarAsync(cancel) as Guid? ?? Guid.Empty;
    }
}
