using WebApp.Features.Audit;
using WebApp.Features.Audit.Chain;

namespace WebApp.Areas.Admin.Events;

/// <summary>A page of <c>/admin/audit</c>.</summary>
/// <param name="Form">What was looked for.</param>
/// <param name="Events">Newest first.</param>
/// <param name="Emails">The addresses of the accounts they are of.</param>
/// <param name="Chain">Where the chain stands.</param>
/// <param name="IsFirst">Whether it is the newest page.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record AuditPage(AuditForm Form, IReadOnlyList<SecurityEvent> Events, IReadOnlyDictionary<Guid, string> Emails, ChainStanding Chain, bool IsFirst, Guid? Next);
