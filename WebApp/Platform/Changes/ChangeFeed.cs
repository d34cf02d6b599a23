using System.Collections.Concurrent;
using System.Collections.Immutable;
using Npgsql;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Telemetry;

namespace WebApp.Platform.Changes;

/// <summary>
/// This node's LISTEN connection to the database, with a heartbeat. While <see cref="IsConnected"/> is true,
/// cached data may be used; otherwise every check queries the database (DESIGN rule 2).
/// </summary>
/// <remarks>
/// The heartbeat is a NOTIFY to itself. The server sends notifications in commit order, so receiving its own
/// beat proves that the node also received everything committed before it. Behind a pooler, the beat is sent on another connection, from the pool that
/// requests use. Receiving it proves that both connections use the same database, and that notifications of other connections arrive: behind a
/// pooler that shares connections between transactions, a connection receives only its own.
/// </remarks>
public sealed class ChangeFeed(NpgsqlDataSource database, DirectDatabase direct, DatabaseSettings settings, LogIntervals intervals, TimeProvider clock, ILogger<ChangeFeed> logger)
    : BackgroundService
{
    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DisconnectedAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);
    private const int MaxUnansweredBeats = 3;

    private readonly string beatChannel = $"beat_{Guid.NewGuid():N}";
    private readonly ConcurrentDictionary<string, ImmutableArray<Action<string>>> handlers = [];
    private ImmutableArray<Func<CancellationToken, Task>> resets = [];
    private readonly TaskCompletionSource firstConnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long lastBeat;
    private long beatSent;
    private volatile bool connected;
    private int unansweredBeats;

    /// <summary>True while the connection is up and its last beat is less than 3 s old.</summary>
    public bool IsConnected => connected && clock.GetElapsedTime(Volatile.Read(ref lastBeat)) < DisconnectedAfter;

    /// <summary>Completes when the connection is alive for the first time.</summary>
    public Task FirstConnected => firstConnected.Task;

    /// <summary>Calls <paramref name="handler"/> with the payload of every change of a topic from now on. It must be quick.</summary>
    public void On(string topic, Action<string> handler) => handlers.AddOrUpdate(topic, [handler], (_, list) => list.Add(handler));

    /// <summary>
    /// Calls <paramref name="reset"/> at each new connection, before <see cref="IsConnected"/> becomes true. It must load or discard
    /// what was missed while disconnected. A callback that loads must be added before the host starts.
    /// </summary>
    public void OnReset(Func<CancellationToken, Task> reset) => ImmutableInterlocked.Update(ref resets, list => list.Add(reset));

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var retry = FirstRetry;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(() => retry = FirstRetry, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                connected = false;
                if (intervals.IsDue(typeof(ChangeFeed), out var omitted))
                {
                    Log.FeedLost(logger, FailureRecorder.Reason(failure), omitted);
                }

                // Idle connections lead to the same failed server. Each would cost one request a timeout.
                database.Clear();
                direct.Source.Clear();
            }

            connected = false;
            await Task.Delay(retry, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
        }
    }

    private async Task ListenAsync(Action whenConnected, CancellationToken cancel)
    {
        await using var connection = await OpenSoonAsync(direct.Source, cancel);
        await using var pooled = settings.IsPooled || await DatabaseSettings.IsThroughPoolerAsync(connection, cancel) ? await OpenSoonAsync(database, cancel) : null;
        connection.Notification += (_, notification) => Dispatch(notification);
        await using (var listen = new NpgsqlCommand($"LISTEN {Topics.Channel}; LISTEN {beatChannel}", connection))
        {
            await listen.ExecuteNonQueryAsync(cancel);
        }

        foreach (var reset in resets)
        {
            await reset(cancel);
        }

        await using var beat = new NpgsqlCommand($"NOTIFY {beatChannel}", pooled ?? connection) { CommandTimeout = 2 };
        unansweredBeats = 0;
        while (true)
        {
            Volatile.Write(ref beatSent, clock.GetTimestamp());
            unansweredBeats++;
            await beat.ExecuteNonQueryAsync(cancel);
            if (pooled is not null && unansweredBeats > 0)
            {
                await connection.WaitAsync(BeatInterval, cancel);
            }

            if (unansweredBeats > MaxUnansweredBeats)
            {
                throw new TimeoutException("its own notifications do not come back");
            }

            if (!connected && (pooled is null || unansweredBeats == 0))
            {
                connected = true;
                firstConnected.TrySetResult();
                whenConnected();
                Log.FeedConnected(logger);
            }

            var beaten = clock.GetTimestamp();
            while (BeatInterval - clock.GetElapsedTime(beaten) is { Ticks: > 0 } rest && await connection.WaitAsync(rest, cancel))
            {
            }
        }
    }

    // A shorter timeout than the pool's: another server may have replaced one that does not answer.
    private static async Task<NpgsqlConnection> OpenSoonAsync(NpgsqlDataSource source, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(LongestRetry);
        return await source.OpenConnectionAsync(limit.Token);
    }

    /// <summary>
    /// Applies a change that this node has just committed, without waiting for its notification, so that its own next request sees it.
    /// </summary>
    public void ApplyHere(string topic, string payload)
    {
        foreach (var handler in handlers.GetValueOrDefault(topic, []))
        {
            handler(payload);
        }
    }

    private void Dispatch(NpgsqlNotificationEventArgs notification)
    {
        if (notification.Channel == beatChannel)
        {
            var received = clock.GetTimestamp();
            Metrics.ChangeLag(clock.GetElapsedTime(Volatile.Read(ref beatSent), received));
            Volatile.Write(ref lastBeat, received);
            unansweredBeats = 0;
            return;
        }

        var space = notification.Payload.IndexOf(' ');
        ApplyHere(space < 0 ? notification.Payload : notification.Payload[..space], space < 0 ? "" : notification.Payload[(space + 1)..]);
    }
}
