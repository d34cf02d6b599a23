namespace WebApp.Operations.Commands;

/// <summary>Something the application does on the command line, instead of serving.</summary>
internal interface ICommand
{
    /// <summary>An option's value that says it takes none.</summary>
    const string Flag = "";

    /// <summary>The words that call it.</summary>
    string Name { get; }

    /// <summary>What it does, for the list.</summary>
    string Summary { get; }

    /// <summary>What must follow its name, in this order: <c>EMAIL</c>.</summary>
    IReadOnlyList<string> Arguments => [];

    /// <summary>Its own options, each with what follows it: <c>checkpoint</c> → <c>FILE</c>, or <see cref="Flag"/>. Any setting may be given as well.</summary>
    IReadOnlyDictionary<string, string> Options { get; }

    /// <summary>Does it.</summary>
    Task<ExitCode> RunAsync(CommandInput input, CancellationToken cancel);
}

/// <summary>What a command tells the shell.</summary>
internal enum ExitCode
{
    /// <summary>Done, and all is well.</summary>
    Good = 0,

    /// <summary>Done, and something is not well: the output says what.</summary>
    Bad = 1,

    /// <summary>Could not be done: wrongly called, wrongly set up, or no database.</summary>
    Failed = 2,
}

/// <summary>A command cannot be done; the message is the one line that says why.</summary>
internal sealed class CommandException(string message) : Exception(message);
