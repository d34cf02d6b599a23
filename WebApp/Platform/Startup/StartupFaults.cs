using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace WebApp.Platform.Startup;

/// <summary>Says in one line each what keeps the application from starting.</summary>
public static class StartupFaults
{
    /// <summary>The lines; none where the failure is not the operator's to mend, but a bug that deserves its stack trace.</summary>
    public static IReadOnlyList<string> Of(Exception failure) => failure switch
    {
        StartupException => [failure.Message],
        OptionsValidationException invalid => [.. invalid.Failures],
        // Several options are wrong at once; those that build on a wrong one tell of it again.
        AggregateException several when several.InnerExceptions.All(one => Of(one).Count > 0) => [.. several.InnerExceptions.SelectMany(Of).Distinct()],
        IOException { InnerException: AddressInUseException } => [failure.Message],
        SocketException => [$"The address to listen on cannot be used: {failure.Message}. Check ASPNETCORE_URLS."],
        _ => [],
    };
}

/// <summary>The application cannot start; the message is the one line that says why and what to do.</summary>
public sealed class StartupException(string message) : Exception(message);
