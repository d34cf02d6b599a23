using Microsoft.AspNetCore.Connections;

namespace WebApp.Platform.Http.Transport;

/// <summary>
/// Bounds a stop. Requests in flight have <see cref="ForRequests"/> to come to their end; then their connections are cut, so that a client that sends a byte
/// a second does not use up what the workers need to stop and to write down what is in memory.
/// </summary>
internal sealed class ShutdownGrace : IDisposable
{
    /// <summary>How long requests have, from the signal on.</summary>
    public static readonly TimeSpan ForRequests = TimeSpan.FromSeconds(5);

    /// <summary>How long all of it may take: containers are killed after 10 s (<c>stop_grace_period</c> in <c>docker-compose.yml</c>).</summary>
    public static readonly TimeSpan ForAll = TimeSpan.FromSeconds(8);

    private readonly CancellationTokenSource over = new();
    private readonly CancellationTokenRegistration stopping;

    /// <summary>Waits for the stop.</summary>
    public ShutdownGrace(IHostApplicationLifetime lifetime) => stopping = lifetime.ApplicationStopping.Register(() => over.CancelAfter(ForRequests));

    /// <summary>The middleware of connections.</summary>
    public ConnectionDelegate Bound(ConnectionDelegate next) => async connection =>
    {
        using var cut = over.Token.UnsafeRegister(
            static open => ((ConnectionContext)open!).Abort(new ConnectionAbortedException("The application stops.")), connection);
        await next(connection);
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        stopping.Dispose();
        over.Dispose();
    }
}
