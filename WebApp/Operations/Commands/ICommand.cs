namespace WebApp.Operations.Commands;

/// <summary>A command of the command line, which runs instead of the server.</summary>
internal interface ICommand
{
    /// <summary>Marks an option that takes no value.</summary>
    const string Flag = "";

    /// <summary>The command's name, of one or more words.</summary>
    string Name { get; }

    /// <summary>A description, for the list of commands.</summary>
    string Summary { get; }

    /// <summary>The required arguments after the name, in this order: <c>EMAIL</c>.</summary>
    IReadOnlyList<string> Arguments => [];

    /// <summary>The command's options, each with the name of its value: <c>checkpoint</c> → <c>FILE</c>, or <see cref="Flag"/>. All settings are accepted too.</summary>
    IReadOnlyDictionary<string, string> Options { get; }

    /// <summary>Runs the command.</summary>
    Task<ExitCode> RunAsync(CommandInput input, CancellationToken cancel);
}

/// <summary>The exit codes of commands.</summary>
internal enum ExitCode
{
    /// <summary>Done, and nothing is wrong.</summary>
    Good = 0,

    /// <summary>Done, and something is wrong: the output says what.</summary>
    Bad = 1,

    /// <summary>Not done: wrong arguments, wrong settings, or no database.</summary>
    Failed = 2,
}

/// <summary>A command cannot run; the message is one line that says why.</summary>
internal sealed class CommandException(string message) : Exception(message);
