namespace WebApp.Commands;

/// <summary>Something the application does on the command line, instead of serving.</summary>
internal interface ICommand
{
    /// <summary>The words that call it.</summary>
    string Name { get; }

    /// <summary>What it does, for the list.</summary>
    string Summary { get; }

    /// <summary>Its own options, each with what follows it: <c>checkpoint</c> → <c>FILE</c>. Any setting may be given as well.</summary>
    IReadOnlyDictionary<string, string> Options { get; }

    /// <summary>Does it.</summary>
    Task<ExitCode> RunAsync(CommandInput input, CancellationToken cancel);
}
