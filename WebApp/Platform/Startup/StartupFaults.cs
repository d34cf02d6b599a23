using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace WebApp.Platform.Startup;

/// <summary>Says in one line each what keeps the application from starting.</summary>
public static class StartupFaults
{
    /// <summary>The lines; none where the failure is not the operator's to mend, but a bug that deserves its stack trace.</summary>
    public static IReadOnlyList<string> Explain(Exception failure) => failure switch
    {
        StartupException => [failure.Message],
        OptionsValidationException invalid => [.. invalid.Failures],
        // Several options are wrong at once; those that build on a wrong one tell of it again.
        AggregateException several when several.InnerExceptions.All(one => Explain(one).Count > 0) => [.. several.InnerExceptions.SelectMany(Explain).Distinct()],
        IOException { InnerException: AddressInUseException } => [failure.Message],
        SocketException => [$"The address to listen on cannot be used: {failure.Message}. Check ASPNETCORE_URLS."],
        _ => [],
    };
}

/// <summary>The application cannot start; the message is the one line that says why and what to do.</summary>
public sealed class StartupException(string message) : Exception(message);

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
