using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Accounts.FirstRun;

/// <summary>The first administrator, by a browser: guesses at the code are counted before they are looked at.</summary>
public sealed class FirstAdministrator(AppDbContext db, SetupState state, SetupCodes codes, AdministratorMaking making, Attempts attempts, AnonymousEvents events)
{
    /// <summary>Codes that may be tried from one IP prefix in <see cref="Window"/>. Nobody guesses 100 bits; this keeps the log readable.</summary>
    private const int Tries = 10;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>Makes the first administrator, whose address counts as confirmed.</summary>
    public async Task<AdministratorResult> MakeAsync(SetupForm form, ClientInfo client, CancellationToken cancel)
    {
        if (!await state.IsOpenAsync(cancel))
        {
            return new AdministratorResult.Closed();
        }

        if (await attempts.SpendAsync($"setup:{IpPrefix.Of(client.Ip)}", Tries, Window, cancel) is { } wait)
        {
            return new AdministratorResult.TooManyTries(wait);
        }

        if (form.Code is not { Length: > 0 } code || !await codes.KnowsAsync(code, cancel))
        {
            await events.AddAsync(db, SecurityEventKind.SetupFailed, client, detail: null, cancel);
            await db.SaveChangesAsync(cancel);
            return new AdministratorResult.WrongCode();
        }

        return await making.MakeFirstAsync(code, form.Email, form.Password, form.DisplayName, client, cancel);
    }
}
