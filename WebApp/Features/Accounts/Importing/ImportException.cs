namespace WebApp.Features.Accounts.Importing;

/// <summary>A file cannot be imported as it is; the message says why, in a line. Nothing more was written than was before.</summary>
public sealed class ImportException(string message) : Exception(message);
