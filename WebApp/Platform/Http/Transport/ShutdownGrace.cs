using Microsoft.AspNetCore.Connections;

namespace WebApp.Platform.Http.Transport;

/// <summary>
/// Limits the time of a shutdown. Running requests have <see cref="ForRequests"/> to complete; then their connections are closed, so that a client that sends
/// a byte a second does not use up the time that the workers need to stop and to write data in memory to the database.
/// </summary>
internal sealed class ShutdownGrace : IDisposable
{
    /// <summary>The time for requests, from the stop signal on.</summary>
    public static readonly TimeSpan ForRequests = TimeSpan.FromSeconds(5);

    /// <summary>The time for the whole shutdown: containers are killed after 10 s (<c>stop_grace_period</c> in <c>docker-compose.yml</c>).</summary>
    public static readonly TimeSpan ForAll = TimeSpan.FromSeconds(8);

    private readonly CancellationTokenSource over = new();
    private readonly CancellationTokenRegistration stopping;

    /// <summary>Starts the timer at the stop signal.</summary>
    public ShutdownGrace(IHostApplicationLifetime lifetime) => stopping = lifetime.ApplicationStopping.Register(() => over.CancelAfter(ForRequests));

    /// <summary>The connection middleware.</summary>
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
