namespace WebApp.Areas.Api.Contracts;

/// <summary>An event of somebody's account, with who did it where that was somebody else.</summary>
public sealed record UserEventResponse(Guid Id, DateTimeOffset At, string Kind, string Outcome, string? Ip, Guid? ActorId);
