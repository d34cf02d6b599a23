namespace WebApp.Platform.Startup;

/// <summary>
/// Until the application has started, what keeps it from starting is told once, by <see cref="StartupFaults"/> or as an unhandled
/// exception. The host and the server would each tell it again, with a stack trace.
/// </summary>
internal sealed class StartupSilence
{
    private static readonly string[] Tellers = ["Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.AspNetCore.Server.Kestrel"];

    private volatile bool started;

    /// <summary>Silences them.</summary>
    public void Keep(ILoggingBuilder logging)
    {
        foreach (var teller in Tellers)
        {
            logging.AddFilter(teller, level => started && level >= LogLevel.Warning);
        }
    }

    /// <summary>Lets them speak.</summary>
    public void End() => started = true;
}
