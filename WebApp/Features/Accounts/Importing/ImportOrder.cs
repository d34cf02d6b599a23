namespace WebApp.Features.Accounts.Importing;

/// <summary>What is to be imported, and how.</summary>
/// <param name="Path">The file.</param>
/// <param name="Resumes">Whether one that was begun is gone on with.</param>
/// <param name="IsRehearsal">Whether nothing is to be written.</param>
public sealed record ImportOrder(string Path, bool Resumes, bool IsRehearsal);
