using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using WebApp.Features.Tokens;
using WebApp.Platform.Changes;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.Applications;

/// <summary>Gives the provider its keys: all pairs for verifying, and a symmetric key derived from the master key for what only it reads.</summary>
internal sealed class ApplicationKeyOptions(ApplicationKeys keys, MasterKey master) : IConfigureOptions<OpenIddictServerOptions>
{
    public void Configure(OpenIddictServerOptions options)
    {
        options.SigningCredentials.AddRange(keys.Current.SelectMany(key => new[] { key.Credentials, key.Rsa }).OfType<SigningCredentials>());
        options.EncryptionCredentials.Add(new(
            new SymmetricSecurityKey(master.Derive("Applications.Encryption")) { KeyId = "master" }, SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512));
    }
}

/// <summary>Loads the keys before the first request, every hour, and when another node has changed them.</summary>
internal sealed class ApplicationKeyMaintenance(ApplicationKeys keys, ChangeFeed feed, TimeProvider clock, ILogger<ApplicationKeyMaintenance> log) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await keys.MaintainAsync(cancellationToken);
        feed.On(Topics.SigningKeysChanged, _ => ReloadSoon());
        feed.OnReset(cancel => keys.MaintainAsync(cancel));
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SigningKeySchedule.MaintenanceInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryAsync(stoppingToken);
        }
    }

    private async void ReloadSoon() => await TryAsync(CancellationToken.None);

    private async Task TryAsync(CancellationToken cancel)
    {
        try
        {
            await keys.MaintainAsync(cancel);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The notice is a day: there are many more hours in which to do it.
            log.KeyMaintenanceFailed(failure);
        }
    }
}
