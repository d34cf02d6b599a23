using System.Text;
using Microsoft.Extensions.Logging.Console;
using WebApp.Platform.Startup;

namespace WebApp.Operations.Commands;

/// <summary>Who called a command, where that is a person; otherwise the streams that stand in their place.</summary>
/// <param name="input">What is read.</param>
/// <param name="errors">What is written to: results go elsewhere.</param>
/// <param name="asks">Whether somebody is there to answer.</param>
/// <param name="shows">Whether somebody is there to see, on a screen that can be drawn over.</param>
internal sealed class Terminal(TextReader input, TextWriter errors, bool asks, bool shows)
{
    /// <summary>Whether a line can be drawn over.</summary>
    public bool Shows => shows;

    /// <summary>Whether questions are answered.</summary>
    public bool Asks => asks;

    /// <summary>A line, which is no result.</summary>
    public Task SayAsync(string line) => errors.WriteLineAsync(line);

    /// <summary>Draws over the last line drawn.</summary>
    public Task DrawAsync(string line) => errors.WriteAsync($"\r{line}\e[K");

    /// <summary>Whether the answer is yes. Nobody there is no.</summary>
    public async Task<bool> AgreesAsync(string question, CancellationToken cancel)
    {
        if (!asks)
        {
            return false;
        }

        await errors.WriteAsync($"{question} [y/N] ");
        return await input.ReadLineAsync(cancel) is { } answer && answer.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    /// <summary>A line of the input: a password from a pipe.</summary>
    public async Task<string> ReadAsync(CancellationToken cancel) =>
        await input.ReadLineAsync(cancel) ?? throw new CommandException("The input is empty: write the password to it, in one line.");

    /// <summary>A password, typed twice and not shown; or, where nobody is there, the input's first line.</summary>
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
