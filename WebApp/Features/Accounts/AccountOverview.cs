using NpgsqlTypes;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using static WebApp.Platform.Data.PreparedDatabase;

namespace WebApp.Features.Accounts;

/// <summary>Gathers what the home of the account settings shows, in one statement.</summary>
public sealed class AccountOverview(PreparedDatabase database, TimeProvider clock)
{
    private const string Sql = $"""
        SELECT coalesce(nullif(trim(u.display_name), ''), u.email), u.email, u.email_confirmed, u.created_at,
               (SELECT count(*) FROM sessions WHERE user_id = u.id AND {SessionDirectory.IsLive} $2)
        FROM users u WHERE u.id = $1
        """;

    /// <summary>Null when the account is gone.</summary>
    public async Task<AccountPage?> OfAsync(Guid userId, CancellationToken cancel)
    {
        await using var row = await database.ReadAsync(Sql, [Parameter(NpgsqlDbType.Uuid, userId), Parameter(NpgsqlDbType.TimestampTz, clock.GetUtcNow())], cancel);
        return await row.ReadAsync(cancel)
            ? new(row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetFieldValue<DateTimeOffset>(3), (int)row.GetInt64(4))
            : null;
    }
}

/// <summary>The home of the account settings.</summary>
/// <param name="Name">The display name, or the address.</param>
/// <param name="Email">The address.</param>
/// <param name="EmailConfirmed">Whether its owner has shown that they read it.</param>
/// <param name="CreatedAt">When the account was made (UTC).</param>
/// <param name="SessionCount">How many sessions live, this one included.</param>
public sealed record AccountPage(string Name, string Email, bool EmailConfirmed, DateTimeOffset CreatedAt, int SessionCount);
