using NpgsqlTypes;
using WebApp.Platform.Data;
using static WebApp.Platform.Data.PreparedDatabase;

namespace WebApp.Features.Applications;

/// <summary>Authenticates applications that act for themselves by their client id and secret. The database is asked each time, so a removed secret, permission or application counts at once.</summary>
public sealed class ServiceAccounts(PreparedDatabase database)
{
    private const string Sql = """
        SELECT client_secret, own_permissions FROM applications
        WHERE client_id = $1 AND client_type = 'confidential' AND permissions LIKE '%"gt:client_credentials"%'
        """;

    /// <summary>The permissions of the service account; null if there is none with this id and secret.</summary>
    public async Task<string[]?> AuthenticateAsync(string clientId, string secret, CancellationToken cancel)
    {
        await using var row = await database.ReadAsync(Sql, [Parameter(NpgsqlDbType.Text, clientId)], cancel);
        return await row.ReadAsync(cancel) && !row.IsDBNull(0) && RegisteredApplications.IsSecret(secret, row.GetString(0)) ? row.GetFieldValue<string[]>(1) : null;
    }
}
