namespace WebApp.Features.Accounts.Importing;

/// <summary>Which line an account came from: so that a second line with its address can be told which was the first.</summary>
public sealed class ImportedUser
{
    /// <summary>The account.</summary>
    public required Guid UserId { get; init; }

    /// <summary>The import.</summary>
    public required Guid ImportId { get; init; }

    /// <summary>The line of the file.</summary>
    public required long Line { get; init; }
}
