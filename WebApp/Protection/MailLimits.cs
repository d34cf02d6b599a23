using Microsoft.Extensions.Options;
using WebApp.Hosting;

namespace WebApp.Protection;

/// <summary>How much mail strangers can have sent: to one address, and from one place.</summary>
public sealed class MailLimits(Attempts attempts, AccountKeys accounts, IOptions<ProtectionOptions> options)
{
    private const int AnHour = 5;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Takes one of the requests an IP prefix has an hour. Null: go on; otherwise how long to wait.</summary>
    /// <param name="what">The kind of mail, a word.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="cancel">Cancels.</param>
    public Task<TimeSpan?> SpendAsync(string what, ClientInfo client, CancellationToken cancel) =>
        attempts.SpendAsync($"{what}:from:{IpPrefix.Of(client.Ip)}", options.Value.IpPermitsPerMinute, Hour, cancel);

    /// <summary>
    /// Whether one more mail may go to an address, known or not; the caller's answer does not show it. Where none is to go anyway
    /// (<paramref name="wanted"/> is false) the same is done, and none of the hour's is spent.
    /// </summary>
    public async Task<bool> AllowsAsync(string what, string email, bool wanted, CancellationToken cancel) =>
        await attempts.SpendAsync($"{what}:to:{accounts.Of(email)}{(wanted ? "" : ":idle")}", AnHour, Hour, cancel) is null && wanted;
}
