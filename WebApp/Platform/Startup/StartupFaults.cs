using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace WebApp.Platform.Startup;

/// <summary>Explains start-up failures, in one line each.</summary>
public static class StartupFaults
{
    /// <summary>The lines; none if an operator cannot fix the failure, because it is a bug that needs its stack trace.</summary>
    public static IReadOnlyList<string> Explain(Exception failure) => failure switch
    {
        StartupException => [failure.Message],
        OptionsValidationException invalid => [.. invalid.Failures],
        // Several options are wrong. Options that depend on a wrong one report the same failure again.
        AggregateException several when several.InnerExceptions.All(one => Explain(one).Count > 0) => [.. several.InnerExceptions.SelectMany(Explain).Distinct()],
        IOException { InnerException: AddressInUseException } => [failure.Message],
        SocketException => [$"The address to listen on cannot be used: {failure.Message}. Check ASPNETCORE_URLS."],
        _ => [],
    };
}

/// <summary>The application cannot start; the message is the one line that says why and what to do.</summary>
public sealed class StartupException(string message) : Exception(message);

/// <summary>
/// Lets a start-up failure be reported once, by <see cref="StartupFaults"/> or as an unhandled
/// exception. Without this, the host and the server would each log it too, with a stack trace.
/// </summary>
internal sealed class StartupLogFilter
{
    private static readonly string[] Categories = ["Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.AspNetCore.Server.Kestrel"];

    private volatile bool started;

    /// <summary>Filters their log lines until <see cref="End"/>.</summary>
    public void Add(ILoggingBuilder logging)
    {
        foreach (var category in Categories)
        {
            logging.AddFilter(category, level => started && level >= LogLevel.Warning);
        }
    }

    /// <summary>Allows their warnings and errors from now on.</summary>
    public void End() => started = true;
}
