using Npgsql;
using WebApp.Data;
using WebApp.Hosting;

namespace WebApp.Commands;

/// <summary><c>WebApp COMMAND …</c>: finds the command and runs it. Arguments that all begin with <c>--</c> start the server.</summary>
public static class CommandLine
{
    /// <summary>Every command there is; a new one is a line here.</summary>
    internal static readonly IReadOnlyList<ICommand> Commands =
    [
        new AuditVerifyCommand(),
        new AuditCheckpointCommand(),
        new MigrateCommand(),
        new DoctorCommand(),
        new HelpCommand(),
    ];

    // Settings of the host itself, which are written small as well.
    private static readonly string[] HostSettings = ["urls", "environment", "contentRoot"];

    /// <summary>Whether the first argument is a word, and so no setting.</summary>
    public static bool IsCommand(string[] args) => args is [var first, ..] && (!first.StartsWith('-') || first is "--help" or "-h");

    /// <summary>Runs what the arguments name and returns what the shell is told. Whatever keeps it from that goes to the error stream, in a line each.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        using var interrupted = new CancellationTokenSource();
        ConsoleCancelEventHandler interrupt = (_, pressed) =>
        {
            pressed.Cancel = true;
            interrupted.Cancel();
        };
        Console.CancelKeyPress += interrupt;
        try
        {
            var (command, rest) = Find(args);
            return (int)await command.RunAsync(Read(command, rest, output), interrupted.Token);
        }
        catch (Exception failure) when (Reasons(failure) is { Count: > 0 } reasons)
        {
            foreach (var reason in reasons)
            {
                await errors.WriteLineAsync($"WebApp: {reason}");
            }

            return (int)ExitCode.Failed;
        }
        finally
        {
            Console.CancelKeyPress -= interrupt;
        }
    }

    private static (ICommand Command, string[] Arguments) Find(string[] args)
    {
        if (args[0] is "--help" or "-h")
        {
            return (new HelpCommand(), []);
        }

        string[] words = [.. args.TakeWhile(arg => !arg.StartsWith('-'))];
        var found = Commands.FirstOrDefault(command => string.Join(' ', words) == command.Name)
            ?? throw new CommandException($"There is no command “{OneLine.Of(string.Join(' ', words), 80)}”. WebApp help lists them.");
        return (found, args[words.Length..]);
    }

    private static CommandInput Read(ICommand command, string[] rest, TextWriter output)
    {
        Dictionary<string, string> options = [];
        List<string> settings = [];
        for (var i = 0; i < rest.Length; i++)
        {
            var (name, value) = rest[i].TrimStart('-').Split('=', 2) is [var left, var right] ? (left, right) : (rest[i].TrimStart('-'), null);
            if (!rest[i].StartsWith("--", StringComparison.Ordinal))
            {
                throw new CommandException($"“{OneLine.Of(rest[i], 80)}” is not understood. WebApp help lists what is.");
            }

            value ??= i + 1 < rest.Length ? rest[++i] : throw new CommandException($"--{name} needs a value.");
            if (command.Options.ContainsKey(name))
            {
                options[name] = value;
            }
            else if (name.Length > 0 && (!char.IsLower(name[0]) || HostSettings.Contains(name)))
            {
                settings.Add($"--{name}={value}");
            }
            else
            {
                throw new CommandException($"{command.Name} has no option --{OneLine.Of(name, 80)}. WebApp help lists what there is.");
            }
        }

        return new(options, [.. settings], output);
    }

    private static IReadOnlyList<string> Reasons(Exception failure) => failure switch
    {
        CommandException => [failure.Message],
        OperationCanceledException => ["Interrupted."],
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn } => ["The database is not of this version. Run: WebApp migrate"],
        NpgsqlException database => [DataSetup.Unusable(database)],
        _ => StartupFaults.Of(failure),
    };
}
