using System.Text;
using Microsoft.Extensions.Logging.Console;
using WebApp.Platform.Startup;

namespace WebApp.Operations.Commands;

/// <summary>The terminal of a command, or the redirected streams.</summary>
/// <param name="input">The input.</param>
/// <param name="errors">The stream for questions and messages; results are written to another.</param>
/// <param name="asks">Whether the input is interactive.</param>
/// <param name="shows">Whether the output is a screen on which a line can be overwritten.</param>
internal sealed class Terminal(TextReader input, TextWriter errors, bool asks, bool shows)
{
    /// <summary>Whether a line can be overwritten.</summary>
    public bool Shows => shows;

    /// <summary>Whether questions can be asked.</summary>
    public bool Asks => asks;

    /// <summary>Writes a message that is not part of the result.</summary>
    public Task SayAsync(string line) => errors.WriteLineAsync(line);

    /// <summary>Overwrites the last line drawn.</summary>
    public Task DrawAsync(string line) => errors.WriteAsync($"\r{line}\e[K");

    /// <summary>Asks a question. True if the answer is yes; false if the input is not interactive.</summary>
    public async Task<bool> AgreesAsync(string question, CancellationToken cancel)
    {
        if (!asks)
        {
            return false;
        }

        await errors.WriteAsync($"{question} [y/N] ");
        return await input.ReadLineAsync(cancel) is { } answer && answer.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    /// <summary>Reads a line of the input: a password from a pipe.</summary>
    public async Task<string> ReadAsync(CancellationToken cancel) =>
        await input.ReadLineAsync(cancel) ?? throw new CommandException("The input is empty: write the password to it, in one line.");

    /// <summary>Reads a password, typed twice and not shown; the input's first line if the input is not interactive.</summary>
    public async Task<string> ReadPasswordAsync(string question, CancellationToken cancel)
    {
        if (!asks)
        {
            return await ReadAsync(cancel);
        }

        var password = await HiddenAsync($"{question}: ");
        return await HiddenAsync("Once more: ") == password ? password : throw new CommandException("The two are not the same.");
    }

    private async Task<string> HiddenAsync(string prompt)
    {
        await errors.WriteAsync(prompt);
        var typed = new StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }

        await errors.WriteLineAsync();
        return typed.ToString();
    }
}

/// <summary>The input of a command.</summary>
/// <param name="Arguments">The arguments after its name.</param>
/// <param name="Options">The given options of the command.</param>
/// <param name="Settings">All other arguments: settings, as for the server.</param>
/// <param name="Output">The stream for the result.</param>
/// <param name="Terminal">The terminal for questions, warnings and progress.</param>
internal sealed record CommandInput(
    IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Options, string[] Settings, TextWriter Output, Terminal Terminal)
{
    /// <summary>Builds the application's services with the same configuration, without a server. Logs are written to the error stream.</summary>
    /// <exception cref="StartupException">A setting is wrong.</exception>
    public Task<WebApplication> BuildAsync() => App.BuildServicesAsync(new() { Args = [.. Settings, "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:WebApp=Warning"] }, builder =>
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
}
