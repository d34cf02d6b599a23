namespace WebApp.Features.Accounts.Importing;

/// <summary>How far an import is.</summary>
/// <param name="Share">How much of the file was read, 0 to 1.</param>
/// <param name="Imported">Accounts made, or that would be, earlier runs included.</param>
/// <param name="Refused">Lines refused, earlier runs included.</param>
public sealed record ImportProgress(double Share, long Imported, long Refused);
