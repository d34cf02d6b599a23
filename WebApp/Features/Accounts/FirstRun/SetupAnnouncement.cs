using Microsoft.Extensions.Options;
using WebApp.Platform.Startup;

namespace WebApp.Features.Accounts.FirstRun;

/// <summary>Tells whoever starts a node how to become administrator, while nobody is.</summary>
internal sealed class SetupAnnouncement(
    SetupState state, SetupCodes codes, IOptions<AppOptions> app, IHostApplicationLifetime lifetime, ILogger<SetupAnnouncement> logger) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await state.IsOpenAsync(cancellationToken))
        {
            var code = await codes.AddAsync(cancellationToken);
            // Last, below whatever else a start logs.
            lifetime.ApplicationStarted.Register(() => logger.SetupOpen(app.Value.Link("/setup"), code));
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
