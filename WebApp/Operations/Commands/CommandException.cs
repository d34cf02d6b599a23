namespace WebApp.Operations.Commands;

/// <summary>A command cannot be done; the message is the one line that says why.</summary>
internal sealed class CommandException(string message) : Exception(message);
