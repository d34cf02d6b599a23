using Npgsql;
using WebApp.Platform.Data;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;

namespace WebApp.Operations.Commands;

/// <summary><c>WebApp COMMAND …</c>: finds the command and runs it. Arguments that all begin with <c>--</c> start the server.</summary>
public static class CommandLine
{
    /// <summary>All commands. Add new commands here.</summary>
    internal static readonly IReadOnlyList<ICommand> Commands =
    [
        new AuditVerifyCommand(),
        new AuditCheckpointCommand(),
        new BeginNewChainCommand(),
        new MigrateCommand(),
        new CreateAdminCommand(),
        new ImportCommand(),
        new EndAllSessionsCommand(),
        new RotateKeyCommand(),
        new HashPasswordCommand(),
        new CalibrateCommand(),
        new DoctorCommand(),
        new HealthCommand(),
        new HelpCommand(),
    ];

    // Settings of the host, which begin with a lower-case letter as options do.
    private static readonly string[] HostSettings = ["urls", "environment", "contentRoot"];

    /// <summary>Whether the first argument is a command and not a setting.</summary>
    public static bool IsCommand(string[] args) => args is [var first, ..] && (!first.StartsWith('-') || first is "--help" or "-h");

    /// <summary>Runs the command that the arguments name and returns the exit code. Failures are written to the error stream, in one line each.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors, TextReader? input = null)
    {
        var terminal = new Terminal(input ?? Console.In, errors, asks: input is null && !Console.IsInputRedirected, shows: input is null && !Console.IsErrorRedirected);
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
            return (int)await command.RunAsync(Read(command, rest, output, terminal), interrupted.Token);
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
        var found = Commands.FirstOrDefault(command => IsCalledBy(command, words))
            ?? throw new CommandException($"There is no command “{OneLine.Clean(string.Join(' ', words), 80)}”. WebApp help lists them.");
        return (found, args[found.Name.Split(' ').Length..]);
    }

    // Words after the name must be arguments of the command.
    private static bool IsCalledBy(ICommand command, string[] words)
    {
        var name = command.Name.Split(' ');
        return words.AsSpan().StartsWith(name) && words.Length <= name.Length + command.Arguments.Count;
    }

    private static CommandInput Read(ICommand command, string[] rest, TextWriter output, Terminal terminal)
    {
        List<string> arguments = [];
        Dictionary<string, string> options = [];
        List<string> settings = [];
        for (var i = 0; i < rest.Length; i++)
        {
            if (!rest[i].StartsWith("--", StringComparison.Ordinal))
            {
                if (rest[i].StartsWith('-') || arguments.Count == command.Arguments.Count)
                {
                    throw new CommandException($"“{OneLine.Clean(rest[i], 80)}” is not understood. WebApp help lists what is.");
                }

                arguments.Add(rest[i]);
                continue;
            }

            var (name, value) = rest[i][2..].Split('=', 2) is [var left, var right] ? (left, right) : (rest[i][2..], null);
            var isOwn = command.Options.TryGetValue(name, out var takes);
            if (!isOwn && !IsSetting(name))
            {
                throw new CommandException($"{command.Name} has no option --{OneLine.Clean(name, 80)}. WebApp help lists what there is.");
            }

            if (isOwn && takes!.Length == 0)
            {
                options[name] = value is null ? ICommand.Flag : throw new CommandException($"--{name} takes no value.");
                continue;
            }

            value ??= i + 1 < rest.Length ? rest[++i] : throw new CommandException($"--{name} needs a value.");
            if (isOwn)
            {
                options[name] = value;
            }
            else
            {
                settings.Add($"--{name}={value}");
            }
        }

        return arguments.Count == command.Arguments.Count
            ? new(arguments, options, [.. settings], output, terminal)
            : throw new CommandException($"{command.Name} needs {string.Join(' ', command.Arguments.Skip(arguments.Count))}. WebApp help shows how it is called.");
    }

    private static bool IsSetting(string name) => name.Length > 0 && (!char.IsLower(name[0]) || HostSettings.Contains(name));

    private static IReadOnlyList<string> Reasons(Exception failure) => failure switch
    {
        CommandException => [failure.Message],
        OperationCanceledException => ["Interrupted."],
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn } => ["The database is not of this version. Run: WebApp migrate"],
        NpgsqlException database => [DataSetup.Unusable(database)],
        _ => StartupFaults.Explain(failure),
    };
}
