using WebApp.Platform.Mail;

namespace WebApp.Areas.Admin.Events;

/// <summary>A page of <c>/admin/outbox</c>.</summary>
/// <param name="Counts">How many there are.</param>
/// <param name="State">Which are shown; null for all.</param>
/// <param name="Messages">Newest first.</param>
/// <param name="IsFirst">Whether it is the newest page.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record OutboxPage(OutboxCounts Counts, OutboxState? State, IReadOnlyList<OutboxEntry> Messages, bool IsFirst, Guid? Next)
{
    /// <summary>A priority in plain words.</summary>
    public static string Words(MailPriority priority) => priority switch
    {
        MailPriority.Code => "First",
        MailPriority.Link => "High",
        MailPriority.Digest => "Last",
        _ => "Normal",
    };

    /// <summary>The address of a page of some of them.</summary>
    public static string Path(OutboxState? state, Guid? before = null) => "/admin/outbox" + QueryString.Create(
        new[] { KeyValuePair.Create("state", state?.ToString().ToLowerInvariant()), KeyValuePair.Create("before", before?.ToString()) }.Where(part => part.Value is not null));
}
