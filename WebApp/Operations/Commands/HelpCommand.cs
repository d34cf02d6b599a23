namespace WebApp.Operations.Commands;

/// <summary>Lists the commands.</summary>
internal sealed class HelpCommand : ICommand
{
    public string Name => "help";

    public string Summary => "this list";

    public IReadOnlyDictionary<string, string> Options => new Dictionary<string, string>();

    public async Task<ExitCode> RunAsync(CommandInput input, CancellationToken cancel)
    {
        var lines = CommandLine.Commands.Select(command => (Call: Call(command), command.Summary)).ToList();
        var width = lines.Max(line => line.Call.Length);
        await input.Output.WriteLineAsync("WebApp [settings]            serves\nWebApp COMMAND [settings]    does one thing and ends:\n");
        foreach (var (call, summary) in lines)
        {
            await input.Output.WriteLineAsync($"  {call.PadRight(width)}  {summary}");
        }

        await input.Output.WriteLineAsync("\nSettings are those of the server, such as --ConnectionStrings:Postgres=…; files, .env and environment count as well.");
        await input.Output.WriteLineAsync("Ends with 0 where all is well, 1 where something was found, 2 where it could not be done.");
        return ExitCode.Good;
    }

    private static string Call(ICommand command) => string.Join(' ', [
        command.Name, .. command.Arguments, .. command.Options.Select(option => option.Value.Length == 0 ? $"[--{option.Key}]" : $"[--{option.Key} {option.Value}]"),
    ]);
}
