using System.Globalization;
using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Tokens;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Operations.Commands;

/// <summary>Creates a new signing key, which signs after some minutes. Tokens of the old key stay valid, so no user is signed out.</summary>
internal sealed class RotateKeyCommand : ICommand
{
    public string Name => "rotate-key";

    public string Summary => "has a new key sign tokens from now on; signs nobody out";

    public IReadOnlyDictionary<string, string> Options => new Dictionary<string, string>();

    public async Task<ExitCode> RunAsync(CommandInput input, CancellationToken cancel)
    {
        await using var app = await input.BuildAsync();
        app.CheckMasterKey();
        if (!await app.Services.GetRequiredService<SigningKeys>().RotateAsync(cancel))
        {
            throw new CommandException("The signing keys are in the configuration (SECRET_KEY or Tokens:SigningKeys), and are changed there.");
        }

        var keys = app.Services.GetRequiredService<SigningKeyRing>().Current.Keys;
        var next = keys[^1];
        await RecordAsync(app.Services, next.Id, cancel);
        await input.Output.WriteLineAsync($"{next.Id} signs from {Time(next.ActivatesAt)} on.");
        foreach (var key in keys.Where(key => key.RetiresAt is not null))
        {
            await input.Output.WriteLineAsync($"{key.Id} verifies until {Time(key.RetiresAt!.Value)}, when the last token it signed has run out, and then goes by itself.");
        }

        return ExitCode.Good;
    }

    private static async Task RecordAsync(IServiceProvider services, string id, CancellationToken cancel)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(cancel);
        services.GetRequiredService<AuditTrail>().Add(db, SecurityEventKind.SigningKeyRotated, new ClientInfo(null, "WebApp rotate-key"), detail: id);
        await db.SaveChangesAsync(cancel);
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
