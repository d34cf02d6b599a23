namespace WebApp.Platform.Mail;

/// <summary>How many messages there are where. Those sent are counted as long as their rows are kept.</summary>
public sealed record OutboxCounts(long Waiting, long Failed, long Expired, long Sent);
