namespace WebApp.Platform.Http.Transport;

/// <summary>How the site is reached: what connections may do, and under which names it answers.</summary>
public sealed class TransportOptions
{
    /// <summary>Connections served at once; more are closed as they come. Key <c>Server:MaxConnections</c>.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Time for a request's headers, in seconds; whoever takes longer is cut off. Key <c>Server:HeadersTimeoutSeconds</c>.</summary>
    public int HeadersTimeoutSeconds { get; set; } = 10;
}
