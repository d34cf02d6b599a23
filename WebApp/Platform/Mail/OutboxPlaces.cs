namespace WebApp.Platform.Mail;

/// <summary>
/// Limits how many messages of one channel this node sends at once. Lower priorities have fewer places (of eight: six for links and below, four for
/// notices and below, two for digests), and a recipient's domain has a quarter of them and one more for sign-in codes. So neither many
/// notices nor a domain whose server does not answer delays a sign-in code.
/// </summary>
/// <param name="count"><c>Email:Concurrency</c>.</param>
public sealed class OutboxPlaces(int count)
{
    private const int Classes = (int)MailPriority.Digest + 1;

    private readonly Lock gate = new();
    private readonly List<OutboxMessage> taken = [];

    private int ForOneDomain => Math.Max(1, count / Classes);

    // At least one place stays free for other domains, if there is more than one.
    private int ForCodesOfOneDomain => Math.Max(1, Math.Min(ForOneDomain + 1, count - 1));

    /// <summary>Which messages can be sent now; null if all places are taken.</summary>
    public OutboxVacancy? Find()
    {
        lock (gate)
        {
            var classes = Enumerable.Range(0, Classes).TakeWhile(least => taken.Count(m => (int)m.Priority >= least) < Limit(least)).Count();
            return classes == 0 ? null : new(
                classes == Classes ? short.MaxValue : (short)(classes - 1),
                DomainsWith(ForOneDomain),
                DomainsWith(ForCodesOfOneDomain));
        }
    }

    /// <summary>Takes a place for a message.</summary>
    public void Take(OutboxMessage message)
    {
        lock (gate)
        {
            taken.Add(message);
        }
    }

    /// <summary>Releases the place of a message.</summary>
    public void Release(OutboxMessage message)
    {
        lock (gate)
        {
            taken.Remove(message);
        }
    }

    /// <summary>The number of places for messages of this priority and lower ones together.</summary>
    private int Limit(int priority) => Math.Max(1, count * (Classes - priority) / Classes);

    private long[] DomainsWith(int places) =>
        [.. taken.GroupBy(m => m.RecipientDomain ?? OutboxMessage.UnknownDomain).Where(domain => domain.Count() >= places).Select(domain => domain.Key)];
}

/// <summary>Which messages can be sent now.</summary>
/// <param name="LeastPriority">The lowest priority, as stored in the table.</param>
/// <param name="FullDomains">Domains without a free place.</param>
/// <param name="FullDomainsForCodes">Domains without a free place for sign-in codes.</param>
public sealed record OutboxVacancy(short LeastPriority, long[] FullDomains, long[] FullDomainsForCodes);
