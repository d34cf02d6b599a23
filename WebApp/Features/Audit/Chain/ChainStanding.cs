namespace WebApp.Features.Audit.Chain;

/// <summary>Where the chain stands.</summary>
/// <param name="Head">The newest sealed event's number; 0 where none is sealed.</param>
/// <param name="HeadHash">Its hash, in hexadecimal.</param>
/// <param name="Removed">The last number that retention removed; 0 where none was.</param>
/// <param name="Obstacle">Why nothing is sealed any more; null where nothing is in the way.</param>
/// <param name="Unsealed">How many events wait for their seal.</param>
/// <param name="VerifiedAt">When somebody last had the whole trail verified in the console (UTC).</param>
/// <param name="Verdict">What that found.</param>
/// <param name="WasWhole">Whether nothing was wrong.</param>
public sealed record ChainStanding(long Head, string HeadHash, long Removed, string? Obstacle, long Unsealed, DateTimeOffset? VerifiedAt, string? Verdict, bool WasWhole);
