using Npgsql;
using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Accounts.FirstRun;

/// <summary>Whether the installation still waits for its first administrator.</summary>
public sealed class SetupState : IDisposable
{
    private const string Sql = "SELECT NOT EXISTS (SELECT 1 FROM user_roles WHERE role_id = $1)";
    private const int IdLength = 36;

    private readonly NpgsqlDataSource database;
    private readonly FreshCache<Guid, Answer> cache;

    /// <summary>Subscribes to changes of roles.</summary>
    public SetupState(NpgsqlDataSource database, ChangeFeed feed)
    {
        this.database = database;
        cache = new(feed, capacity: 1, TimeSpan.FromMinutes(5));
        // A change of roles is announced without a version.
        feed.On(Topics.UserChanged, payload =>
        {
            if (payload.Length == IdLength)
            {
                cache.Clear();
            }
        });
    }

    /// <summary>True while there is no administrator. Deleted and locked ones count until they are erased.</summary>
    public async ValueTask<bool> IsOpenAsync(CancellationToken cancel) => (await cache.GetAsync(Role.AdminId, LoadAsync, cancel))!.Open;

    /// <summary>The same for pages that only link to <c>/setup</c>; false if the database is unreachable.</summary>
    public async ValueTask<bool> IsOfferedAsync(CancellationToken cancel)
    {
        try
        {
            return await IsOpenAsync(cancel);
        }
        catch (Exception failure) when (Failures.IsDatabaseGone(failure))
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();

    private async Task<Answer?> LoadAsync(Guid role, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = role });
        return new((bool)(await command.ExecuteScalarAsync(cancel))!);
    }

    private sealed record Answer(bool Open);
}

/// <summary>Creates the first administrator in a browser. Guesses of the code are counted before they are checked.</summary>
public sealed class FirstAdministrator(AppDbContext db, SetupState state, SetupCodes codes, AdministratorCreation administrators, Attempts attempts, AnonymousEvents events)
{
    /// <summary>Codes that may be tried from one IP prefix in <see cref="Window"/>. 100 bits cannot be guessed; the limit keeps the log readable.</summary>
    private const int Tries = 10;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>Creates the first administrator, whose address counts as confirmed.</summary>
    public async Task<AdministratorResult> MakeAsync(SetupForm form, ClientInfo client, CancellationToken cancel)
    {
        if (!await state.IsOpenAsync(cancel))
        {
            return new AdministratorResult.Closed();
        }

        if (await attempts.SpendAsync($"setup:{IpPrefix.Containing(client.Ip)}", Tries, Window, cancel) is { } wait)
        {
            return new AdministratorResult.TooManyTries(wait);
        }

        if (form.Code is not { Length: > 0 } code || !await codes.KnowsAsync(code, cancel))
        {
            await events.AddAsync(db, SecurityEventKind.SetupFailed, client, detail: null, cancel);
            await db.SaveChangesAsync(cancel);
            return new AdministratorResult.WrongCode();
        }

        return await administrators.MakeFirstAsync(code, form.Email, form.Password, form.DisplayName, client, cancel);
    }
}
