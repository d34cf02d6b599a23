namespace WebApp.Features.Accounts.Administration;

/// <summary>An event of an account, as whoever looks after it sees it.</summary>
/// <param name="Entry">As its owner sees it.</param>
/// <param name="ActorId">Who did it, where that was somebody else.</param>
/// <param name="Actor">Their address; null where the account is gone.</param>
public sealed record UserEvent(ActivityEntry Entry, Guid? ActorId, string? Actor);
