namespace WebApp.Platform.Mail;

/// <summary>
/// How many messages of one channel this node sends at once. Less urgent ones get fewer places (of eight: six for links and less, four for
/// notices and less, two for digests), and a recipient's domain gets a quarter of them and one more for sign-in codes. So neither a flood of
/// notices nor a domain whose server hangs keeps a sign-in code waiting.
/// </summary>
/// <param name="count"><c>Email:Concurrency</c>.</param>
public sealed class OutboxPlaces(int count)
{
    private const int Classes = (int)MailPriority.Digest + 1;

    private readonly Lock gate = new();
    private readonly List<OutboxMessage> taken = [];

    private int ForOneDomain => Math.Max(1, count / Classes);

    // Not all of them, even where there are few.
    private int ForCodesOfOneDomain => Math.Max(1, Math.Min(ForOneDomain + 1, count - 1));

    /// <summary>Which messages there is a place for now; null where for none.</summary>
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

    /// <summary>Gives it back.</summary>
    public void Release(OutboxMessage message)
    {
        lock (gate)
        {
            taken.Remove(message);
        }
    }

    /// <summary>How many places messages of this class and those less urgent have together.</summary>
    private int Limit(int priority) => Math.Max(1, count * (Classes - priority) / Classes);

    private long[] DomainsWith(int places) =>
        [.. taken.GroupBy(m => m.RecipientDomain ?? OutboxMessage.UnknownDomain).Where(domain => domain.Count() >= places).Select(domain => domain.Key)];
}

/// <summary>Which messages there is a place for.</summary>
/// <param name="LeastPriority">Only of this priority or a more urgent one, as the table has it.</param>
/// <param name="FullDomains">None to these domains.</param>
/// <param name="FullDomainsForCodes">No sign-in code to these domains.</param>
public sealed record OutboxVacancy(short LeastPriority, long[] FullDomains, long[] FullDomainsForCodes);
