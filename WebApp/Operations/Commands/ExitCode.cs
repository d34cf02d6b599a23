namespace WebApp.Operations.Commands;

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
