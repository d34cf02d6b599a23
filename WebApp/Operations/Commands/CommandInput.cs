using Microsoft.Extensions.Logging.Console;
using WebApp.Platform.Startup;

namespace WebApp.Operations.Commands;

/// <summary>What a command was called with.</summary>
/// <param name="Arguments">What follows its name: as many as it asks for.</param>
/// <param name="Options">Its own options that were given.</param>
/// <param name="Settings">Every other argument: settings, as the server takes them.</param>
/// <param name="Output">Where its result goes.</param>
/// <param name="Terminal">Where questions, warnings and progress go.</param>
internal sealed record CommandInput(
    IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Options, string[] Settings, TextWriter Output, Terminal Terminal)
{
    /// <summary>The application's services under the same configuration, with nothing served. What is logged goes to the error stream.</summary>
    /// <exception cref="StartupException">A setting is wrong.</exception>
    public Task<WebApplication> BuildAsync() => App.BuildServicesAsync(new() { Args = [.. Settings, "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:WebApp=Warning"] }, builder =>
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
}
