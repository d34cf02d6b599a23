using Npgsql;

namespace WebApp.Features.Audit.Figures;

/// <summary>Writes this node's counts, every ten seconds and at the end of each minute.</summary>
public sealed class MinuteWorker(MinuteBook book, MinuteStore store, TimeProvider clock, ILogger<MinuteWorker> logger) : BackgroundService
{
    private const int Seconds = 10;

    private bool failing;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await WriteAsync(stoppingToken);

            // Until just before the next tenth second, so that a minute's last reading belongs to it.
            var into = clock.GetUtcNow().ToUnixTimeMilliseconds() % (Seconds * 1000);
            var wait = (Seconds * 1000) - 50 - into;
            await Task.Delay(TimeSpan.FromMilliseconds(wait > 0 ? wait : wait + (Seconds * 1000)), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        using var last = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await WriteAsync(last.Token);
    }

    private async Task WriteAsync(CancellationToken cancel)
    {
        try
        {
            var now = clock.GetUtcNow();
            var minute = MinuteBook.MinuteOf(now);
            await store.WriteAsync(book.Note(), cancel);
            book.Forget(minute);
            await store.WriteGaugesAsync(minute, book.Node, now, cancel);
            failing = false;
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            // Logged once per outage; the figures are kept and written the next time.
            if (!failing && !cancel.IsCancellationRequested)
            {
                failing = true;
                logger.FiguresPutOff(failure.Message);
            }
        }
    }
}
